/** A trace of `pipeline run --trace` as a picture for `docs/`: `node dist/bench/trace-picture.js TRACE.json OUT.svg`. */
import { readFile, writeFile } from 'node:fs/promises';
import type { TraceEvent } from '../src/trace/event-file.js';

type Slice = Extract<TraceEvent, { ph: 'X' }>;
type Counter = Extract<TraceEvent, { ph: 'C' }>;

const WIDTH = 1200;
const LEFT = 76;
const ROW = 26;
const GAP = 6;
const MEMORY_HEIGHT = 120;
/** Okabe and Ito's colours: told apart by everyone. */
const COLOURS = [
  ...['#56b4e9', '#e69f00', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7', '#999999'],
  ...['#8c6bb1', '#c7e9c0'],
];

function tracePicture(events: readonly TraceEvent[]): string {
  const slices = events.filter((event): event is Slice => event.ph === 'X' && event.cat === 'worker threads');
  const counters = events.filter((event): event is Counter => event.ph === 'C');
  const end = Math.max(...slices.map(({ ts, dur }) => ts + dur), ...counters.map(({ ts }) => ts));
  const x = (ts: number) => LEFT + ((WIDTH - LEFT - 10) * ts) / end;
  const tracks = [...new Set(slices.map(({ tid }) => tid))].toSorted((a, b) => a - b);
  const names = [...new Set(slices.toSorted((a, b) => a.ts - b.ts).map(({ name }) => name))];
  const colour = (name: string) => COLOURS[names.indexOf(name) % COLOURS.length];

  const rows = slices.map(({ tid, name, ts, dur, args }) => {
    const y = tracks.indexOf(tid) * (ROW + GAP);
    const width = x(ts + dur) - x(ts);
    const sid = 'sid' in args ? args['sid'] : '';
    const title = `<title>${name} ${sid}: ${(dur / 1e6).toFixed(2)} s</title>`;
    const label = width > 16 ? `<text x="${px(x(ts) + 3)}" y="${y + 17}">${sid}</text>` : '';
    return `<g><rect x="${px(x(ts))}" y="${y}" width="${px(width)}" height="${ROW}" fill="${colour(name)}">${title}</rect>${label}</g>`;
  });
  const heads = tracks.map((_, i) => `<text x="0" y="${i * (ROW + GAP) + 17}">thread ${i + 1}</text>`);

  const top = tracks.length * (ROW + GAP) + 16;
  const bottom = top + MEMORY_HEIGHT;
  const most = Math.max(...counters.map(({ args }) => args['MB']));
  const curve = (name: string, stroke: string) => {
    let held = 0;
    const path = counters
      .filter((counter) => counter.name === name)
      .map(({ ts, args }) => {
        const [from, to] = [held, args['MB']].map((mb) => px(bottom - (MEMORY_HEIGHT * mb) / most));
        held = args['MB'];
        return `${px(x(ts))},${from} ${px(x(ts))},${to}`;
      });
    return `<polyline points="${path.join(' ')}" fill="none" stroke="${stroke}" stroke-width="1.5"/>`;
  };
  const memory = [
    `<text x="0" y="${top + 10}">${(most / 1024).toFixed(1)} GB</text><text x="0" y="${bottom}">0</text>`,
    curve('resident', '#0072b2'),
    curve('reserved by scans', '#d55e00'),
    `<text x="0" y="${top + 40}" fill="#0072b2">resident</text>`,
    `<text x="0" y="${top + 56}" fill="#d55e00">reserved</text>`,
  ];

  const seconds = Array.from({ length: Math.floor(end / 1e6) + 1 }, (_, s) => s).filter((s) => s % 2 === 0);
  const axis = seconds.map(
    (s) =>
      `<line x1="${px(x(s * 1e6))}" x2="${px(x(s * 1e6))}" y1="0" y2="${bottom}" stroke="#ddd"/><text x="${px(x(s * 1e6))}" y="${bottom + 14}">${s} s</text>`,
  );
  const legend = names.map(
    (name, i) =>
      `<rect x="${LEFT + i * 112}" y="${bottom + 26}" width="12" height="12" fill="${colour(name)}"/><text x="${LEFT + i * 112 + 16}" y="${bottom + 36}">${name}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 ${WIDTH + 8} ${bottom + 50}" font-family="sans-serif" font-size="11">`,
    `<rect x="-4" y="-4" width="${WIDTH + 8}" height="${bottom + 50}" fill="white"/>`,
    ...[axis, heads, rows, memory, legend].flat(),
    '</svg>\n',
  ].join('\n');
}

const px = (value: number) => value.toFixed(1);

const [trace, out] = process.argv.slice(2);
await writeFile(out, tracePicture(JSON.parse(await readFile(trace, 'utf8')) as TraceEvent[]));

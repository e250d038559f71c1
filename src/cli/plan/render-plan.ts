/** A pipeline as a picture in text: each port a line from the stage that gives it to the last one that needs it. */
import pc from 'picocolors';
import { itemAt } from '../../core/item-at.js';
import { asBytes } from '../../core/byte-size.js';
import { memoryByStage, type StageMemory } from '../../core/footprint.js';
import { portsLiveAfter } from '../../core/liveness.js';
import type { Scale, Stage } from '../../core/stage.js';
import type { LoadedPipeline } from '../../config/pipeline/load-pipeline.js';

export interface RenderOptions {
  /** Sizes of the scan for which bytes are estimated. */
  readonly scale?: Scale;
  /** The scan in words: `512 × 512 × 500`. */
  readonly scan?: string;
  readonly color?: boolean;
}

const GIVES = '●';
const NEEDS = '◇';
const NEEDS_LAST = '◆';

/** For `pipeline describe`. Memory is per scan: `holds` once a stage is done, `peak` while it works. */
export function describePipeline(
  { name, about, stages: loaded, facts }: Pick<LoadedPipeline, 'name' | 'about' | 'stages' | 'facts'>,
  { scale, scan = '', color = false }: RenderOptions = {},
): string {
  const paint = pc.createColors(color);
  const stages = loaded.map(({ stage }) => stage);
  const tracks = layTracks(stages);
  const memory = scale && memoryByStage(stages, scale);
  const nameWidth = Math.max(5, ...stages.map((stage) => stage.name.length));
  const trackWidth = Math.max(5, 2 * tracks.columns - 1);
  const margin = ' '.repeat(4 + nameWidth + 4);

  const words = stages.map((stage) => describePorts(stage));
  const wordWidth = Math.max(0, ...words.flat().map(({ length }) => length));
  const bytes = (value: number) =>
    (!Number.isFinite(value) ? '?' : value < 1 ? '–' : asBytes(value)).padStart(9);
  const title = `${paint.bold(name)}${about && ` · ${about}`}`;
  const head = memory ? `${' '.repeat(margin.length + trackWidth + 3 + wordWidth)}    holds     peak` : '';
  const lines = [title, '', head && paint.dim(head)].filter((line, at) => line !== '' || at === 1);
  for (const [index, stage] of stages.entries()) {
    const [first = '', ...further] = itemAt(words, index);
    const lane = laneColor(paint, stage.lane)(stage.lane.padEnd(4));
    const track = tracks.row(index).padEnd(trackWidth);
    const own = memory && itemAt(memory, index);
    const sizes = own ? `${bytes(own.holds)}${bytes(own.peak)}` : '';
    const left = `${lane}${paint.bold(stage.name.padEnd(nameWidth))}    ${track}   `;
    lines.push(`${left}${first.padEnd(wordWidth)}${sizes}`.trimEnd());
    const beside = tracks.gap(index).padEnd(trackWidth);
    for (const word of further) lines.push(`${margin}${beside}   ${word}`);
    if (index < stages.length - 1 && further.length === 0) lines.push(`${margin}${beside}`.trimEnd());
  }
  lines.push(
    '',
    paint.dim(`${GIVES} gives   ${NEEDS} needs   ${NEEDS_LAST} needs for the last time: its memory is freed`),
  );
  if (memory) lines.push(peakInWords(stages, memory, scan));
  lines.push(...wrap(['QC columns:', Object.keys(facts).join(', ') || 'none'].join(' ')));
  return `${lines.join('\n')}\n`;
}

/** A line for each port that is given; what a stage reads that gives none. */
function describePorts(stage: Stage): readonly string[] {
  const gives = Object.entries(stage.gives).map(([port, { type }]) => `${port}: ${type}`);
  return gives.length > 0 ? gives : [`reads ${Object.keys(stage.needs).join(', ') || 'nothing'}`];
}

/** Broken at spaces into lines of at most 100 characters, where that is possible. */
function wrap(text: string): readonly string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const longer = [lines.at(-1), word].filter((part) => part !== undefined).join(' ');
    return longer.length <= 100 ? [...lines.slice(0, -1), longer] : [...lines, `  ${word}`];
  }, []);
}

interface Tracks {
  readonly columns: number;
  /** The lines beside a stage, and those between it and the next. */
  row(stage: number): string;
  gap(stage: number): string;
}

/** Gives each port a column for as long as it lives; a freed column is used again. */
function layTracks(stages: readonly Stage[]): Tracks {
  const rows: string[] = [];
  const gaps: string[] = [];
  const live: (string | undefined)[] = [];
  let columns = 0;
  const liveAfter = portsLiveAfter(stages);
  for (const [index, { needs, gives }] of stages.entries()) {
    const given = Object.keys(gives);
    const stillLive = itemAt(liveAfter, index);
    for (const port of given) {
      const free = live.indexOf(undefined);
      live[free < 0 ? live.length : free] = port;
    }
    columns = Math.max(columns, live.length);
    const marks = live.map((port) => {
      if (port === undefined) return ' ';
      if (given.includes(port)) return GIVES;
      if (!Object.hasOwn(needs, port)) return '│';
      return stillLive.has(port) ? NEEDS : NEEDS_LAST;
    });
    rows.push(joinMarks(marks));
    live.forEach((port, at) => {
      if (port !== undefined && !stillLive.has(port)) live[at] = undefined;
    });
    gaps.push(live.map((port) => (port === undefined ? ' ' : '│')).join(' '));
  }
  return { columns, row: (stage) => itemAt(rows, stage), gap: (stage) => itemAt(gaps, stage) };
}

/** A horizontal line through what belongs to the stage, crossing the ports that pass it. */
function joinMarks(marks: readonly string[]): string {
  const own = marks.flatMap((mark, at) => (mark === ' ' || mark === '│' ? [] : [at]));
  const [first, last] = [own.at(0) ?? 0, own.at(-1) ?? 0];
  return marks
    .map((mark, at) => {
      const within = at > first && at < last;
      const crossed = within && mark === '│' ? '┼' : within && mark === ' ' ? '─' : mark;
      return at === 0 ? crossed : `${at > first && at <= last ? '─' : ' '}${crossed}`;
    })
    .join('');
}

function peakInWords(stages: readonly Stage[], memory: readonly StageMemory[], scan: string): string {
  const peak = Math.max(...memory.map((one) => one.peak));
  const of = scan && ` of ${scan} voxels`;
  if (!Number.isFinite(peak)) return `Memory${of && ` for a scan${of}`}: not known for every stage.`;
  const at = itemAt(
    stages,
    memory.findIndex((one) => one.peak === peak),
  ).name;
  return `A scan${of} holds at most ${asBytes(peak)}, while in \`${at}\`.`;
}

const laneColor = (paint: ReturnType<typeof pc.createColors>, lane: Stage['lane']) =>
  ({ io: paint.blue, cpu: paint.green, gpu: paint.magenta })[lane];

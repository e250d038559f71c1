/** A pipeline as a picture in text: each port a line from the stage that gives it to the last one that needs it. */
import pc from 'picocolors';
import { asBytes, describePlan, type LoadedPipeline, type PlannedStage, type Scale } from '../../index.js';

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
export function renderPlan(
  { name, about, stages, facts }: Pick<LoadedPipeline, 'name' | 'about' | 'stages' | 'facts'>,
  { scale, scan = '', color = false }: RenderOptions = {},
): string {
  const paint = pc.createColors(color);
  const planned = describePlan(
    stages.map(({ stage }) => stage),
    scale,
  );
  const drawn = layTracks(planned).map((drawing) => ({ ...drawing, ports: portLines(drawing.stage) }));
  const nameWidth = Math.max(5, ...planned.map((stage) => stage.name.length));
  const trackWidth = Math.max(5, ...drawn.map(({ beside }) => beside.length));
  const portWidth = Math.max(0, ...drawn.flatMap(({ ports }) => ports.map(({ length }) => length)));
  const margin = ' '.repeat(4 + nameWidth + 4);

  const bytes = (value: number) =>
    (!Number.isFinite(value) ? '?' : value < 1 ? '–' : asBytes(value)).padStart(9);
  const title = `${paint.bold(name)}${about && ` · ${about}`}`;
  const head = `${' '.repeat(margin.length + trackWidth + 3 + portWidth)}    holds     peak`;
  const lines = [title, '', ...(scale ? [paint.dim(head)] : [])];
  for (const { stage, beside, below, ports, isLast } of drawn) {
    const [first = '', ...further] = ports;
    const lane = laneColor(paint, stage.lane)(stage.lane.padEnd(4));
    const sizes = stage.memory ? `${bytes(stage.memory.holds)}${bytes(stage.memory.peak)}` : '';
    const left = `${lane}${paint.bold(stage.name.padEnd(nameWidth))}    ${beside.padEnd(trackWidth)}   `;
    lines.push(`${left}${first.padEnd(portWidth)}${sizes}`.trimEnd());
    for (const port of further) lines.push(`${margin}${below.padEnd(trackWidth)}   ${port}`);
    if (!isLast && further.length === 0) lines.push(`${margin}${below}`.trimEnd());
  }
  lines.push(
    '',
    paint.dim(`${GIVES} gives   ${NEEDS} needs   ${NEEDS_LAST} needs for the last time: its memory is freed`),
  );
  if (scale) lines.push(peakInWords(planned, scan));
  lines.push(...wrap(['QC columns:', Object.keys(facts).join(', ') || 'none'].join(' ')));
  return `${lines.join('\n')}\n`;
}

/** A line for each port that is given; what a stage reads that gives none. */
function portLines(stage: PlannedStage): readonly string[] {
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

interface Drawing {
  readonly stage: PlannedStage;
  /** The tracks beside the stage, and those between it and the next. */
  readonly beside: string;
  readonly below: string;
  readonly isLast: boolean;
}

/** Gives each port a column for as long as it lives; a freed column is used again. */
function layTracks(planned: readonly PlannedStage[]): Drawing[] {
  const live: (string | undefined)[] = [];
  return planned.map((stage, index) => {
    const { needs, gives, liveAfter } = stage;
    for (const port of Object.keys(gives)) {
      const free = live.indexOf(undefined);
      live[free < 0 ? live.length : free] = port;
    }
    const marks = live.map((port) => {
      if (port === undefined) return ' ';
      if (Object.hasOwn(gives, port)) return GIVES;
      if (!Object.hasOwn(needs, port)) return '│';
      return liveAfter.has(port) ? NEEDS : NEEDS_LAST;
    });
    live.forEach((port, at) => {
      if (port !== undefined && !liveAfter.has(port)) live[at] = undefined;
    });
    const below = live.map((port) => (port === undefined ? ' ' : '│')).join(' ');
    return { stage, beside: joinMarks(marks), below, isLast: index === planned.length - 1 };
  });
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

function peakInWords(planned: readonly PlannedStage[], scan: string): string {
  const of = scan && ` of ${scan} voxels`;
  const highest = planned.reduce<PlannedStage | undefined>(
    (most, stage) => (most && peakOf(most) >= peakOf(stage) ? most : stage),
    undefined,
  );
  if (!highest || !planned.every((stage) => Number.isFinite(peakOf(stage))))
    return `Memory${of && ` for a scan${of}`}: not known for every stage.`;
  return `A scan${of} holds at most ${asBytes(peakOf(highest))}, while in \`${highest.name}\`.`;
}

const peakOf = ({ memory }: PlannedStage): number => memory?.peak ?? NaN;

const laneColor = (paint: ReturnType<typeof pc.createColors>, lane: PlannedStage['lane']) =>
  ({ io: paint.blue, cpu: paint.green, gpu: paint.magenta })[lane];

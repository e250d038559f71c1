/** What a section of the figures in `bench/README.md` is made of: something run again and again, and what it took. */
import { clears, type Bar } from '../bar.js';

export interface Section {
  /** On the command line and in `bench/results/<name>.json`. */
  readonly name: string;
  readonly title: string;
  /** What was run, how, and what to know of it: Markdown, above the table. */
  readonly about: string;
  /** @throws NotRun when what it needs cannot be had; a peer that cannot is a figure with `notRun` */
  measure(bench: SpeedBench): Promise<readonly Figure[]>;
}

export type Figure = Measured | NotMeasured;

interface Asked {
  /** The table's line. */
  readonly what: string;
  /** The table's column: a scan, a cohort. */
  readonly over: string;
  readonly unit: string;
  /** For the median. */
  readonly bar?: Bar;
}

export interface Measured extends Asked {
  /** Each repeat, in order. A ratio's are of contestants that took turns within one run. */
  readonly runs: readonly number[];
  /** Of a peer that takes hours: not run now, taken from `bench/results/ants.json`. */
  readonly recorded?: boolean;
  /** The run it stems from, where that is not its section's. */
  readonly earlier?: Run;
}

export interface NotMeasured extends Asked {
  readonly notRun: string;
}

/** Where and how figures were measured; no date. */
export interface Run {
  readonly machine: string;
  readonly command: string;
  /** By name: Node, and the peers that ran. */
  readonly versions: Readonly<Record<string, string>>;
}

/** What `bench/results/<section>.json` holds. */
export interface Result {
  readonly run: Run;
  readonly figures: readonly Figure[];
}
/** By the section's name. */
export type Results = ReadonlyMap<string, Result>;

export interface SpeedBench {
  readonly root: string;
  /** A directory of the section's own, kept between runs. */
  readonly dir: string;
  readonly repeats: number;
  /** Run antsRegistration, for hours, instead of taking what was recorded. */
  readonly ants: boolean;
  /** Whether peers are wanted. */
  readonly peers: boolean;
  /** A file below `../shared`. @throws NotRun when it is not there */
  shared(path: string): string;
  /** Runs `bench/peers/<script>` to its end. @throws NotRun without `--peers` */
  python(script: string, ...args: readonly string[]): Promise<void>;
  /** Starts `bench/peers/<script>`, or a module beside this one, on so many threads. @throws NotRun without `--peers` */
  peer(script: string, args: readonly string[], threads: number): Promise<Peer>;
  /** Puts a version beside the figures. */
  version(name: string, version: string): void;
}

/** A contestant's process, ready: imports and inputs are behind it. */
export interface Peer {
  /** Does its work once. @throws NotRun when it cannot do this work */
  once(): Promise<Taken>;
  close(): Promise<void>;
}

export interface Taken {
  readonly seconds: number;
  /** Of the processor, all threads together: what a busy machine stretches least. */
  readonly cpuSeconds: number;
  /** What else a peer's script tells of its work. */
  readonly [detail: string]: unknown;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const isMeasured = (figure: Figure): figure is Measured => 'runs' in figure;

export const misses = (figure: Figure): boolean =>
  isMeasured(figure) && figure.bar !== undefined && !clears(median(figure.runs), figure.bar);

/** Figures measured elsewhere stand where this run could not measure them. */
export function merge(known: Result | undefined, fresh: Result): Result {
  if (known === undefined) return fresh;
  const kept = (figure: Figure): Figure => {
    const before = known.figures.find(({ what, over }) => what === figure.what && over === figure.over);
    if (isMeasured(figure) || before === undefined || !isMeasured(before)) return figure;
    return { ...before, earlier: before.earlier ?? known.run };
  };
  return { run: fresh.run, figures: fresh.figures.map(kept) };
}

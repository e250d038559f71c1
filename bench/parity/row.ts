/** What a row of `docs/parity.md` is made of: a peer that was run, and how far our numbers are from its own. */
import { clears, type Bar } from '../bar.js';

export interface Row {
  /** On the command line and in `bench/results/parity.json`. */
  readonly name: string;
  /** @throws NotRun when what it needs cannot be had */
  measure(bench: Bench): Promise<readonly Quantity[]>;
}

/** One kind of figure with its bar, over one or more cases. */
export interface Quantity {
  readonly what: string;
  readonly against: string;
  readonly unit?: string;
  readonly bar: Bar;
  readonly cases: Readonly<Record<string, number>>;
}

export interface Bench {
  /** A directory of the row's own, kept between runs. */
  readonly dir: string;
  /** Runs `bench/peers/<script>`. @throws NotRun without `--python`, Error when the script fails */
  python(script: string, ...args: readonly string[]): Promise<void>;
  /** A file below `../shared`. @throws NotRun when it is not there */
  shared(path: string): string;
}

/** A row's result. */
export type Result = { readonly quantities: readonly Quantity[] } | { readonly notRun: string };
/** By the row's name: what `bench/results/parity.json` holds. */
export type Results = Readonly<Record<string, Result>>;

export const worst = ({ bar, cases }: Quantity): number =>
  'atMost' in bar ? Math.max(...Object.values(cases)) : Math.min(...Object.values(cases));

/** NaN passes no bar, and neither does no case at all. */
export const passes = (quantity: Quantity): boolean => clears(worst(quantity), quantity.bar);

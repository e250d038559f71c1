/** One scan on its way through the pipeline: its values, what was found out about it, and what went wrong. */
import type { LungflowError } from '../core/errors.js';
import type { FactValue } from '../core/fact.js';
import { bytesHeld } from '../core/port.js';
import type { StageMemory } from '../core/footprint.js';
import type { Subject } from '../core/subject.js';
import type { Account } from './budget.js';

export interface Scan {
  readonly subject: Subject;
  readonly values: Map<string, unknown>;
  readonly facts: Map<string, FactValue>;
  readonly flags: string[];
  /** What it is estimated to take, stage by stage; empty when it failed before that could be told. */
  readonly memory: readonly StageMemory[];
  readonly account: Account;
  /** Set when a stage failed: the scan then passes the remaining stages untouched, in its place. */
  failure?: LungflowError;
}

interface Admitted extends Pick<Scan, 'subject' | 'memory' | 'account'> {
  readonly failure: LungflowError | undefined;
  /** Of every scan of the run. */
  readonly flags: readonly string[];
}

export const newScan = ({ failure, flags, ...admitted }: Admitted): Scan => ({
  ...admitted,
  ...(failure && { failure }),
  values: new Map(),
  facts: new Map(),
  flags: [...flags],
});

/** Bytes of all values the scan carries, each buffer once. */
export function scanBytes({ values }: Scan): number {
  const seen = new Set<unknown>();
  let bytes = 0;
  for (const value of values.values()) bytes += bytesHeld(value, seen);
  return bytes;
}

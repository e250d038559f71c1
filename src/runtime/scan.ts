/** One scan on its way through the pipeline: its values, what was found out about it, and what went wrong. */
import type { LungflowError } from '../core/errors.js';
import type { FactValue } from '../core/fact.js';
import { bytesHeld } from '../core/port.js';
import type { Subject } from '../core/subject.js';

export interface Scan {
  readonly subject: Subject;
  readonly values: Map<string, unknown>;
  readonly facts: Map<string, FactValue>;
  readonly flags: string[];
  /** Bytes reserved for it in the memory budget, stage by stage: `reserve[i]` covers stage i and all after it. */
  reserve: readonly number[];
  reserved: number;
  /** Set when a stage failed: the scan then passes the remaining stages untouched, in its place. */
  failure?: LungflowError;
}

export const newScan = (subject: Subject): Scan => ({
  subject,
  values: new Map(),
  facts: new Map(),
  flags: [],
  reserve: [],
  reserved: 0,
});

/** Bytes of all values the scan carries, each buffer once. */
export function scanBytes({ values }: Scan): number {
  const seen = new Set<unknown>();
  let bytes = 0;
  for (const value of values.values()) bytes += bytesHeld(value, seen);
  return bytes;
}

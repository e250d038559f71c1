/** What a stage is given when it opens, with nothing but what a test says; it remembers what the stage said and recorded. */
import { eachTopicOnce } from '../core/notices.js';
import type { StageEnv } from '../core/stage.js';
import { inThreadWorkers } from './in-thread-workers.js';

export interface TestEnv extends StageEnv {
  readonly notices: readonly string[];
  /** Of every result. */
  readonly flags: readonly string[];
}

/**
 * Each use makes a new one.
 * @param given paths are taken as they are, unless it resolves them; the output is where the process stands, unless it says where
 */
export function stageEnv(given: Partial<StageEnv> = {}): TestEnv {
  const notices: string[] = [];
  const flags: string[] = [];
  const provenance = new Map<string, string>(given.provenance);
  return {
    workers: inThreadWorkers,
    resolvePath: (path) => path,
    outDir: '.',
    subjects: [],
    jobs: 1,
    facts: {},
    ports: {},
    shapes: {},
    fileColumns: new Set(),
    inputColumns: new Set(),
    ...given,
    notices,
    notice: eachTopicOnce((message) => {
      notices.push(message);
      given.notice?.(message);
    }),
    flags,
    flag: (message) => {
      flags.push(message);
      given.flag?.(message);
    },
    provenance,
    record: (key, value) => {
      provenance.set(key, value);
      given.record?.(key, value);
    },
  };
}

import { eachTopicOnce } from '../../src/core/notices.js';
import type { StageEnv, Workers } from '../../src/core/stage.js';

export interface RecordingEnv extends StageEnv {
  readonly notices: string[];
  readonly provenance: Map<string, string>;
}

/** An environment that remembers what a stage said and recorded. */
export function recordingEnv(workers: Workers): RecordingEnv {
  const notices: string[] = [];
  const provenance = new Map<string, string>();
  return {
    workers,
    resolvePath: (path) => path,
    outDir: '.',
    subjects: [],
    jobs: 1,
    facts: {},
    ports: {},
    shapes: {},
    notices,
    notice: eachTopicOnce((message) => notices.push(message)),
    provenance,
    fileColumns: new Set(),
    record: (key, value) => provenance.set(key, value),
  };
}

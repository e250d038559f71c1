import type { FactValue } from '../../src/core/fact.js';
import { fileSource } from '../../src/core/image-source.js';
import type { Task, Workers } from '../../src/core/stage.js';
import type { Subject } from '../../src/core/subject.js';

export interface RecordingTask extends Task {
  readonly facts: Map<string, FactValue>;
  readonly flags: string[];
}

const nobody: Subject = {
  sid: 'S1',
  image: fileSource(''),
  index: 0,
  line: 2,
  columns: {},
  path: () => undefined,
};

/** A scan's task that remembers the facts and flags of the stage at work. */
export function recordingTask(workers: Workers, subject = nobody): RecordingTask {
  const facts = new Map<string, FactValue>();
  const flags: string[] = [];
  return {
    subject,
    workers,
    signal: new AbortController().signal,
    facts,
    fact: (name, value) => void facts.set(name, value),
    flags,
    flag: (message) => void flags.push(message),
  };
}

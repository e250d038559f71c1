/** What a stage is given for one subject: it remembers facts and flags, and holds the stage to those it declared. */
import type { FactSpecs, FactValue } from '../core/fact.js';
import { fileSource } from '../core/image-source.js';
import type { Task } from '../core/stage.js';
import type { Subject } from '../core/subject.js';
import { factFault } from '../runtime/stage-contract.js';
import { inThreadWorkers } from './in-thread-workers.js';

export interface TestTask extends Task {
  readonly facts: Map<string, FactValue>;
  readonly flags: string[];
}

/** A row of a manifest that holds nothing but a sid. */
export const subjectOf = (sid = 's1', given: Partial<Subject> = {}): Subject => ({
  sid,
  image: fileSource(''),
  index: 0,
  line: 2,
  columns: {},
  path: () => undefined,
  ...given,
});

/**
 * Each use makes a new one.
 * @param stage whose declared facts are the only ones taken; any are, without it
 */
export function stageTask(
  given: Partial<Task> = {},
  stage?: { readonly name: string; readonly facts: FactSpecs },
): TestTask {
  const facts = new Map<string, FactValue>(given.facts);
  const flags: string[] = [...(given.flags ?? [])];
  return {
    subject: subjectOf(),
    workers: inThreadWorkers,
    signal: new AbortController().signal,
    ...given,
    facts,
    fact: (name, value) => {
      const fault = stage && factFault(stage, name, value);
      if (fault) throw fault;
      facts.set(name, value);
    },
    flags,
    flag: (message) => void flags.push(message),
  };
}

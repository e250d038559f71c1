/** Failures as a person reads them: each by itself where there are few of a kind, together where there are many. */
import colors from 'picocolors';
import type { LungflowError } from '../index.js';
import { inFlags } from './flags.js';
import { visible } from './words.js';

/** Told one by one; of more, as many are named. */
const NAMED = 3;

const kindOf = ({ stage, code }: LungflowError): string => `${stage ?? ''} ${code}`;

/** Those of one stage and code together, in the order of the first of each. */
export function failuresText(failures: readonly LungflowError[], stacks = false): string[] {
  const kinds = new Map<string, LungflowError[]>();
  for (const failure of failures) {
    const alike = kinds.get(kindOf(failure));
    if (alike) alike.push(failure);
    else kinds.set(kindOf(failure), [failure]);
  }
  return [...kinds.values()].flatMap((alike) =>
    alike.length <= NAMED
      ? alike.flatMap((failure) => [line(failure), remedy(failure), ...(stacks ? stackLines(failure) : [])])
      : [...together(alike), ...(stacks ? alike.slice(0, 1).flatMap(stackLines) : [])],
  );
}

const within = (stage: string | undefined): string => (stage === undefined ? '' : ` in ${stage}`);

const line = ({ sid, stage, what }: LungflowError): string =>
  `  ${colors.red('✗')} ${sid ?? '?'}${within(stage)}: ${inFlags(what)}`;

const remedy = ({ remedy: text }: LungflowError): string => `    ${colors.dim(inFlags(text))}`;

/** Of what nobody expected: where it was thrown. */
function stackLines({ kind, cause }: LungflowError): string[] {
  if (kind !== 'internal' || !(cause instanceof Error)) return [];
  const [, ...at] = visible(cause.stack ?? '').split('\n');
  return at.map((line) => `    ${colors.dim(line.trim())}`);
}

function together(alike: readonly LungflowError[]): string[] {
  const [first] = alike;
  if (!first) return [];
  const named = alike.slice(0, NAMED).map(({ sid }) => sid ?? '?');
  const more = alike.length - NAMED;
  return [
    `  ${colors.red('✗')} ${alike.length} subjects${within(first.stage)} (${first.code}): ${named.join(', ')} and ${more} more`,
    `    ${first.sid ?? '?'}: ${inFlags(first.what)}`,
    remedy(first),
  ];
}

/** Which failures are worth a line while a run goes on: of each kind the first few, and a word that more will not be told. */
export class FailureLines {
  readonly #told = new Map<string, number>();

  /** @returns undefined for what is not told any more */
  next(failure: LungflowError): string | undefined {
    const told = (this.#told.get(kindOf(failure)) ?? 0) + 1;
    this.#told.set(kindOf(failure), told);
    const what = `failed${within(failure.stage)}: ${inFlags(failure.what)}`;
    if (told <= NAMED) return what;
    return told === NAMED + 1
      ? `${what} Further subjects that fail so (${failure.code}) are not told here: failures.jsonl lists them.`
      : undefined;
  }
}

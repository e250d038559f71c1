/** What a stage declared, held to when it runs: a value or a fact of another name or type must not travel on in silence. */
import { stageError, type LungflowError } from '../core/errors.js';
import type { FactSpecs, FactType, FactValue } from '../core/fact.js';
import type { Stage } from '../core/stage.js';

const REMEDY = 'This is a fault of the stage, not of the scan: report it to its author.';

/** @throws LungflowError `undeclared-value`, `missing-value`, `no-values` */
export function requireDeclaredValues({ name, gives }: Pick<Stage, 'name' | 'gives'>, given: unknown): void {
  const declared = listed(Object.keys(gives));
  if (typeof given !== 'object' || given === null)
    throw stageError(
      'no-values',
      `Stage \`${name}\` returned ${typeWord(given)} in place of its values, ${declared}.`,
      REMEDY,
    );
  for (const port of Object.keys(given))
    if (!Object.hasOwn(gives, port))
      throw stageError(
        'undeclared-value',
        `Stage \`${name}\` returned \`${port}\`, which it does not declare: it gives ${declared}.`,
        REMEDY,
      );
  for (const port of Object.keys(gives))
    if ((given as Record<string, unknown>)[port] === undefined)
      throw stageError(
        'missing-value',
        `Stage \`${name}\` returned no \`${port}\`, which it declares.`,
        REMEDY,
      );
}

/** @returns what is wrong: `undeclared-fact`, `fact-type` */
export function factFault(
  { name, facts }: { readonly name: string; readonly facts: FactSpecs },
  fact: string,
  value: unknown,
): LungflowError | undefined {
  const spec = Object.hasOwn(facts, fact) ? facts[fact] : undefined;
  if (!spec)
    return stageError(
      'undeclared-fact',
      `Stage \`${name}\` recorded the fact \`${fact}\`, which it does not declare: it finds out ${listed(Object.keys(facts))}.`,
      REMEDY,
    );
  const { type } = spec;
  if (fits[type](value)) return undefined;
  return stageError(
    'fact-type',
    `Stage \`${name}\` recorded ${typeWord(value)} as \`${fact}\`, which it declares as ${type}.`,
    REMEDY,
  );
}

const fits: Readonly<Record<FactType, (value: unknown) => value is FactValue>> = {
  float64: (value) => typeof value === 'number',
  int32: (value): value is number => typeof value === 'number' && (value | 0) === value,
  utf8: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
};

/** Never the value itself: it may be the patient's. A number is named, it is why an int32 does not fit. */
const typeWord = (value: unknown): string =>
  value === null || value === undefined
    ? String(value)
    : typeof value === 'number'
      ? `the number ${value}`
      : `a value of type ${typeof value}`;

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing' : names.map((name) => `\`${name}\``).join(', ');

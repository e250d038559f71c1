/** A reader's error, which speaks of "the file", in the words of whoever knows which file it is. */
import { LungflowError, toLungflowError, type ErrorFields } from './errors.js';

/** @param what begins a sentence: "The lung mask". @param given in place of what the reader's error says of it */
export function unusable(
  what: string,
  thrown: unknown,
  given: Partial<Pick<ErrorFields, 'kind' | 'code' | 'remedy'>> = {},
): LungflowError {
  const { kind, code, what: why, remedy } = toLungflowError(thrown);
  return new LungflowError(
    { kind, code, remedy, ...given, what: `${what} cannot be used: ${why}` },
    { cause: thrown },
  );
}

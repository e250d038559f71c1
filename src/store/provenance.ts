/** Results of two pipelines are never mixed: what tells them apart, and the refusal. */
import { usageError, type LungflowError } from '../core/errors.js';

const [TEXT, HASH] = ['pipeline_text', 'pipeline_sha256'];

/** What differs between two records of how results came about, in words. */
export function provenanceDifferences(
  found: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): string[] {
  const keys = new Set([...found.keys(), ...wanted.keys()]);
  // The text says how files were spelled; its hash, what is computed, whatever they are called.
  keys.delete(found.get(HASH) === wanted.get(HASH) ? TEXT : HASH);
  return [...keys]
    .filter((key) => found.get(key) !== wanted.get(key))
    .map((key) => `${key} ${textDifference(found.get(key), wanted.get(key))}`);
}

/** The first line in which two texts differ. */
function textDifference(found: string | undefined, wanted: string | undefined): string {
  if (found === undefined) return `is new: ${quote(wanted)}`;
  if (wanted === undefined) return `is gone: ${quote(found)}`;
  const [old, now] = [found.split('\n'), wanted.split('\n')];
  const line = old.findIndex((text, index) => text !== now[index]);
  const at = line < 0 ? old.length : line;
  const where = old.length > 1 || now.length > 1 ? `(line ${at + 1}) ` : '';
  return `${where}was ${quote(old[at])} and is now ${quote(now[at])}`;
}

function quote(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return `"${text.length > 80 ? `${text.slice(0, 79)}…` : text}"`;
}

/** @param path of the results that stand */
export function otherPipeline(path: string, differences: readonly string[]): LungflowError {
  const more = differences.length > 4 ? `; and ${differences.length - 4} more` : '';
  return usageError(
    'output-of-other-pipeline',
    `The output already holds rows of another pipeline (${path}): ${differences.slice(0, 4).join('; ')}${more}.`,
    'Choose another `out`; or put back what differs, and the same command goes on where it stopped.',
  );
}

/** `only` and `limit`: a part of the cohort. Subjects keep their place in the manifest, so outputs keep their names. */
import { nearest } from '../config/yaml/nearest.js';
import type { Manifest } from '../config/cohort/manifest.js';
import { usageError, type LungflowError } from '../core/errors.js';
import type { Subject } from '../core/subject.js';

/** Of the subjects that cannot run, by reason: how many, and the first of them. Said before the work begins. */
export function unavailableNotices({ subjects, unavailable }: Selection): string[] {
  const kinds = new Map<string, { readonly sid: string; readonly error: LungflowError; count: number }>();
  for (const [sid, error] of unavailable) {
    const kind = kinds.get(error.code);
    if (kind) kind.count += 1;
    else kinds.set(error.code, { sid, error, count: 1 });
  }
  return [...kinds.values()].map(({ sid, error: { what, remedy }, count }) => {
    const such = count > 1 ? ', such as' : ':';
    return `${count} of ${subjects.length} subjects cannot run${such} ${sid}. ${what} ${remedy}`;
  });
}

/** The part of a cohort that a run works on. */
export interface Selection extends Manifest {
  /** The whole manifest. */
  readonly cohort: readonly Subject[];
}

export function selectSubjects(
  manifest: Manifest,
  { only, limit }: { readonly only?: readonly string[] | undefined; readonly limit?: number | undefined },
): Selection {
  const known = new Set(manifest.subjects.map(({ sid }) => sid));
  for (const sid of only ?? [])
    if (!known.has(sid)) {
      const near = nearest(sid, known);
      throw usageError(
        'unknown-subject',
        `The input has no subject \`${sid}\`.`,
        near === undefined ? 'Check the sid.' : `Did you mean \`${near}\`?`,
      );
    }
  const wanted = new Set(only ?? known);
  const subjects = manifest.subjects.filter(({ sid }) => wanted.has(sid)).slice(0, limit);
  const left = new Set(subjects.map(({ sid }) => sid));
  return {
    ...manifest,
    cohort: manifest.subjects,
    subjects,
    unavailable: new Map([...manifest.unavailable].filter(([sid]) => left.has(sid))),
  };
}

/** A cohort on disk: scans, truth, manifest and atlas, subjects rendered in parallel. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { usageError } from '../../src/core/errors.js';
import type { Workers } from '../../src/core/stage.js';
import { writeDurably } from '../../src/store/durable-file.js';
import { workerModule } from '../../src/core/worker-module.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { CHEST_FIELD_OF_VIEW, type FieldOfView, type Spacing } from './phantom.js';
import type { PhantomFiles } from './cohort.worker.js';

const worker = workerModule<typeof import('./cohort.worker.js')>(
  new URL('./cohort.worker.js', import.meta.url),
);

/** What phantoms are asked for. */
export interface PhantomOptions {
  readonly subjects: number;
  readonly seed: number;
  readonly spacing: Spacing;
  /** Directory to write to; made when missing, a cohort that is there already is refused. */
  readonly out: string;
  readonly fieldOfView?: FieldOfView;
  /** Threads to use; without, a pool of its own with one a core. */
  readonly workers?: Workers;
  /** Called as each subject is done, in any order. */
  readonly onSubject?: (files: PhantomFiles) => void;
}

/** A cohort that was written; paths of its files are relative to the manifest. */
export interface PhantomCohort {
  readonly manifest: string;
  readonly atlas: string;
  readonly subjects: readonly PhantomFiles[];
}

const COLUMNS = ['sid', 'image', 'mask', 'severity', 'right_ml', 'left_ml'] as const;

/**
 * Writes `manifest.csv`, per subject `<sid>.nii.gz`, `<sid>_lungs.nii.gz`, `<sid>_landmarks.csv` and
 * `<sid>_truth.json`, and `atlas/` with the file names and conventions of the COPDGene atlas (reference section 0).
 * A subject's files depend on (seed, index, spacing, field of view) alone.
 * @throws LungflowError `usage` when a number makes no sense.
 */
export async function generatePhantoms(options: PhantomOptions): Promise<PhantomCohort> {
  check(options);
  if (existsSync(join(options.out, 'manifest.csv')))
    throw usageError(
      'phantom-exists',
      `A cohort stands in ${options.out} already.`,
      'Name another directory, or delete that one.',
    );
  const { subjects, seed, spacing, out, onSubject, fieldOfView = CHEST_FIELD_OF_VIEW } = options;
  const atlas = join(out, 'atlas');
  await mkdir(atlas, { recursive: true });
  const own = options.workers ? undefined : createWorkerPool(Math.min(availableParallelism(), subjects));
  const workers = options.workers ?? own!;
  try {
    const limit = pLimit(workers.threads);
    const landmarks = await workers.run(worker, 'writePhantomAtlas', atlas);
    const done = await limit.map(
      Array.from({ length: subjects }, (_, index) => index),
      async (index) => {
        const files = await workers.run(worker, 'writeSubject', {
          index,
          seed,
          spacing,
          fieldOfView,
          landmarks,
          out,
        });
        onSubject?.(files);
        return files;
      },
    );
    const manifest = join(out, 'manifest.csv');
    const rows = done.map((files) => COLUMNS.map((column) => String(files[column])));
    await writeDurably(manifest, [COLUMNS, ...rows].map((row) => `${row.join(',')}\n`).join(''));
    return { manifest, atlas, subjects: done };
  } finally {
    await own?.close();
  }
}

function check({ subjects, seed, spacing, fieldOfView = CHEST_FIELD_OF_VIEW }: PhantomOptions): void {
  if (!Number.isInteger(subjects) || subjects < 1 || subjects > 9999)
    throw usageError(
      'phantom-subjects',
      `A cohort of ${subjects} subjects cannot be made.`,
      'Ask for 1 to 9999.',
    );
  if (!Number.isSafeInteger(seed))
    throw usageError('phantom-seed', `The seed ${seed} is not a whole number.`, 'Give a whole number.');
  if ([spacing].flat().some((mm) => !(mm >= 0.3 && mm <= 10)))
    throw usageError(
      'phantom-spacing',
      `A spacing of ${String(spacing)} mm cannot be rendered.`,
      'Give 0.3 to 10 mm; 2 is quick, 0.7 in-plane by 1 is a clinical scan.',
    );
  if (fieldOfView.some((mm) => !(mm >= 50 && mm <= 700)))
    throw usageError(
      'phantom-field-of-view',
      `A field of view of ${fieldOfView.join(' by ')} mm cannot be rendered.`,
      'Give 50 to 700 mm each.',
    );
}

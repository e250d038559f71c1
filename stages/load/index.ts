/** `load`: reads each subject's CT, NIfTI-1 or -2, into Hounsfield units on its native grid, in the atlas's storage order. */
import { z } from 'zod';
import { inputError } from '../../src/core/errors.js';
import type { ImageSource } from '../../src/core/image-source.js';
import { hashedPathOption } from '../../src/core/path-option.js';
import { defineStage } from '../../src/core/stage.js';
import type { Subject } from '../../src/core/subject.js';
import { workerModule } from '../../src/core/worker-module.js';
import { readVolumeHeader } from '../../src/formats/volume/read-volume.js';
import { sourceAt } from '../../src/formats/volume/source-at.js';
import { AIR_HU } from '../../src/imaging/space/volume.js';
import { ct } from '../ports.js';
import { DARKEST_HU } from './glance.js';
import { scaleOf } from './scale.js';
import { openOrder } from './storage-order.js';

const worker = workerModule<typeof import('./read-ct.worker.js')>(
  new URL('./read-ct.worker.js', import.meta.url),
);

const SPACING_FACTS = ['spacing_x_mm', 'spacing_y_mm', 'spacing_z_mm'] as const;

export const load = defineStage({
  name: 'load',
  version: 2,
  summary: 'Reads the CT (NIfTI, .nii or .nii.gz) into Hounsfield units, in the storage order of the atlas.',
  config: z.strictObject({
    column: z.string().min(1).default('image').describe("the manifest's column that names the CT"),
    atlas: hashedPathOption()
      .optional()
      .describe(
        "directory of the atlas whose storage order scans are brought to; LAS, the COPDGene atlas's, without one",
      ),
    orientation: z
      .enum(['atlas', 'stored'])
      .default('atlas')
      .describe(
        "storage order of the CT, and so of patches: the atlas's, by exact flips and permutations; or stored, as in each file and as the published scripts, which cut patches beside their landmarks where that is another",
      ),
  }),
  lane: 'io',
  needs: {},
  gives: { ct },
  facts: {
    spacing_x_mm: {
      type: 'float64',
      about: "the CT's voxel size along its first axis, in the order it is brought to, mm",
    },
    spacing_y_mm: {
      type: 'float64',
      about: "the CT's voxel size along its second axis, in the order it is brought to, mm",
    },
    spacing_z_mm: {
      type: 'float64',
      about: "the CT's voxel size along its third axis, in the order it is brought to, mm",
    },
    nonfinite_voxels: { type: 'int32', about: `voxels that were NaN or infinite and became ${AIR_HU} HU` },
  },
  footprint: ({ ctBytes, ctWorkingBytes }) => ({ gives: { ct: ctBytes }, working: ctWorkingBytes }),
  async open({ column, ...orientation }, env) {
    env.fileColumns.add(column);
    const order = await openOrder(orientation, env);
    return {
      measure: async (subject) => scaleOf(await readVolumeHeader(await imageOf(subject, column), order)),
      async process(_, task) {
        const image = await imageOf(task.subject, column);
        const { ct, nonFinite, lowestHu, notes } = await task.workers.run(worker, 'readCt', image, order);
        ct.geometry.spacing.forEach((mm, axis) => task.fact(SPACING_FACTS[axis], mm));
        task.fact('nonfinite_voxels', nonFinite);
        if (nonFinite > 0) {
          task.flag(`${nonFinite} voxels of the CT were not numbers; they were taken for air`);
        }
        if (lowestHu > DARKEST_HU) {
          task.flag(`the CT's lowest value is ${lowestHu}: it may not be in Hounsfield units`);
        }
        for (const note of notes) task.flag(note);
        return { ct };
      },
    };
  },
});

async function imageOf(subject: Subject, column: string): Promise<ImageSource> {
  if (column === 'image') return subject.image;
  const path = subject.path(column);
  if (path !== undefined) return sourceAt(path);
  throw inputError(
    'column-empty',
    `The manifest names no CT in column "${column}" for this subject.`,
    'Fill the column, or set `column` of the load stage.',
  );
}

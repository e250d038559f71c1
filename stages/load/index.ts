/** `load`: reads each subject's CT, NIfTI-1 or -2, into Hounsfield units on its native grid. */
import { z } from 'zod';
import { inputError } from '../../src/core/errors.js';
import { defineStage } from '../../src/core/stage.js';
import type { Subject } from '../../src/core/subject.js';
import { workerModule } from '../../src/core/worker-module.js';
import { readNiftiHeader } from '../../src/formats/nifti/index.js';
import { AIR_HU } from '../../src/imaging/volume.js';
import { ct } from '../ports.js';
import { DARKEST_HU } from './glance.js';
import { scaleOf } from './scale.js';

const worker = workerModule<typeof import('./read-ct.worker.js')>(
  new URL('./read-ct.worker.js', import.meta.url),
);

export const load = defineStage({
  name: 'load',
  version: 1,
  summary: 'Reads the CT (NIfTI, .nii or .nii.gz) into Hounsfield units.',
  config: z.strictObject({
    column: z.string().min(1).default('image').describe("the manifest's column that names the CT"),
  }),
  lane: 'io',
  needs: {},
  gives: { ct },
  facts: {
    spacing_x_mm: { type: 'float64', about: "the CT's voxel size along its first axis, mm" },
    spacing_y_mm: { type: 'float64', about: "the CT's voxel size along its second axis, mm" },
    spacing_z_mm: { type: 'float64', about: "the CT's voxel size along its third axis, mm" },
    nonfinite_voxels: { type: 'int32', about: `voxels that were NaN or infinite and became ${AIR_HU} HU` },
  },
  footprint: ({ ctBytes, ctWorkingBytes }) => ({ gives: { ct: ctBytes }, working: ctWorkingBytes }),
  open: ({ column }, { fileColumns }) => {
    fileColumns.add(column);
    return Promise.resolve({
      measure: async (subject) => scaleOf(await readNiftiHeader(imageOf(subject, column))),
      async process(_, task) {
        const path = imageOf(task.subject, column);
        const { ct, nonFinite, lowestHu, notes } = await task.workers.run(worker, 'readCt', path);
        ct.geometry.spacing.forEach((mm, axis) => task.fact(`spacing_${'xyz'[axis]}_mm`, mm));
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
    });
  },
});

function imageOf(subject: Subject, column: string): string {
  const path = column === 'image' ? subject.image : subject.path(column);
  if (path !== undefined) return path;
  throw inputError(
    'column-empty',
    `The manifest names no CT in column "${column}" for this subject.`,
    'Fill the column, or set `column` of the load stage.',
  );
}

/** `segment`: right and left lung, found in the CT without a trained model, or read from a mask that exists. */
import { z } from 'zod';
import { fileOf, useFileColumn, type FileColumn } from '../../src/core/file-column.js';
import { defineStage, type Task } from '../../src/core/stage.js';
import { workerModule } from '../../src/core/worker-module.js';
import { blockCount } from '../../src/imaging/block-mean.js';
import type { CtVolume } from '../../src/imaging/volume.js';
import { ct, lungs } from '../ports.js';
import { BLOCK_MM } from './coarse-ct.js';
import type { PairMeasures } from './measure-lungs.js';
import { doubts } from './plausible.js';
import type { LungSearch } from './find-lungs.js';

const worker = workerModule<typeof import('./segment.worker.js')>(
  new URL('./segment.worker.js', import.meta.url),
);

export const segment = defineStage({
  name: 'segment',
  version: 2,
  summary: 'Labels the right and the left lung, or reads an existing mask.',
  config: z.strictObject({
    mask: z
      .string()
      .min(1)
      .optional()
      .describe(
        "the manifest's column that names a lung mask on the CT's grid (1 = right, 2 = left); read instead",
      ),
    airBelowHu: z.number().min(-900).max(-100).default(-400).describe('what counts as air, HU'),
    closingMm: z
      .number()
      .min(0)
      .max(30)
      .default(8)
      .describe('radius of the ball that takes vessels and nodules at the border into the lungs, mm'),
  }),
  lane: 'cpu',
  needs: { ct },
  gives: { lungs },
  facts: {
    right_lung_ml: { type: 'float64', about: 'volume of the right lung, ml' },
    left_lung_ml: { type: 'float64', about: 'volume of the left lung, ml' },
    lung_mean_hu: { type: 'float64', about: 'mean of both lungs, HU' },
    emphysema_percent: { type: 'float64', about: 'share of lung voxels below -950 HU (LAA-950), per cent' },
  },
  // The search holds up to 14 bytes a block (measured: 10 to 14); a mask is read as int16 or float32.
  footprint: ({ voxels, sizeX, sizeY, sizeZ, spacingXMm, spacingYMm, spacingZMm }, { mask }) => ({
    gives: { lungs: voxels },
    working:
      mask === undefined
        ? 14 * blockCount([sizeX, sizeY, sizeZ], [spacingXMm, spacingYMm, spacingZMm], BLOCK_MM)
        : 6 * voxels,
  }),
  open: ({ mask, ...search }, env) => {
    const column = mask === undefined ? undefined : maskColumn(mask);
    if (column) useFileColumn(column, env);
    return Promise.resolve({
      async process({ ct }, task) {
        const found = column ? await read(ct, column, task) : await find(ct, search, task);
        report(found.measures, task);
        if (found.orientationDoubt) task.flag(found.orientationDoubt);
        return { lungs: found.lungs };
      },
    });
  },
});

const maskColumn = (column: string): FileColumn => ({
  column,
  stage: 'segment',
  option: 'mask',
  what: 'lung mask',
  otherwise: 'find the lungs in the CT',
});

async function find({ voxels, geometry }: CtVolume, search: LungSearch, task: Task) {
  const found = await task.workers.run(worker, 'segmentCt', voxels, geometry, search);
  if (!found.airwayFound) task.flag('no trachea was found: airways may be counted as lung');
  return found;
}

const read = ({ voxels, geometry }: CtVolume, column: FileColumn, task: Task) =>
  task.workers.run(worker, 'segmentByMask', voxels, geometry, fileOf(column, task.subject));

function report(measures: PairMeasures, task: Task): void {
  task.fact('right_lung_ml', measures.right.ml);
  task.fact('left_lung_ml', measures.left.ml);
  task.fact('lung_mean_hu', measures.meanHu);
  task.fact('emphysema_percent', measures.emphysemaPercent);
  for (const doubt of doubts(measures)) task.flag(doubt);
}

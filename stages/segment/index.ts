/** `segment`: right and left lung, found in the CT without a trained model, or read from a mask that exists. */
import { z } from 'zod';
import { fileOf, useFileColumn, type FileColumn } from '../../src/core/file-column.js';
import { defineStage, type Task } from '../../src/core/stage.js';
import { workerModule } from '../../src/core/worker-module.js';
import { blockCount } from '../../src/imaging/resampling/block-mean.js';
import type { Geometry } from '../../src/imaging/space/geometry.js';
import type { CtVolume } from '../../src/imaging/space/volume.js';
import { ct, lungs } from '../ports.js';
import { BLOCK_MM } from '../../src/imaging/segmentation/coarse-ct.js';
import type { CutBorder } from '../../src/imaging/segmentation/cut-border.js';
import { denseDoubts } from './dense-doubts.js';
import { missingPercent } from '../../src/imaging/segmentation/dense-lung.js';
import type { LungSearch } from '../../src/imaging/segmentation/find-lungs.js';
import { USUAL_SEARCH } from '../../src/imaging/segmentation/segment-lungs.js';
import { intensityDoubts } from './intensity-doubts.js';
import { labelsOption, withMask } from './mask-options.js';
import { doubts, spacingDoubts } from './plausible.js';
import type { GivenLabels } from './read-labels.js';
import type { Segmented } from './segment.worker.js';

const worker = workerModule<typeof import('./segment.worker.js')>(
  new URL('./segment.worker.js', import.meta.url),
);

export const segment = defineStage({
  name: 'segment',
  version: 2,
  summary: 'Labels the right and the left lung, or reads an existing mask.',
  config: withMask({
    mask: z
      .string()
      .min(1)
      .optional()
      .describe(
        "the manifest's column that names a lung mask on the CT's grid; read instead. Labels of lungmask, TotalSegmentator, LUNA16, COVID-19-CT-Seg and atlases are known",
      ),
    labels: labelsOption(),
    otherwise: z
      .enum(['search', 'fail'])
      .optional()
      .describe('where the cell of the mask is blank: search for the lungs in the CT, or fail (the default)'),
    airBelowHu: z
      .number()
      .min(-900)
      .max(-100)
      .default(USUAL_SEARCH.airBelowHu)
      .describe('what counts as air, HU'),
    closingMm: z
      .number()
      .min(0)
      .max(30)
      .default(USUAL_SEARCH.closingMm)
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
    right_cut_percent: {
      type: 'float64',
      about: "share of the right lung's border that lies where the scan or its field of view ends, per cent",
    },
    left_cut_percent: {
      type: 'float64',
      about: "share of the left lung's border that lies where the scan or its field of view ends, per cent",
    },
    dense_lung_percent: {
      type: 'float64',
      about:
        'tissue inside the rib cage where lung is expected, outside the labels: at least so much of the expected volume of both lungs is dense, per cent; null: no ribs seen',
    },
    air_hu: {
      type: 'float64',
      about: 'median of the air around the body and in the airways, HU; null: none seen',
    },
    noise_hu: { type: 'float64', about: 'standard deviation of that air, HU' },
    soft_tissue_hu: { type: 'float64', about: 'commonest value of muscle, blood and organs, HU' },
  },
  // Blocks take up to 16 bytes in the search (measured), 4 beside a mask, which is read as int16 or float32.
  footprint: ({ voxels, sizeX, sizeY, sizeZ, spacingXMm, spacingYMm, spacingZMm }, { mask, otherwise }) => {
    const blocks = blockCount([sizeX, sizeY, sizeZ], [spacingXMm, spacingYMm, spacingZMm], BLOCK_MM);
    const reading = mask === undefined ? 0 : 6 * voxels + 4 * blocks;
    const searching = mask === undefined || otherwise === 'search' ? 16 * blocks : 0;
    return { gives: { lungs: voxels }, working: Math.max(reading, searching) };
  },
  open: ({ mask, labels, otherwise, ...search }, env) => {
    const column = mask === undefined ? undefined : maskColumn(mask);
    if (column) useFileColumn(column, env);
    return {
      async process({ ct }, task) {
        const blank = column && otherwise === 'search' && task.subject.path(column.column) === undefined;
        if (blank) task.flag('no lung mask given; the lungs were searched in the CT');
        const found =
          column && !blank
            ? await read(ct, column, search.airBelowHu, labels, task)
            : await find(ct, search, task);
        report(found, ct.geometry, task);
        return { lungs: found.lungs };
      },
    };
  },
});

const maskColumn = (column: string): FileColumn => ({
  column,
  stage: 'segment',
  option: 'mask',
  what: 'lung mask',
  otherwise: 'find the lungs in the CT',
  ifBlank: 'set `otherwise: search` of the segment stage to find the lungs in the CT',
});

async function find({ voxels, geometry }: CtVolume, search: LungSearch, task: Task) {
  const found = await task.workers.run(worker, 'segmentCt', voxels, geometry, search);
  if (!found.airwayFound) task.flag('no trachea was found: airways may be counted as lung');
  return found;
}

async function read(
  { voxels, geometry }: CtVolume,
  column: FileColumn,
  airBelowHu: number,
  labels: GivenLabels | undefined,
  task: Task,
) {
  const path = fileOf(column, task.subject);
  const found = await task.workers.run(worker, 'segmentByMask', voxels, geometry, path, airBelowHu, labels);
  for (const note of found.notes) task.flag(note);
  return found;
}

function report(
  { measures, intensities, dense, orientationDoubt }: Segmented,
  geometry: Geometry,
  task: Task,
): void {
  task.fact('right_lung_ml', measures.right.ml);
  task.fact('left_lung_ml', measures.left.ml);
  task.fact('lung_mean_hu', measures.meanHu);
  task.fact('emphysema_percent', measures.emphysemaPercent);
  task.fact('right_cut_percent', sumOf(measures.right.cut));
  task.fact('left_cut_percent', sumOf(measures.left.cut));
  if (dense) task.fact('dense_lung_percent', missingPercent(dense.right, dense.left));
  const { airHu, noiseHu, softTissueHu } = intensities;
  for (const [name, value] of [
    ['air_hu', airHu],
    ['noise_hu', noiseHu],
    ['soft_tissue_hu', softTissueHu],
  ] as const)
    if (value !== undefined) task.fact(name, value);
  const found = [
    ...doubts(measures),
    ...(dense ? denseDoubts(dense) : []),
    ...intensityDoubts(measures.meanHu, intensities),
    ...spacingDoubts(geometry),
    ...(orientationDoubt === undefined ? [] : [orientationDoubt]),
  ];
  for (const doubt of found) task.flag(doubt);
}

const sumOf = ({ lower, upper, sides }: CutBorder): number => lower + upper + sides;

/** `resample`: the CT on a grid of 1 mm, as far as patches need it (reference section 4). */
import { z } from 'zod';
import { inputError } from '../../src/core/errors.js';
import { defineStage } from '../../src/core/stage.js';
import { workerModule } from '../../src/core/worker-module.js';
import { isoGrid, paddedGrid, PAD, patchCorners } from '../../src/imaging/space/iso-grid.js';
import { emptyIsoBox } from '../../src/imaging/resampling/iso-box.js';
import { neededVoxels } from '../../src/imaging/resampling/needed-voxels.js';
import { ct, isoCt, landmarksLps } from '../ports.js';

const worker = workerModule<typeof import('../../src/imaging/resampling/resample.js')>(
  new URL('../../src/imaging/resampling/resample.js', import.meta.url),
);

const MOST_PARTS = 2;
/** Thinner parts are not worth the columns that neighbours filter twice. */
const LEAST_COLUMNS = 100;
/** The prefilter's mirrored boundaries and the four voxels of a cubic need so many along each axis. */
const LEAST_VOXELS = 4;

export const resample = defineStage({
  name: 'resample',
  version: 1,
  summary: 'Interpolates the CT on an isotropic grid by cubic B-splines, only where patches lie.',
  config: z.strictObject({
    spacing: z.number().min(0.25).max(4).default(1).describe('edge of a voxel in mm; the atlas has 1'),
  }),
  lane: 'cpu',
  needs: { ct, landmarksLps },
  gives: { isoCt },
  drops: ['ct'],
  // The kernels' scratch memory stays with the thread: the process has it, not the scan.
  footprint: ({ voxels, ctBytes, isoVoxels }, { spacing }) => ({
    gives: { isoCt: ((ctBytes / voxels) * isoVoxels) / spacing ** 3 },
  }),
  open: ({ spacing }) => ({
    async process({ ct, landmarksLps }, { workers }) {
      const scan = ct.geometry;
      const iso = isoGrid(scan, spacing);
      if (Math.min(...scan.size) < LEAST_VOXELS || Math.min(...iso.size) < 1) throw tooSmall(scan.size);
      const padded = paddedGrid(iso);
      const needed = neededVoxels(patchCorners(landmarksLps.data, padded), iso);
      if (!needed) throw landmarksOutside();

      const box = emptyIsoBox(ct, iso, needed);
      const columns = box.geometry.size[0];
      const parts = Math.min(workers.threads, MOST_PARTS, Math.ceil(columns / LEAST_COLUMNS));
      const cut = (part: number) => Math.round((columns * part) / parts);
      await Promise.all(
        Array.from({ length: parts }, (_, part) =>
          workers.run(worker, 'resampleColumns', ct, iso, needed, box.voxels, cut(part), cut(part + 1)),
        ),
      );
      const [x, y, z] = needed.lowXyz;
      return {
        isoCt: { box, lowXyz: [x + PAD, y + PAD, z + PAD] as const, grid: padded },
      };
    },
  }),
});

const tooSmall = (size: readonly number[]) =>
  inputError(
    'scan-too-small',
    `The CT of ${size.join(' x ')} voxels is too small to be interpolated.`,
    'Check that the manifest names the thin-slice chest series and not a scout or a single slice.',
  );

const landmarksOutside = () =>
  inputError(
    'landmarks-outside',
    'Not one atlas landmark lies in the scan.',
    'Look at the registration of this subject: its lungs were not found or the scan shows another part of the body.',
  );

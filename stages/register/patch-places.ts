/** Whether patches will be cut over the lungs, as in the atlas: a fact, and flags where they will not. */
import type { Task, Workers } from '../../src/core/stage.js';
import { workerModule } from '../../src/core/worker-module.js';
import type { Atlas } from '../../src/imaging/atlas/atlas.js';
import { mapCorners } from '../../src/imaging/atlas/map-corners.js';
import { storageOrderOf } from '../../src/imaging/space/storage-order.js';
import type { LungLabels } from '../../src/imaging/space/volume.js';

const worker = workerModule<typeof import('../../src/imaging/atlas/patches-with-lung.js')>(
  new URL('../../src/imaging/atlas/patches-with-lung.js', import.meta.url),
);

/**
 * Of the share in the atlas itself. Of the COPDGene atlas's patches 0.99 have lung; in two real scans that were cut well 0.94 and
 * 0.82, cut along the axes of another storage order 0.77 and less.
 */
const LEAST_OF_ATLAS = 0.8;

const UNMOVED = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], offset: [0, 0, 0] } as const;

export async function openPlaces(atlas: Atlas, workers: Workers) {
  const share = (lungs: LungLabels, { workers }: { workers: Workers }, landmarksLps: Float64Array) =>
    workers.run(worker, 'patchesWithLung', lungs, landmarksLps);
  const inAtlas = await share(atlas.lungs, { workers }, mapCorners(atlas, UNMOVED).data);
  const atlasOrder = storageOrderOf(atlas.lungs.geometry);

  return {
    /** @param landmarksLps `[count, 3]`, LPS mm */
    async report(lungs: LungLabels, landmarksLps: Float64Array, task: Task): Promise<void> {
      const order = storageOrderOf(lungs.geometry);
      if (order !== atlasOrder)
        task.flag(
          `the scan is stored ${order}, the atlas ${atlasOrder}: patches are cut beside their landmarks, as by the published scripts`,
        );
      const withLung = await share(lungs, task, landmarksLps);
      task.fact('patches_with_lung', withLung);
      if (withLung < LEAST_OF_ATLAS * inAtlas)
        task.flag(
          `only ${percent(withLung)} of the patches have lung in them, in the atlas ${percent(inAtlas)}`,
        );
    },
  };
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

/** `read-patches`: the patches of a subject that were cut before, from the reference's files or those of `write`. */
import { z } from 'zod';
import { defineStage } from '../../src/core/stage.js';
import { workerModule } from '../../src/core/worker-module.js';
import { EDGE_OVERLAP } from '../../src/imaging/atlas/adjacency.js';
import { PATCH_VOXELS, USUAL_PATCHES } from '../../src/imaging/atlas/atlas.js';
import { adjacency, corners, patches } from '../ports.js';
import { measurePatches } from './measure-patches.js';
import { findPatchFiles, LAYOUT, patchFilesOf, PARTNER_COLUMNS } from './patch-files.js';

const worker = workerModule<typeof import('./read-patches.worker.js')>(
  new URL('./read-patches.worker.js', import.meta.url),
);

const patchBytes = (count: number): number => 2 * count * PATCH_VOXELS;

export const readPatches = defineStage({
  name: 'read-patches',
  version: 1,
  summary: 'Reads patches, corners and adjacency that were cut before, from the .npy files of the reference.',
  config: z.strictObject({}),
  lane: 'io',
  needs: {},
  gives: { patches, corners, adjacency },
  facts: {
    graph_edges: {
      type: 'int32',
      about: `pairs of patches with an adjacency of more than ${EDGE_OVERLAP}, each counted once, none with itself`,
    },
  },
  startsFrom: { about: LAYOUT, find: findPatchFiles },
  footprint: ({ patches: count = USUAL_PATCHES, fileBytes = patchBytes(count) }) => ({
    gives: { patches: patchBytes(count), corners: 12 * count, adjacency: 8 * count ** 2 },
    working: fileBytes,
  }),
  open: (_, { fileColumns }) => {
    for (const column of PARTNER_COLUMNS) fileColumns.add(column);
    return {
      measure: (subject) => measurePatches(patchFilesOf(subject).patch),
      async process(_inputs, task) {
        const files = patchFilesOf(task.subject);
        const { edges, doubts, ...tensors } = await task.workers.run(worker, 'readPatchFiles', files);
        task.fact('graph_edges', edges);
        for (const doubt of doubts) task.flag(doubt);
        return tensors;
      },
    };
  },
});

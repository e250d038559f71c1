/** `patch`: a cube of voxels at each landmark, and which cubes overlap (reference section 4). */
import { z } from 'zod';
import { defineStage } from '../../src/core/stage.js';
import { workerModule } from '../../src/core/worker-module.js';
import { countEdges, EDGE_OVERLAP, patchAdjacency } from '../../src/imaging/atlas/adjacency.js';
import { PATCH_EDGE, PATCH_VOXELS, USUAL_PATCHES } from '../../src/imaging/atlas/atlas.js';
import { patchCorners } from '../../src/imaging/space/iso-grid.js';
import { AIR_HU } from '../../src/imaging/space/volume.js';
import { adjacency, corners, isoCt, landmarksLps, patches } from '../ports.js';

const worker = workerModule<typeof import('../../src/imaging/atlas/patches.js')>(
  new URL('../../src/imaging/atlas/patches.js', import.meta.url),
);

/** Another atlas's count is not known before it is read. */
const TYPICAL_BYTES = USUAL_PATCHES * PATCH_VOXELS * 2 + USUAL_PATCHES ** 2 * 8;

export const patch = defineStage({
  name: 'patch',
  version: 1,
  summary: `Cuts a ${PATCH_EDGE} x ${PATCH_EDGE} x ${PATCH_EDGE} patch at each landmark and measures how patches overlap.`,
  config: z.strictObject({
    convention: z
      .literal('reference')
      .default('reference')
      .describe(
        "a landmark is a patch's low corner; the patch extends along the CT's axes, which `load` brings to the atlas's order",
      ),
    flagFilled: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe('flags a subject when more than this share of the patch voxels lay outside the scan'),
    flagEdges: z
      .number()
      .min(0)
      .default(1)
      .describe(
        `flags a subject with fewer edges a patch; the COPDGene atlas itself has 1398 / ${USUAL_PATCHES} = 2.4`,
      ),
  }),
  lane: 'cpu',
  needs: { isoCt, landmarksLps },
  gives: { patches, corners, adjacency },
  drops: ['isoCt'],
  facts: {
    filled_voxels: { type: 'int32', about: `patch voxels outside the padded scan, filled with ${AIR_HU} HU` },
    graph_edges: {
      type: 'int32',
      about: `pairs of patches that share more than ${EDGE_OVERLAP} of their volume, each counted once, none with itself`,
    },
  },
  footprint: () => ({ gives: { patches: TYPICAL_BYTES } }),
  open: ({ flagFilled, flagEdges }) => ({
    async process({ isoCt: { box, lowXyz, grid }, landmarksLps }, task) {
      const cornersXyz = patchCorners(landmarksLps.data, grid);
      const count = cornersXyz.length / 3;
      const voxels = new Int16Array(new SharedArrayBuffer(2 * count * PATCH_VOXELS));
      const boxed = { voxels: box.voxels, size: box.geometry.size, lowXyz, gridSize: grid.size };
      const filled = await task.workers.run(worker, 'cutPatches', boxed, cornersXyz, voxels);
      task.fact('filled_voxels', filled);
      if (filled > flagFilled * voxels.length) {
        const percent = ((100 * filled) / voxels.length).toFixed(1);
        task.flag(`${percent} % of the patch voxels lay outside the scan and were filled with air`);
      }

      const overlaps = patchAdjacency(cornersXyz);
      const edges = countEdges(overlaps, count);
      task.fact('graph_edges', edges);
      if (edges < flagEdges * count) {
        task.flag(
          `the graph has only ${edges} edges among ${count} patches: neighbours overlap too little to be joined`,
        );
      }
      return {
        patches: { data: voxels, shape: [count, PATCH_EDGE, PATCH_EDGE, PATCH_EDGE] },
        corners: { data: cornersXyz, shape: [count, 3] },
        adjacency: { data: overlaps, shape: [count, count] },
      };
    },
  }),
});

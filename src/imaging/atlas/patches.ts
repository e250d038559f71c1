/** Worker side of `patch`: cubes of voxels cut from the isotropic scan (reference section 4). */
import { PATCH_EDGE } from './atlas.js';
import type { IndexXyz } from '../space/geometry.js';
import { mapXyz } from '../space/iso-grid.js';
import { AIR_HU, voxelCount } from '../space/volume.js';

const EDGE = PATCH_EDGE;

/** A box of voxels, x fastest, of a grid that is air everywhere else. */
export interface BoxedVoxels {
  readonly voxels: Int16Array | Float32Array;
  readonly size: readonly [number, number, number];
  readonly lowXyz: IndexXyz;
  readonly gridSize: readonly [number, number, number];
}

/**
 * @param cornersXyz `[count, 3]`: low corner of each patch, voxels of the grid
 * @param patches `[count, z, y, x]`, 32 voxels an edge: receives HU, rounded to the nearest (halves up) when the box is float32
 * @returns voxels that lay outside the grid and became -1024
 */
export function cutPatches(
  box: BoxedVoxels,
  cornersXyz: Int32Array,
  patches: Int16Array<SharedArrayBuffer>,
): number {
  const rounded = box.voxels instanceof Float32Array;
  patches.fill(AIR_HU);
  let outside = 0;
  for (let p = 0; p < cornersXyz.length / 3; p++) {
    const corner: IndexXyz = [cornersXyz[3 * p], cornersXyz[3 * p + 1], cornersXyz[3 * p + 2]];
    outside += EDGE ** 3 - overlap(corner, [0, 0, 0], box.gridSize).count;
    const { low, size, count } = overlap(corner, box.lowXyz, box.size);
    if (count === 0) continue;
    const inBox = mapXyz((a, b) => a - b, low, box.lowXyz);
    const inPatch = mapXyz((a, b) => a - b, low, corner);
    const [nx, ny, nz] = size;
    for (let z = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        const from = inBox[0] + box.size[0] * (inBox[1] + y + box.size[1] * (inBox[2] + z));
        const to = inPatch[0] + EDGE * (inPatch[1] + y + EDGE * (inPatch[2] + z + EDGE * p));
        if (!rounded) patches.set(box.voxels.subarray(from, from + nx), to);
        else for (let x = 0; x < nx; x++) patches[to + x] = Math.round(box.voxels[from + x]);
      }
    }
  }
  return outside;
}

/** Where a patch and a box meet. */
function overlap(corner: IndexXyz, boxLow: IndexXyz, boxSize: readonly [number, number, number]) {
  const low = mapXyz(Math.max, corner, boxLow);
  const high = mapXyz(
    Math.min,
    mapXyz((x) => x + EDGE, corner),
    mapXyz((x, n) => x + n, boxLow, boxSize),
  );
  const size = mapXyz((a, b) => Math.max(0, a - b), high, low);
  return { low, size, count: voxelCount({ size }) };
}

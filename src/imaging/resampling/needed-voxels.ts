/** Which voxels of the isotropic grid some patch covers: a box, and in each of its slices a rectangle. */
import { PATCH_EDGE } from '../atlas/atlas.js';
import type { Geometry } from '../space/geometry.js';
import { mapXyz, PAD, type Box } from '../space/iso-grid.js';

export interface NeededVoxels extends Box {
  /** `[slices of the box, 4]`: x from, x to, y from, y to (to excluded); from = to where no patch lies. */
  readonly rectangles: Int32Array;
}

/**
 * @param cornersXyz `[count, 3]`, on the padded grid
 * @param iso the grid without its padding: voxels outside it are never needed
 * @returns indices on `iso`; undefined when every patch lies wholly outside it
 */
export function neededVoxels(cornersXyz: Int32Array, iso: Geometry): NeededVoxels | undefined {
  const patches = patchBoxes(cornersXyz, iso);
  if (patches.length === 0) return undefined;
  const { lowXyz, highXyz } = patches.reduce((all, patch) => ({
    lowXyz: mapXyz(Math.min, all.lowXyz, patch.lowXyz),
    highXyz: mapXyz(Math.max, all.highXyz, patch.highXyz),
  }));
  const rectangles = new Int32Array(4 * (highXyz[2] - lowXyz[2]));
  for (const { lowXyz: low, highXyz: high } of patches) {
    for (let z = low[2]; z < high[2]; z++) {
      const at = 4 * (z - lowXyz[2]);
      const fresh = rectangles[at] === rectangles[at + 1];
      rectangles[at] = fresh ? low[0] : Math.min(rectangles[at], low[0]);
      rectangles[at + 1] = Math.max(rectangles[at + 1], high[0]);
      rectangles[at + 2] = fresh ? low[1] : Math.min(rectangles[at + 2], low[1]);
      rectangles[at + 3] = Math.max(rectangles[at + 3], high[1]);
    }
  }
  return { lowXyz, highXyz, rectangles };
}

/** The part of each patch that lies on the grid, empty ones left out. */
function patchBoxes(cornersXyz: Int32Array, { size }: Geometry): Box[] {
  const boxes: Box[] = [];
  for (let i = 0; i < cornersXyz.length; i += 3) {
    const corner = mapXyz((x) => x - PAD, [cornersXyz[i], cornersXyz[i + 1], cornersXyz[i + 2]]);
    const lowXyz = mapXyz((x) => Math.max(0, x), corner);
    const highXyz = mapXyz((x, n) => Math.min(n, x + PATCH_EDGE), corner, size);
    if (highXyz.every((high, axis) => high > lowXyz[axis])) boxes.push({ lowXyz, highXyz });
  }
  return boxes;
}

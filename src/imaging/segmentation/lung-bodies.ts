/** Which bodies of enclosed air are lung: those that the airways lead to, and what lies beside them; never gas below the diaphragm. */
import type { Components } from '../labels/components.js';
import { cropAround } from '../space/crop.js';
import { gridVoxelMl, type Grid } from '../space/grid.js';
import { dilate } from '../labels/morphology.js';
import type { CoarseCt } from './coarse-ct.js';

/** Air bodies smaller than this are no lungs, ml. */
const LEAST_ML = 20;
/** Inner voxels of bowel gas are darker on average, HU; lung, even with emphysema, is not. */
const GAS_HU = -965;
/** Lung comes so near to trachea or bronchi; stomach and colon do not, mm. */
const AIRWAY_MM = 20;
/** Share of the lungs' columns that end below the dome of the diaphragm. */
const DOME = 0.75;

/** For each body: whether it is lung. `airways`: lumen and wall of what was grown, if anything. */
export function lungBodies(
  ct: CoarseCt,
  air: Uint8Array,
  bodies: Components,
  airways: Uint8Array | undefined,
): readonly boolean[] {
  const { grid } = ct;
  const inner = innerHu(ct, air, bodies);
  const candidates = bodies.sizes.map(
    (size, body) => size * gridVoxelMl(grid) >= LEAST_ML && inner[body] > GAS_HU,
  );
  // Two bodies or one need no telling apart in any scan of a chest alone, but one may be gas and the other both lungs.
  if (candidates.filter(Boolean).length < 2) return candidates;
  const led = airways ? nearTo(airways, bodies, grid) : [];
  const largest = bodies.sizes.reduce(
    (best, size, b) => (candidates[b] && size > bodies.sizes[best] ? b : best),
    0,
  );
  const sure = candidates.some((is, body) => is && led[body])
    ? candidates.map((is, body) => is && led[body])
    : candidates.map((_, body) => body === largest);
  const domeZ = domeOf(bodies, sure, grid);
  const middles = middleZ(bodies, grid);
  return candidates.map((is, body) => is && (sure[body] || middles[body] > domeZ));
}

/** For each body: whether it comes within AIRWAY_MM of a mask. */
function nearTo(
  mask: Uint8Array,
  { runs: { starts, ends }, ofRun, sizes }: Components,
  grid: Grid,
): boolean[] {
  const near = sizes.map(() => false);
  const crop = cropAround(mask, grid, 1, AIRWAY_MM);
  if (!crop) return near;
  const grown = dilate(crop.mask, crop.grid, AIRWAY_MM);
  const reach = new Uint8Array(mask.length);
  crop.eachRow((inGrid, inCrop, length) => reach.set(grown.subarray(inCrop, inCrop + length), inGrid));
  for (let run = 0; run < ofRun.length; run++) {
    if (!near[ofRun[run]]) near[ofRun[run]] = reach.subarray(starts[run], ends[run]).includes(1);
  }
  return near;
}

/** The slice above which lies the dome of the diaphragm, as the lungs' lower surface tells it. */
function domeOf(
  { runs: { starts, ends }, ofRun }: Components,
  lungs: readonly boolean[],
  { size }: Grid,
): number {
  const nxy = size[0] * size[1];
  const lowest = new Int32Array(nxy).fill(size[2]);
  for (let run = 0; run < ofRun.length; run++) {
    if (!lungs[ofRun[run]]) continue;
    const z = Math.floor(starts[run] / nxy);
    for (let i = starts[run] - z * nxy; i < ends[run] - z * nxy; i++) if (z < lowest[i]) lowest[i] = z;
  }
  const bottoms = lowest.filter((z) => z < size[2]).sort();
  return bottoms[Math.floor(DOME * bottoms.length)] ?? 0;
}

/** Mean slice of each body. */
function middleZ({ runs: { starts, ends }, ofRun, sizes }: Components, { size }: Grid): Float64Array {
  const sums = new Float64Array(sizes.length);
  for (let run = 0; run < ofRun.length; run++) {
    sums[ofRun[run]] += (ends[run] - starts[run]) * Math.floor(starts[run] / (size[0] * size[1]));
  }
  return sums.map((sum, body) => sum / sizes[body]);
}

/** Mean HU of each body's voxels whose neighbours all belong to it: free of partial volume. */
function innerHu(
  {
    hu,
    grid: {
      size: [nx, ny, nz],
    },
  }: CoarseCt,
  air: Uint8Array,
  { runs: { starts, ends, firstOfRow }, ofRun, sizes }: Components,
): Float64Array {
  const sums = new Float64Array(sizes.length);
  const counts = new Float64Array(sizes.length);
  const nxy = nx * ny;
  for (let row = ny; row < ny * (nz - 1); row++) {
    if (row % ny === 0 || row % ny === ny - 1) continue;
    for (let run = firstOfRow[row]; run < firstOfRow[row + 1]; run++) {
      for (let i = starts[run] + 1; i < ends[run] - 1; i++) {
        if (air[i - nx] === 0 || air[i + nx] === 0 || air[i - nxy] === 0 || air[i + nxy] === 0) continue;
        sums[ofRun[run]] += hu[i];
        counts[ofRun[run]]++;
      }
    }
  }
  return sums.map((sum, b) => (counts[b] > 0 ? sum / counts[b] : 0));
}

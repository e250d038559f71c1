/** Resampling by plain loops over a whole scan: what `resampleColumns` must equal, bit for bit. */
import { tapsAt, type Taps } from '../../../src/imaging/resampling/b-spline.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import { indexToPoint, pointToIndex } from '../../../src/imaging/space/geometry.js';
import { HIGHEST_HU } from '../../../src/imaging/space/iso-grid.js';
import { AIR_HU } from '../../../src/imaging/space/volume.js';
import { prefilterScan } from './plain-prefilter.js';

const clampHu = (hu: number) => Math.min(HIGHEST_HU, Math.max(AIR_HU, hu));

/**
 * All voxels of `iso`, clamped; air where they lie outside the scan.
 * @param whole ITK's own order of additions, cut off towards zero; otherwise along z, y, then x, unrounded
 */
export function resamplePlainly(
  voxels: ArrayLike<number>,
  scan: Geometry,
  iso: Geometry,
  whole: boolean,
): number[] {
  const c = prefilterScan(voxels, scan.size);
  const [tx, ty, tz] = ([0, 1, 2] as const).map((axis) => tapsAlong(axis, scan, iso));
  const [nx, ny] = scan.size;
  const four = [0, 1, 2, 3];
  const inItksOrder = (i: number, j: number, k: number) => {
    let sum = 0;
    for (const z of four)
      for (const y of four)
        for (const x of four) {
          const weight = tx.weights[4 * i + x] * ty.weights[4 * j + y] * tz.weights[4 * k + z];
          sum +=
            weight * c[tx.samples[4 * i + x] + nx * (ty.samples[4 * j + y] + ny * tz.samples[4 * k + z])];
        }
    return sum;
  };
  const weigh = ({ samples, weights }: Taps, at: number, value: (sample: number) => number) =>
    four.map((tap) => weights[4 * at + tap] * value(samples[4 * at + tap])).reduce((a, b) => a + b);
  const axisByAxis = (i: number, j: number, k: number) =>
    weigh(tx, i, (x) => weigh(ty, j, (y) => weigh(tz, k, (z) => c[x + nx * (y + ny * z)])));

  const out: number[] = [];
  for (let k = 0; k < iso.size[2]; k++)
    for (let j = 0; j < iso.size[1]; j++)
      for (let i = 0; i < iso.size[0]; i++) {
        const inside = i < tx.inside && j < ty.inside && k < tz.inside;
        if (!inside) out.push(AIR_HU);
        else out.push(clampHu(whole ? Math.trunc(inItksOrder(i, j, k)) : axisByAxis(i, j, k)));
      }
  return out;
}

function tapsAlong(axis: 0 | 1 | 2, scan: Geometry, iso: Geometry): Taps {
  const count = iso.size[axis];
  const position = (i: number) => {
    const indexXyz = [0, 0, 0] as [number, number, number];
    indexXyz[axis] = i;
    return pointToIndex(scan, indexToPoint(iso, indexXyz))[axis];
  };
  const [first, end] = [position(0), position(count)];
  const positions = Float64Array.from({ length: count }, (_, i) =>
    axis === 0 ? first + (i / count) * (end - first) : position(i),
  );
  return tapsAt(positions, scan.size[axis]);
}

/** Samples on a lattice over a grid, gathered in bricks of neighbours, so that those that meet nothing but background, or nothing but lung, are dealt with at once. */
import { mulberry32 } from '../../core/mulberry32.js';
import { gridToLps } from '../space/affine.js';
import {
  applyAffine,
  indexToPoint,
  type AffineLps,
  type Geometry,
  type IndexXyz,
} from '../space/geometry.js';
import { transform3 } from '../space/matrix3.js';

export interface SampleBricks {
  /** `[count, 3]`, mapped by the affine given; brick after brick. */
  readonly points: Float32Array<SharedArrayBuffer>;
  /** `[bricks + 1]`: first sample of each. */
  readonly starts: Int32Array<SharedArrayBuffer>;
  /** `[bricks, 3]`, mapped likewise. */
  readonly centres: Float64Array<SharedArrayBuffer>;
  /** Half the edges of a brick, mapped likewise: rows are the grid's axes. */
  readonly halfEdges: readonly (readonly [number, number, number])[];
}

/** Small enough to hug the lungs, large enough that most samples are never looked at one by one. */
const BRICK_MM = 16;

/**
 * Points on a regular lattice over the whole grid, each moved at random within its cell, always the same way.
 * @param affine from LPS to the space in which points are wanted
 * @param visit told each sample's number, and its point in LPS before it is rounded
 */
export function sampleBricks(
  domain: Geometry,
  sampleMm: number,
  affine: AffineLps,
  visit: (sample: number, pointLps: readonly [number, number, number]) => void,
): SampleBricks {
  const lattice = domain.size.map((n, axis) =>
    Math.max(1, Math.round((n * domain.spacing[axis]) / sampleMm)),
  );
  const [nx, ny, nz] = lattice;
  const edge = Math.max(1, Math.round(BRICK_MM / sampleMm));
  const [bx, by, bz] = lattice.map((n) => Math.ceil(n / edge));
  const brickOf = (x: number, y: number, z: number) =>
    Math.floor(x / edge) + bx * (Math.floor(y / edge) + by * Math.floor(z / edge));
  const indexAt = (x: number, y: number, z: number): IndexXyz => [
    (x / nx) * domain.size[0] - 0.5,
    (y / ny) * domain.size[1] - 0.5,
    (z / nz) * domain.size[2] - 0.5,
  ];

  const bricks = bx * by * bz;
  const starts = new Int32Array(new SharedArrayBuffer(4 * (bricks + 1)));
  const centres = new Float64Array(new SharedArrayBuffer(24 * bricks));
  const extent = (brick: number, n: number) => Math.min(n, edge * (brick + 1)) - edge * brick;
  for (let z = 0, brick = 0; z < bz; z++)
    for (let y = 0; y < by; y++)
      for (let x = 0; x < bx; x++, brick++) {
        starts[brick + 1] = starts[brick] + extent(x, nx) * extent(y, ny) * extent(z, nz);
        const middle = indexAt(edge * (x + 0.5), edge * (y + 0.5), edge * (z + 0.5));
        centres.set(applyAffine(affine, indexToPoint(domain, middle)), 3 * brick);
      }

  const points = new Float32Array(new SharedArrayBuffer(12 * nx * ny * nz));
  const next = starts.slice();
  const random = mulberry32(1);
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++) {
        const pointLps = indexToPoint(domain, indexAt(x + random(), y + random(), z + random()));
        const sample = next[brickOf(x, y, z)]++;
        points.set(applyAffine(affine, pointLps), 3 * sample);
        visit(sample, pointLps);
      }

  const { matrix: toLps } = gridToLps(domain);
  const halfEdges = lattice.map((n, axis) => {
    const half = [0, 0, 0] as [number, number, number];
    half[axis] = ((edge / n) * domain.size[axis]) / 2;
    return transform3(affine.matrix, transform3(toLps, half));
  });
  return { points, starts, centres, halfEdges };
}

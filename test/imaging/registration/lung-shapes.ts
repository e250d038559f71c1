/** Masks for tests: a pair of lungs as two unlike bodies, on any grid, under any affine. */
import { invertAffine } from '../../../src/imaging/space/affine.js';
import {
  applyAffine,
  indexToPoint,
  type AffineLps,
  type Geometry,
  type Matrix3,
  type PointLps,
} from '../../../src/imaging/space/geometry.js';
import type { LungLabels } from '../../../src/imaging/space/volume.js';

const IDENTITY: AffineLps = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], offset: [0, 0, 0] };

/** A grid of `size` voxels about the LPS point 0. */
export function centredGrid(size: number, spacing: number, direction: Matrix3 = IDENTITY.matrix): Geometry {
  const geometry = { size: [size, size, size], spacing: [spacing, spacing, spacing], direction } as const;
  const [x, y, z] = indexToPoint({ ...geometry, origin: [0, 0, 0] }, [size / 2, size / 2, size / 2]);
  return { ...geometry, origin: [-x, -y, -z] };
}

/** Labels by what `label` says of the point of lung space from which `affine` brings each voxel. */
export function paint(
  geometry: Geometry,
  label: (point: PointLps) => number,
  affine: AffineLps = IDENTITY,
): LungLabels {
  const [nx, ny, nz] = geometry.size;
  const voxels = new Uint8Array(new SharedArrayBuffer(nx * ny * nz));
  const back = invertAffine(affine);
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++)
        voxels[i] = label(applyAffine(back, indexToPoint(geometry, [x, y, z])));
  return { voxels, geometry };
}

/** Half-ellipsoids over a domed diaphragm, a heart's bay in the left one; about 260 x 170 x 230 mm. */
export function lungPair([x, y, z]: PointLps): number {
  const right = x < 0;
  const across = (right ? x + 70 : x - 68) / (right ? 62 : 56);
  const depth = (y - 4) / (80 - 0.1 * z);
  const height = (z + 90) / (right ? 205 : 212);
  const dome = 0.25 * (1 - across * across - depth * depth);
  const heart = !right && Math.hypot((x - 20) / 45, (y + 45) / 40, (z + 60) / 60) < 1;
  const inside = height > dome && across * across + depth * depth + height * height < 1;
  if (!inside || heart) return 0;
  return right ? 1 : 2;
}

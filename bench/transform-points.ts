/**
 * Where we say that transform files map points: `node dist/bench/transform-points.js FILE ... > points.json`, for
 * `bench/peers/transforms_itk.py check points.json`, which asks ITK and ANTs about the same files.
 */
import { resolve } from 'node:path';
import { readItkTransform } from '../src/formats/itk-transform/index.js';
import { applyAffine, type PointLps } from '../src/imaging/space/geometry.js';

/** In and around a chest, LPS mm: far from the origin, as scanners place it. */
const points: PointLps[] = [];
for (const x of [-200, -31.25, 180])
  for (const y of [-250.5, 0, 160]) for (const z of [-1200, -77.7, 450]) points.push([x, y, z]);

const files: Record<string, PointLps[]> = {};
for (const file of process.argv.slice(2)) {
  const affine = await readItkTransform(file);
  files[resolve(file)] = points.map((point) => applyAffine(affine, point));
}
process.stdout.write(`${JSON.stringify({ points, files })}\n`);

/** Storage orders by the plainest means: what src/imaging/space/reorient.ts is held against. */
import { indexToPoint, type Geometry, type Matrix3 } from '../../../src/imaging/space/geometry.js';
import type { Volume, VoxelArray } from '../../../src/imaging/space/volume.js';

/** The same volume stored the other way: new axis a is old axis `order[a]`, reversed where `flips[a]`. */
export function reorient<A extends VoxelArray>(
  { voxels, geometry }: Volume<A>,
  order: readonly number[],
  flips: readonly boolean[],
): Volume<A> {
  const { size, spacing, direction: d } = geometry;
  const strides = [1, size[0], size[0] * size[1]];
  const newSize = order.map((axis) => size[axis]) as unknown as Geometry['size'];
  const steps = order.map((axis, a) => (flips[a] ? -strides[axis] : strides[axis]));
  const first = order.map((axis, a) => (flips[a] ? size[axis] - 1 : 0));
  const firstIndex = [0, 1, 2].map((axis) => first[order.indexOf(axis)]);
  const start = firstIndex.reduce((sum, at, axis) => sum + at * strides[axis], 0);
  const out = shared(voxels);
  let to = 0;
  for (let k = 0; k < newSize[2] && voxels.length > 0; k++) {
    for (let j = 0; j < newSize[1]; j++) {
      for (let i = 0; i < newSize[0]; i++)
        out[to++] = voxels[start + i * steps[0] + j * steps[1] + k * steps[2]];
    }
  }
  const direction = [0, 1, 2].flatMap((row) =>
    order.map((axis, a) => (flips[a] ? -1 : 1) * d[3 * row + axis] + 0),
  ) as unknown as Matrix3;
  return {
    voxels: out,
    geometry: {
      size: newSize,
      spacing: order.map((axis) => spacing[axis]) as unknown as Geometry['spacing'],
      origin: indexToPoint(geometry, [firstIndex[0], firstIndex[1], firstIndex[2]]),
      direction,
    },
  };
}

/** The same volume, whose axes are along LPS, in the order of that code. */
export function restored<A extends VoxelArray>(volume: Volume<A>, code: string): Volume<A> {
  const { direction } = volume.geometry;
  const patients = Array.from(code).map((letter) =>
    ['LR', 'PA', 'SI'].findIndex((pair) => pair.includes(letter)),
  );
  const order = patients.map((patient) =>
    [0, 1, 2].find((axis) => Math.abs(direction[3 * patient + axis]) === 1)!,
  );
  const flips = order.map(
    (axis, a) => direction[3 * patients[a] + axis] !== ('LPS'.includes(code[a]) ? 1 : -1),
  );
  return reorient(volume, order, flips);
}

/** A copy in shared memory. */
function shared<A extends VoxelArray>(array: A): A {
  const copy = new (array.constructor as new (buffer: SharedArrayBuffer) => A)(
    new SharedArrayBuffer(array.byteLength),
  );
  copy.set(array);
  return copy;
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { indexToPoint, type Geometry } from '../../../src/imaging/space/geometry.js';
import {
  permutes,
  reorientation,
  reorientGeometry,
  reorientVolume,
} from '../../../src/imaging/space/reorient.js';
import {
  STORAGE_ORDERS,
  storageOrderOf,
  type StorageOrder,
} from '../../../src/imaging/space/storage-order.js';
import { voxelCount, type Volume, type VoxelArray } from '../../../src/imaging/space/volume.js';
import { reorient } from './plain-reorient.js';

const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
const oblique = (size: Geometry['size']): Geometry => ({
  size,
  spacing: [0.7, 0.8, 2.5],
  origin: [-31.25, 12.5, 100],
  direction: [c, s, 0, s, -c, 0, 0, 0, 1],
});

type ArrayType = { readonly BYTES_PER_ELEMENT: number; new (buffer: SharedArrayBuffer): VoxelArray };
const types: readonly ArrayType[] = [Int16Array, Float32Array, Uint8Array];
function numbered(size: Geometry['size'], type: ArrayType): Volume {
  const count = voxelCount({ size });
  const voxels = new type(new SharedArrayBuffer(count * type.BYTES_PER_ELEMENT));
  for (let i = 0; i < count; i++) voxels[i] = (i * 7919 + (i >> 8)) % 251;
  return { voxels, geometry: oblique(size) };
}

function inOrder<A extends VoxelArray>(volume: Volume<A>, order: StorageOrder): Volume<A> {
  const change = reorientation(volume.geometry, order);
  return change ? reorientVolume(volume, change, reorientGeometry(volume.geometry, change)) : volume;
}

describe('a volume in another storage order', () => {
  it('is what the plainest loop makes of it, whatever its size, type and order', () => {
    const size = fc.tuple(...[90, 75, 70].map((max) => fc.integer({ min: 1, max })));
    fc.assert(
      fc.property(
        size,
        fc.constantFrom(...types),
        fc.constantFrom(...STORAGE_ORDERS),
        (size, type, order) => {
          const volume = numbered(size as [number, number, number], type);
          const change = reorientation(volume.geometry, order);
          const plain = change
            ? reorient(volume, change.axes, change.reversed)
            : { ...volume, voxels: volume.voxels.slice() };
          const found = inOrder(volume, order);
          assert.deepEqual(found.geometry.size, plain.geometry.size);
          assert.deepEqual(found.geometry, plain.geometry);
          assert.deepEqual(new Uint8Array(found.voxels.buffer), new Uint8Array(plain.voxels.buffer));
          assert.equal(storageOrderOf(found.geometry), order);
        },
      ),
      { numRuns: 150, seed: 11 },
    );
  });

  it('has each voxel at the same place in the world', () => {
    const size = [5, 4, 3] as const;
    const before = numbered([...size], Int16Array);
    const at = new Map<string, number>();
    const place = ({ voxels, geometry }: Volume, visit: (place: string, value: number) => void) => {
      const [nx, ny, nz] = geometry.size;
      for (let z = 0, i = 0; z < nz; z++)
        for (let y = 0; y < ny; y++)
          for (let x = 0; x < nx; x++, i++)
            visit(
              indexToPoint(geometry, [x, y, z])
                .map((mm) => (mm + 1000).toFixed(6))
                .join(),
              voxels[i],
            );
    };
    place(before, (where, value) => at.set(where, value));
    for (const order of STORAGE_ORDERS) {
      const turned = inOrder(numbered([...size], Int16Array), order);
      place(turned, (where, value) => assert.equal(at.get(where), value, order));
    }
  });

  it('takes no second memory where axes are only reversed, and is left alone where nothing is to be done', () => {
    for (const order of STORAGE_ORDERS) {
      const volume = numbered([6, 5, 4], Int16Array);
      const change = reorientation(volume.geometry, order);
      const found = inOrder(volume, order);
      if (!change) assert.equal(found.geometry, volume.geometry);
      assert.equal(found.voxels === volume.voxels, !change || !permutes(change), order);
    }
  });
});

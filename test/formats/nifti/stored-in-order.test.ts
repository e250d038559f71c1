import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { parseNiftiHeader, type NiftiHeader } from '../../../src/formats/nifti/header.js';
import { readNifti, storedInOrder } from '../../../src/formats/nifti/index.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import {
  STORAGE_ORDERS,
  storageOrderOf,
  type StorageOrder,
} from '../../../src/imaging/space/storage-order.js';
import type { Volume } from '../../../src/imaging/space/volume.js';
import { writeNifti } from '../../../src/store/write-nifti.js';
import { reorient, restored } from '../../imaging/space/plain-reorient.js';
import { scratchDirectory } from '../../temporary.js';
import { craftHeader } from './craft.js';

const scratch = scratchDirectory('stored-in-order');
const file = `${scratch.directory}/volume.nii`;

const gridOnly = (geometry: Geometry): Volume<Uint8Array<SharedArrayBuffer>> => ({
  voxels: new Uint8Array(new SharedArrayBuffer(0)),
  geometry,
});
const grid = (origin: Geometry['origin'], mm: number, slices: number): Geometry => ({
  size: [512, 512, slices],
  spacing: [mm, mm, 2.5],
  origin,
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
});

/** What a file written in float32 says of the grid. */
async function headerOf({ geometry }: Volume) {
  await writeNifti(file, { voxels: new Uint8Array(new SharedArrayBuffer(0)), geometry });
  return parseNiftiHeader(await readFile(file));
}

const sound: Record<string, Geometry> = {
  // As their headers have it: float32 of 171.7 and of 0.820312.
  'LIDC-IDRI-0001': grid([-166, -171.6999969482422, -340], 0.703125, 133),
  'LIDC-IDRI-0003': grid([-228.8000030517578, -210, -379], 0.8203120231628418, 140),
  'one whose voxel size is no sum of halves': grid([-180.3, -12.7, -1251.1], 0.7, 91),
};

describe('a file in another storage order', () => {
  for (const [name, geometry] of Object.entries(sound))
    it(`says the same of ${name} as one that was stored so, to the last bit`, async () => {
      const original = gridOnly((await headerOf(gridOnly(geometry))).geometry);
      const headers = new Map<StorageOrder, NiftiHeader>();
      for (const order of STORAGE_ORDERS) headers.set(order, await headerOf(restored(original, order)));
      for (const [from, header] of headers)
        for (const [to, { geometry }] of headers)
          assert.deepEqual(storedInOrder(header, to).geometry, geometry, `${from} to ${to}`);
    });

  it('keeps the angles of an oblique grid, and its place to the rounding of the header', async () => {
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    const tilted: Geometry = { ...sound['LIDC-IDRI-0001'], direction: [1, 0, 0, 0, -c, s, 0, s, c] };
    const original = gridOnly((await headerOf(gridOnly(tilted))).geometry);
    for (const [order, axes, flips] of [
      ['LPS', [0, 1, 2], [false, true, false]],
      ['SRP', [2, 0, 1], [false, true, true]],
    ] as const) {
      const turned = reorient(original, axes, flips);
      const { geometry, change } = storedInOrder(await headerOf(turned), 'LAS');
      assert.equal(storageOrderOf(turned.geometry), order);
      assert.ok(change);
      assert.deepEqual(geometry.direction, original.geometry.direction);
      assert.deepEqual(geometry.spacing, original.geometry.spacing);
      const apart = geometry.origin.map((mm, axis) => Math.abs(mm - original.geometry.origin[axis]));
      assert.ok(Math.max(...apart) < 4e-5, apart.join());
    }
  });

  it('is the same grid, the same object, where nothing is to be done', async () => {
    const header = await headerOf(gridOnly(sound['LIDC-IDRI-0001']));
    for (const order of ['LPS', undefined] as const) {
      assert.equal(storedInOrder(header, order).geometry, header.geometry);
      assert.equal(storedInOrder(header, order).change, undefined);
    }
  });

  it('is straight where only a rounded quaternion says how its axes are exchanged', () => {
    // A quarter turn about x: float32 of the square root of a half leaves 3e-8 where 0 belongs.
    const header = parseNiftiHeader(craftHeader({ quaternion: [Math.SQRT1_2, 0, 0] }));
    assert.ok(header.byQuaternion);
    assert.ok(header.geometry.direction.some((entry) => entry !== 0 && Math.abs(entry) < 1e-6));
    const { geometry } = storedInOrder(header, 'LAS');
    assert.deepEqual(geometry.direction, [1, 0, 0, 0, -1, 0, 0, 0, 1]);
  });

  it('holds in double precision, and in metres, too', () => {
    const sform = (mm: number) => [
      -0.7 * mm,
      0,
      0,
      180.3 * mm,
      0,
      -0.7 * mm,
      0,
      12.7 * mm,
      0,
      0,
      2.5 * mm,
      -50.1 * mm,
    ];
    const crafted = (version: 1 | 2, mm: number, units: number) =>
      parseNiftiHeader(
        craftHeader({
          ...{ version, units, dim: [3, 512, 512, 91], qformCode: 0, sformCode: 1, srows: sform(mm) },
          pixdim: [1, 0.7 * mm, 0.7 * mm, 2.5 * mm],
        }),
      );
    for (const header of [crafted(2, 1, 2), crafted(1, 0.001, 1), crafted(1, 1, 2)]) {
      const { geometry } = storedInOrder(header, 'RAI');
      const back = storedInOrder({ ...header, geometry }, 'LPS').geometry;
      back.origin.forEach((mm, axis) => assert.ok(Math.abs(mm - header.geometry.origin[axis]) < 1e-4));
      assert.deepEqual(back.direction, header.geometry.direction);
    }
    const header = crafted(2, 1, 2);
    assert.deepEqual(
      storedInOrder({ ...header, geometry: storedInOrder(header, 'RAI').geometry }, 'LPS').geometry,
      header.geometry,
    );
  });

  it('is read with its voxels, exactly', async () => {
    const [x, y, z] = [3, 4, 5];
    const voxels = new Int16Array(new SharedArrayBuffer(2 * x * y * z));
    voxels.forEach((_, i) => (voxels[i] = i));
    const small = { voxels, geometry: { ...sound['LIDC-IDRI-0001'], size: [x, y, z] as const } };
    for (const order of STORAGE_ORDERS) {
      await writeNifti(file, restored(small, order));
      assert.deepEqual((await readNifti(file, 'LPS')).volume, small, order);
      assert.deepEqual((await readNifti(file)).volume.geometry.size, restored(small, order).geometry.size);
    }
  });
});

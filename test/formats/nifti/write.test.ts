import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { niftiBytes, readNifti } from '../../../src/formats/nifti/index.js';
import type { Geometry, Matrix3, PointLps } from '../../../src/imaging/space/geometry.js';
import type { Volume, VoxelArray } from '../../../src/imaging/space/volume.js';
import { scratchDirectory } from '../../temporary.js';

const scratch = scratchDirectory('nifti-write');

const cube: Geometry = {
  size: [3, 4, 5],
  spacing: [0.75, 0.75, 2.5],
  origin: [1, -2, 3],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
};
const shared = <A extends VoxelArray>(Type: new (buffer: SharedArrayBuffer) => A, bytes: number): A =>
  new Type(new SharedArrayBuffer(bytes));

async function bytesOf(volume: Volume, gzip: boolean): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of niftiBytes(volume, { gzip })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Any rotation, by a unit quaternion, mirrored on request. */
function directionOf([a, b, c, d]: readonly number[], mirrored: boolean): Matrix3 {
  const m = [
    a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c),
    2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b),
    2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - c * c - b * b,
  ]; // prettier-ignore
  return m.map((value, i) => (mirrored && i % 3 === 2 ? -value : value)) as unknown as Matrix3;
}

describe('writing NIfTI', () => {
  it('reads back what it wrote: any voxels, any grid, plain and zipped', async () => {
    const component = fc.double({ min: -1, max: 1, noNaN: true });
    const quaternion = fc
      .tuple(component, component, component, component)
      .filter((q) => Math.hypot(...q) > 0.1)
      .map((q) => q.map((value) => value / Math.hypot(...q)));
    const edge = fc.integer({ min: 2, max: 9 });
    const mm = fc.double({ min: 0.1, max: 5, noNaN: true });
    const place = fc.double({ min: -2000, max: 2000, noNaN: true });
    const grid = fc
      .record({
        size: fc.tuple(edge, edge, edge),
        spacing: fc.tuple(mm, mm, mm),
        origin: fc.tuple(place, place, place),
        quaternion,
        mirrored: fc.boolean(),
      })
      .map(({ quaternion, mirrored, ...grid }): Geometry => ({
        ...grid,
        direction: directionOf(quaternion, mirrored),
      }));
    const kinds = [
      { Type: Int16Array, bytes: 2, value: (n: number) => n },
      { Type: Uint8Array, bytes: 1, value: (n: number) => n & 255 },
      { Type: Float32Array, bytes: 4, value: (n: number) => Math.fround(n / 7) },
    ];
    await fc.assert(
      fc.asyncProperty(
        grid,
        fc.constantFrom(...kinds),
        fc.boolean(),
        fc.nat(32767),
        async (geometry, kind, zip, seed) => {
          const count = geometry.size[0] * geometry.size[1] * geometry.size[2];
          const voxels = shared<VoxelArray>(kind.Type, kind.bytes * count);
          for (let i = 0; i < count; i++) voxels[i] = kind.value(((i * 8191 + seed) % 65536) - 32768);
          const bytes = await bytesOf({ voxels, geometry }, zip);
          const back = await readNifti(scratch.put(`trip.nii${zip ? '.gz' : ''}`, bytes));
          assert.deepEqual([...back.volume.voxels], [...voxels]);
          const { size, spacing, origin, direction } = back.volume.geometry;
          assert.deepEqual(size, geometry.size);
          assert.deepEqual(spacing, geometry.spacing.map(Math.fround));
          assert.deepEqual(origin, geometry.origin.map((mm) => Math.fround(mm) + 0) as unknown as PointLps);
          direction.forEach((cosine, i) => assert.ok(Math.abs(cosine - geometry.direction[i]) < 1e-6));
          assert.deepEqual(back.notes, []); // the qform says the same as the sform
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gives the same bytes each time, zipped only when asked for', async () => {
    const voxels = shared(Int16Array, 120);
    voxels.forEach((_, i) => (voxels[i] = i));
    const volume = { voxels, geometry: cube };
    const plain = await bytesOf(volume, false);
    assert.equal(plain.length, 352 + 120);
    assert.equal(plain.readInt32LE(0), 348);
    const zipped = await bytesOf(volume, true);
    assert.deepEqual(gunzipSync(zipped), plain);
    assert.deepEqual(await bytesOf(volume, true), zipped);
  });

  it('may be left off half-way', async () => {
    const voxels = shared(Int16Array, 8 << 20);
    for await (const chunk of niftiBytes({ voxels, geometry: cube }, { gzip: true })) {
      assert.ok(chunk.length > 0);
      break;
    }
  });

  it('refuses grids that NIfTI-1 cannot express', () => {
    const voxels = shared(Uint8Array, 1);
    const long: Geometry = { ...cube, size: [40000, 2, 2] };
    assert.throws(() => niftiBytes({ voxels, geometry: long }, { gzip: false }), RangeError);
    const sheared: Geometry = { ...cube, direction: [1, 0.1, 0, 0, 1, 0, 0, 0, 1] };
    assert.throws(() => niftiBytes({ voxels, geometry: sheared }, { gzip: true }), RangeError);
  });
});

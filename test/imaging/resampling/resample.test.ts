import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Geometry, Matrix3 } from '../../../src/imaging/space/geometry.js';
import { isoGrid, type Box } from '../../../src/imaging/space/iso-grid.js';
import type { NeededVoxels } from '../../../src/imaging/resampling/needed-voxels.js';
import { resampleColumns } from '../../../src/imaging/resampling/resample.js';
import { AIR_HU, type CtVolume } from '../../../src/imaging/space/volume.js';
import { resamplePlainly } from './plain-resample.js';
import { interpolateByTheBook } from './spline-reference.js';

/** Made by bench/peers/resample_simpleitk.py; voxels are int16, little endian, base64, not yet clamped. */
interface Golden {
  readonly origin: string;
  readonly cases: readonly (Geometry & {
    readonly name: string;
    readonly voxels: string;
    readonly isoSize: Geometry['size'];
    readonly isoVoxels: string;
  })[];
}
const golden = JSON.parse(
  readFileSync(new URL('../../../../test/imaging/resampling/resample.golden.json', import.meta.url), 'utf8'),
) as Golden;

function int16(values: ArrayLike<number>): Int16Array<SharedArrayBuffer> {
  const array = new Int16Array(new SharedArrayBuffer(2 * values.length));
  array.set(values);
  return array;
}

function float32(values: ArrayLike<number>): Float32Array<SharedArrayBuffer> {
  const array = new Float32Array(new SharedArrayBuffer(4 * values.length));
  array.set(values);
  return array;
}

function decode(base64: string): Int16Array<SharedArrayBuffer> {
  const bytes = Buffer.from(base64, 'base64');
  return int16(Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i)));
}

const clampHu = (hu: number) => Math.min(240, Math.max(AIR_HU, hu));

const everything = (box: Box): NeededVoxels => {
  const [low, high] = [box.lowXyz, box.highXyz];
  const rectangle = [low[0], high[0], low[1], high[1]];
  return {
    ...box,
    rectangles: Int32Array.from(Array.from({ length: high[2] - low[2] }, () => rectangle).flat()),
  };
};
const whole = (iso: Geometry) => everything({ lowXyz: [0, 0, 0], highXyz: iso.size });

const boxVoxels = ({ lowXyz: low, highXyz: high }: Box) =>
  (high[0] - low[0]) * (high[1] - low[1]) * (high[2] - low[2]);

/** All columns of a box, computed in so many calls. */
function resampled(ct: CtVolume, iso: Geometry, needed: NeededVoxels, parts = 1) {
  const out =
    ct.voxels instanceof Int16Array
      ? new Int16Array(new SharedArrayBuffer(2 * boxVoxels(needed)))
      : new Float32Array(new SharedArrayBuffer(4 * boxVoxels(needed)));
  out.fill(AIR_HU);
  const columns = needed.highXyz[0] - needed.lowXyz[0];
  for (let part = 0; part < parts; part++) {
    const cut = (p: number) => Math.round((columns * p) / parts);
    resampleColumns(ct, iso, needed, out, cut(part), cut(part + 1));
  }
  return out;
}

/** The part of a whole grid's voxels that lies in a box. */
function crop(voxels: ArrayLike<number>, [nx, ny]: Geometry['size'], { lowXyz: low, highXyz: high }: Box) {
  const inside: number[] = [];
  for (let z = low[2]; z < high[2]; z++)
    for (let y = low[1]; y < high[1]; y++)
      for (let x = low[0]; x < high[0]; x++) inside.push(voxels[x + nx * (y + ny * z)]);
  return inside;
}

/** A rotation: about z, then x. */
function turned(a: number, b: number): Matrix3 {
  const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
  return [ca, -sa * cb, sa * sb, sa, ca * cb, -ca * sb, 0, sb, cb];
}

/** Whole numbers from a seed (Park and Miller), with flat places. */
function roughVoxels(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state % 7 < 3 ? AIR_HU : (state % 1500) - 1100;
  });
}

describe('resampling', () => {
  for (const { name, voxels, isoSize, isoVoxels, size, spacing, origin, direction } of golden.cases) {
    it(`gives ITK's values, voxel for voxel: ${name}`, () => {
      const geometry: Geometry = { size, spacing, origin, direction };
      const iso = isoGrid(geometry, 1);
      assert.deepEqual(iso.size, isoSize);
      const out = resampled({ voxels: decode(voxels), geometry }, iso, whole(iso));
      assert.deepEqual(out, decode(isoVoxels).map(clampHu));
    });
  }

  const axis = fc.record({
    samples: fc.integer({ min: 4, max: 24 }),
    mm: fc.double({ min: 0.4, max: 3.2, noNaN: true }),
    origin: fc.double({ min: -300, max: 300, noNaN: true }),
  });
  const angle = fc.double({ min: -1.5, max: 1.5, noNaN: true });
  const scans = fc
    .tuple(axis, axis, axis, angle, angle, fc.integer({ min: 1, max: 1e9 }))
    .map(([x, y, z, a, b, seed]): { geometry: Geometry; values: number[] } => ({
      geometry: {
        size: [x.samples, y.samples, z.samples],
        spacing: [x.mm, y.mm, z.mm],
        origin: [x.origin, y.origin, z.origin],
        direction: turned(a, b),
      },
      values: roughVoxels(x.samples * y.samples * z.samples, seed),
    }));

  it('gives what plain loops give on any small grid, to the last bit: in ITK’s order cut off, or unrounded', () => {
    fc.assert(
      fc.property(scans, fc.integer({ min: 1, max: 3 }), ({ geometry, values }, parts) => {
        const iso = isoGrid(geometry, 1);
        const wholes = resampled({ voxels: int16(values), geometry }, iso, whole(iso), parts);
        assert.deepEqual(wholes, int16(resamplePlainly(values, geometry, iso, true)));
        const thirds = float32(values.map((value) => value / 3));
        const unrounded = resampled({ voxels: thirds, geometry }, iso, whole(iso), parts);
        const expected = resamplePlainly(thirds, geometry, iso, false);
        assert.deepEqual(unrounded, float32(expected));
      }),
      { numRuns: 60 },
    );
  });

  it('agrees with the textbook on any small grid, unrounded for float32', () => {
    fc.assert(
      fc.property(scans, ({ geometry, values }) => {
        const iso = isoGrid(geometry, 1);
        const out = resampled({ voxels: float32(values), geometry }, iso, whole(iso));
        interpolateByTheBook(values, geometry, iso).forEach((value, i) => {
          const expected = clampHu(value ?? AIR_HU);
          assert.ok(Math.abs(out[i] - expected) < 1e-3, `voxel ${i}: ${out[i]}, not ${expected}`);
        });
      }),
      { numRuns: 40 },
    );
  });

  describe('of a scan longer than the window of coefficients', () => {
    const geometry: Geometry = {
      size: [7, 9, 230],
      spacing: [1.1, 0.9, 0.75],
      origin: [3, -8, 20],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    };
    const iso = isoGrid(geometry, 1);
    const ct = { voxels: int16(roughVoxels(7 * 9 * 230, 11)), geometry };
    const all = resampled(ct, iso, whole(iso));

    it('agrees with the textbook to the cut-off', () => {
      interpolateByTheBook(ct.voxels, geometry, iso).forEach((value, i) => {
        const expected = clampHu(value ?? AIR_HU);
        assert.ok(all[i] === Math.trunc(expected) || Math.abs(expected - all[i]) < 1 + 1e-6);
        assert.ok(Math.abs(all[i]) <= Math.abs(expected) + 1e-6, 'cut off towards zero');
      });
    });

    it('does not depend on how columns are divided', () => {
      for (const parts of [2, 3, 7]) assert.deepEqual(resampled(ct, iso, whole(iso), parts), all);
    });

    it('gives what plain loops give', () => {
      assert.deepEqual(all, int16(resamplePlainly(ct.voxels, geometry, iso, true)));
    });

    it('does not depend on the box', () => {
      const [nx, ny, nz] = iso.size;
      const range = (n: number) =>
        fc
          .tuple(fc.integer({ min: 0, max: n - 1 }), fc.integer({ min: 1, max: n }))
          .map(([a, b]) => [Math.min(a, b - 1), Math.max(a + 1, b)] as const);
      fc.assert(
        fc.property(range(nx), range(ny), range(nz), (x, y, z) => {
          const box: Box = { lowXyz: [x[0], y[0], z[0]], highXyz: [x[1], y[1], z[1]] };
          const part = resampled(ct, iso, everything(box));
          assert.deepEqual([...part], crop(all, iso.size, box));
        }),
        { numRuns: 40 },
      );
    });

    it('computes nothing outside the rectangles', () => {
      const box: Box = { lowXyz: [0, 0, 100], highXyz: [5, 4, 102] };
      const out = resampled(ct, iso, { ...box, rectangles: Int32Array.of(1, 3, 2, 4, 0, 0, 0, 0) });
      const expected = crop(all, iso.size, box).map((hu, i) =>
        i < 20 && i % 5 >= 1 && i % 5 < 3 && i >= 10 ? hu : AIR_HU,
      );
      assert.deepEqual([...out], expected);
    });
  });

  it('forgets what lies beyond the part that it filters, along x and y too', () => {
    for (const size of [
      [230, 9, 7],
      [9, 230, 7],
    ] as const) {
      const geometry: Geometry = {
        size,
        spacing: [0.8, 0.7, 1.3],
        origin: [3, -8, 20],
        direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      };
      const iso = isoGrid(geometry, 1);
      const ct = { voxels: int16(roughVoxels(230 * 63, 5)), geometry };
      const all = int16(resamplePlainly(ct.voxels, geometry, iso, true));
      assert.deepEqual(resampled(ct, iso, whole(iso), 6), all);
      const highXyz = iso.size.map((n) => Math.min(n, 105)) as unknown as Geometry['size'];
      const box: Box = {
        lowXyz: iso.size.map((n) => Math.min(n - 1, 70)) as unknown as Geometry['size'],
        highXyz,
      };
      assert.deepEqual([...resampled(ct, iso, everything(box))], crop(all, iso.size, box));
    }
  });
});

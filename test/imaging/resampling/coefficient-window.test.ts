import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mulberry32 } from '../../../src/core/mulberry32.js';
import {
  CHUNK,
  planWindow,
  REACH,
  rowBytes,
  type Strip,
} from '../../../src/imaging/resampling/coefficient-window.js';
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import type { CtVolume } from '../../../src/imaging/space/volume.js';
import { memoryPlan } from '../../../src/kernels/memory-plan.js';
import { prefilterScan } from './plain-prefilter.js';

/** Every coefficient of the strip that the window gives, by its voxel's index in the scan; each slice as often as it comes. */
function* coefficients(ct: CtVolume, strip: Strip): Generator<[at: number, coefficient: number]> {
  const { columns, rows, slices } = strip;
  const [nx, ny] = ct.geometry.size;
  const plan = memoryPlan();
  const open = planWindow(ct, strip, plan);
  const bytes = rowBytes(columns);
  const into = plan.take((CHUNK + REACH) * bytes);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(plan.bytes / 65536) });
  new Uint8Array(memory.buffer).fill(0xff); // scratch memory may hold anything, NaN too
  const window = open(memory);
  for (let from = slices.from; from < slices.to; from += CHUNK) {
    const part = { from: Math.max(slices.from, from - REACH), to: Math.min(slices.to, from + CHUNK) };
    window.advance(part.to);
    for (let y = rows.from; y < rows.to; y++) {
      window.finish(y, part, into);
      for (let z = part.from; z < part.to; z++) {
        const line = new Float64Array(
          memory.buffer,
          into + (z - part.from) * bytes,
          columns.to - columns.from,
        );
        for (const [x, coefficient] of line.entries())
          yield [columns.from + x + nx * (y + ny * z), coefficient];
      }
    }
  }
}

function ctOf(size: Geometry['size'], seed: number, type: 'int16' | 'float32'): CtVolume {
  const next = mulberry32(seed);
  const count = size[0] * size[1] * size[2];
  const voxels =
    type === 'int16'
      ? new Int16Array(new SharedArrayBuffer(2 * count))
      : new Float32Array(new SharedArrayBuffer(4 * count));
  for (let i = 0; i < count; i++) voxels[i] = 4000 * next() - 1024;
  const geometry: Geometry = {
    size,
    spacing: [1, 1, 1],
    origin: [0, 0, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  };
  return { voxels, geometry };
}

describe('window of coefficients', () => {
  it('holds what plain loops over the whole scan give, bit for bit, of any box of any scan', () => {
    const range = fc
      .integer({ min: 2, max: 40 })
      .chain((size) =>
        fc
          .tuple(fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 1, max: size }))
          .map(([a, b]) => ({ size, from: Math.min(a, b - 1), to: Math.max(a + 1, b) })),
      );
    fc.assert(
      fc.property(
        range,
        range,
        range,
        fc.nat(),
        fc.constantFrom('int16', 'float32'),
        (columns, rows, slices, seed, type) => {
          const size = [columns.size, rows.size, slices.size] as const;
          const ct = ctOf(size, seed, type);
          const expected = prefilterScan(ct.voxels, size);
          for (const [at, coefficient] of coefficients(ct, { columns, rows, slices }))
            if (coefficient !== expected[at]) assert.fail(`${coefficient} at ${at}, not ${expected[at]}`);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('does so far from the ends of a long scan, where filtering begins midway', () => {
    for (const size of [
      [260, 3, 4],
      [3, 260, 4],
      [4, 3, 260],
    ] as const) {
      const ct = ctOf(size, 3, 'int16');
      const expected = prefilterScan(ct.voxels, size);
      const [columns, rows, slices] = size.map((n) => (n > 4 ? { from: 90, to: 160 } : { from: 0, to: n }));
      for (const [at, coefficient] of coefficients(ct, { columns, rows, slices }))
        assert.equal(coefficient, expected[at]);
    }
  });
});

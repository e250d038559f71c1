import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import type { Rank } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { elementCount } from '../../src/core/tensor.js';
import { conv3dBiasElu } from '../../src/engine/conv3d.js';
import type { Tf } from '../../src/engine/tfjs.js';
import { mulberry32 } from '../../src/engine/untrained.js';
import { openWasmBackend } from '../../src/engine/wasm-backend.js';
import { memoryHeld } from './memory-held.js';
import { referenceConv3d, type Conv3dCase } from './reference-conv3d.js';

const uniform = (count: number, seed: number) => {
  const next = mulberry32(seed);
  return Float32Array.from({ length: count }, () => 2 * next() - 1);
};
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  assert.equal(a.length, b.length);
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]));
  return worst;
};

const cases = fc.record<Conv3dCase>({
  batch: fc.integer({ min: 1, max: 6 }),
  size: fc.tuple(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 1, max: 11 }),
  ),
  channels: fc.integer({ min: 1, max: 9 }),
  kernel: fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
  ),
  outChannels: fc.integer({ min: 1, max: 19 }),
  stride: fc.tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 3 }),
  ),
  pad: fc.constantFrom('same', 'valid'),
});
/** What single precision may lose in a sum of so many products of numbers up to 1, and a bias up to 3. */
const rounding = ({ kernel, channels }: Conv3dCase) => (elementCount(kernel) * channels + 8) * 2 ** -23;
const fits = (c: Conv3dCase) => c.pad === 'same' || c.size.every((n, axis) => n >= c.kernel[axis]);

describe('conv3d of the wasm engine', () => {
  let tf: Tf;
  before(async () => {
    tf = await openWasmBackend();
  });

  const tensors = (c: Conv3dCase) => {
    const shapes = { x: [c.batch, ...c.size, c.channels], filter: [...c.kernel, c.channels, c.outChannels] };
    const [x, filter] = [uniform(elementCount(shapes.x), 7), uniform(elementCount(shapes.filter), 11)];
    return {
      x: tf.tensor5d(x, shapes.x as [number, number, number, number, number]),
      filter: tf.tensor5d(filter, shapes.filter as [number, number, number, number, number]),
      reference: referenceConv3d(c, x, filter),
    };
  };

  it('equals the definition for any shape, stride, kernel and number of channels', () => {
    fc.assert(
      fc.property(cases.filter(fits), (c) => {
        tf.tidy(() => {
          const { x, filter, reference } = tensors(c);
          const y = tf.conv3d(x, filter, [...c.stride], c.pad);
          assert.deepEqual(y.shape, reference.shape);
          assert.ok(largestDifference(y.dataSync(), reference.out) < rounding(c));
        });
      }),
      { numRuns: 300 },
    );
  });

  it('adds the bias and applies ELU in the same pass', () => {
    const fused = cases.map((c): Conv3dCase => {
      const step = c.stride[0] === 1 ? 1 : 2;
      return { ...c, pad: 'same', stride: [step, step, step] };
    });
    fc.assert(
      fc.property(fused, (c) => {
        tf.tidy(() => {
          const { x, filter, reference } = tensors(c);
          const bias = uniform(c.outChannels, 13).map((b) => 3 * b);
          const expected = reference.out.map((value, i) => {
            const sum = value + bias[i % c.outChannels];
            return sum > 0 ? sum : Math.expm1(sum);
          });
          const y = conv3dBiasElu(tf, x, filter, tf.tensor1d(bias), c.stride[0] as 1 | 2);
          assert.ok(largestDifference(y.dataSync(), expected) < rounding(c));
        });
      }),
      { numRuns: 100 },
    );
  });

  it('computes ELU within 1.5e-7 over the whole range, and keeps NaN and infinities', () => {
    const inputs = Float32Array.from({ length: 40001 }, (_, i) => (i - 20000) / 180);
    const probes = Float32Array.of(NaN, Infinity, -Infinity, -1e30, -88, -1e-30, 0, 1e-30, 5);
    const elu = (values: Float32Array) =>
      tf.tidy(() => {
        const x = tf.tensor5d(values, [1, 1, 1, values.length, 1]);
        return conv3dBiasElu(tf, x, tf.ones([1, 1, 1, 1, 1]), tf.zeros([1]), 1).dataSync();
      });
    const expected = inputs.map((x) => (x > 0 ? x : Math.expm1(x)));
    assert.ok(largestDifference(elu(inputs), expected) < 1.5e-7);
    const [nan, ...rest] = elu(probes);
    assert.ok(Number.isNaN(nan));
    assert.deepEqual(rest, [Infinity, -1, -1, -1, Math.fround(-1e-30), 0, Math.fround(1e-30), 5]);
  });

  it('gives a patch the same bits in whatever batch it comes', () => {
    for (const size of [2, 3, 8]) {
      const c: Conv3dCase = {
        batch: 7,
        size: [size, size, size],
        channels: 5,
        kernel: [3, 3, 3],
        outChannels: 12,
        stride: [1, 1, 1],
        pad: 'same',
      };
      tf.tidy(() => {
        const { x, filter } = tensors(c);
        const together = tf.conv3d(x, filter, 1, 'same').dataSync();
        for (let b = 0; b < c.batch; b++) {
          const alone = tf.conv3d(tf.slice(x, b, 1), filter, 1, 'same').dataSync();
          assert.deepEqual(together.slice(b * alone.length, (b + 1) * alone.length), alone);
        }
      });
    }
  });

  it('refuses gradients, which tfjs would compute wrongly', () => {
    for (const name of ['Conv3DBackpropInputV2', 'Conv3DBackpropFilterV2']) {
      assert.throws(() => tf.engine().runKernel(name, {}, {}), { code: 'conv3d-gradient-missing' });
    }
  });

  it('refuses a dilation rather than ignoring it', () => {
    const x: unknown = tf.zeros([1, 5, 5, 5, 1]);
    assert.throws(() => tf.conv3d(x as never, tf.zeros([3, 3, 3, 1, 1]), 1, 'same', 'NDHWC', [2, 2, 2]), {
      code: 'conv3d-unsupported',
    });
  });

  it('leaves no tensor and no heap behind', () => {
    const work = () =>
      tf.tidy(() => {
        const x = tf.ones<Rank.R5>([3, 6, 6, 6, 3]);
        conv3dBiasElu(tf, x, tf.ones([3, 3, 3, 3, 10]), tf.ones([10]), 2).dataSync();
      });
    work();
    const held = memoryHeld(tf);
    for (let i = 0; i < 200; i++) work();
    assert.deepEqual(memoryHeld(tf), held);
  });

  it('keeps no static data in its module: the memory is the backend’s', async () => {
    const binary = await readFile(new URL('../../src/kernels/conv3d.wasm', import.meta.url));
    const module = new WebAssembly.Module(binary);
    assert.deepEqual(
      WebAssembly.Module.imports(module).map(({ kind }) => kind),
      ['memory'],
    );
    assert.deepEqual(
      sectionIds(binary).filter((id) => id === DATA || id === START),
      [],
    );
  });
});

const [START, DATA] = [8, 11];
/** Ids of a WebAssembly module's sections: `id, LEB128 size, bytes` after an 8-byte header. */
function sectionIds(binary: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < binary.length;) {
    ids.push(binary[at++]);
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = binary[at++];
      size |= (byte & 0x7f) << shift;
    }
    at += size;
  }
  return ids;
}

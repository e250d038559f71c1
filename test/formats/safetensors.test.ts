import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { float16ToFloat32 } from '../../src/formats/float16.js';
import { openSafetensors, writeSafetensors } from '../../src/formats/safetensors.js';
import { Unsound } from '../../src/formats/unsound.js';
import { inMemory } from './in-memory.js';

const tensor = (numbers: readonly number[], shape: readonly number[]) => {
  const data = new Float32Array(new SharedArrayBuffer(4 * numbers.length));
  data.set(numbers);
  return { data, shape };
};

const opened = (bytes: Uint8Array) => openSafetensors(inMemory(bytes));
/** Every number that can be a parameter. */
async function numbersOf(bytes: Uint8Array): Promise<Record<string, readonly number[]>> {
  const from = await opened(bytes);
  const numeric = [...from.tensors].filter(([, { dtype }]) => dtype.includes('float'));
  return Object.fromEntries(
    await Promise.all(numeric.map(async ([name]) => [name, [...(await from.read(name)).data]] as const)),
  );
}

/** A file with the given header and bytes. */
function file(header: unknown, data: Uint8Array = new Uint8Array()): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}
const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('safetensors', () => {
  it('reads back what it wrote', async () => {
    const stored = [
      ['a.weight', tensor([1, -2.5, 3e-20, 4], [2, 2])],
      ['scalar', tensor([7], [])],
      ['empty', tensor([], [0, 3])],
    ] as const;
    const file = await opened(writeSafetensors(stored, { format: 'pt' }));
    assert.deepEqual([...file.about], [['format', 'pt']]);
    assert.deepEqual([...file.tensors.keys()].sort(), ['a.weight', 'empty', 'scalar']);
    for (const [name, { data, shape }] of stored) {
      const read = await file.read(name);
      assert.deepEqual(file.tensors.get(name)!.shape, shape);
      assert.deepEqual(read.shape, shape);
      assert.deepEqual([...read.data], [...data]);
    }
  });

  it('widens F16 and BF16 exactly, rounds F64, and reads no number from integers', async () => {
    const data = new Uint8Array(
      [
        Float64Array.of(0.1, -1e-300),
        BigInt64Array.of(5n),
        Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff),
        Uint16Array.of(0x3f80, 0xc040),
      ].flatMap((array) => [...new Uint8Array(array.buffer)]),
    );
    const bytes = file(
      {
        b: entry('BF16', [2], 32, 36),
        h: entry('F16', [4], 24, 32),
        d: entry('F64', [2], 0, 16),
        count: entry('I64', [], 16, 24),
      },
      data,
    );
    assert.deepEqual(await numbersOf(bytes), {
      d: [Math.fround(0.1), -0],
      h: [1, -2, 2 ** -24, 65504],
      b: [1, -3],
    });
    await assert.rejects((await opened(bytes)).read('count'), {
      code: 'weights-dtype',
      what: /stored as int64/,
    });
    assert.ok(Number.isNaN(float16ToFloat32(0x7e00)));
    assert.equal(float16ToFloat32(0xfc00), -Infinity);
  });

  const data = new Uint8Array(8);
  const damages: Record<string, Uint8Array> = {
    'no prefix': new Uint8Array(7),
    'a header longer than the file': file('{}').subarray(0, 9),
    'an absurd header length': Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 0),
    'no JSON': file('hello'),
    'an array for a header': file([]),
    'metadata that is not text': file({ __metadata__: { a: 1 } }),
    'a negative offset': file({ w: entry('F32', [1], -4, 0) }, data),
    'a fractional shape': file({ w: entry('F32', [0.5, 2], 0, 4) }, data),
    'an unknown type': file({ w: entry('F7', [2], 0, 8) }, data),
    'a shape of other size': file({ w: entry('F32', [3], 0, 8) }, data),
    'an overlap': file({ a: entry('F32', [2], 0, 8), b: entry('F32', [1], 4, 8) }, data),
    'a gap': file({ a: entry('F32', [1], 4, 8) }, data),
    'a tensor beyond the end': file({ a: entry('F32', [4], 0, 16) }, data),
    'bytes after the last tensor': file({ a: entry('F32', [1], 0, 4) }, data),
    'a huge shape': file({ a: entry('F32', [2 ** 31, 2 ** 31], 0, 2 ** 64) }, data),
  };
  for (const [what, bytes] of Object.entries(damages)) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(opened(bytes), { name: 'Unsound', code: 'weights-damaged' });
    });
  }

  it('answers any bytes with tensors or a typed error', async () => {
    const sound = writeSafetensors([['w', tensor([1, 2, 3], [3])]]);
    const hurt = fc.record({ at: fc.nat(sound.length - 1), to: fc.nat(255), keep: fc.nat(sound.length) });
    await fc.assert(
      fc.asyncProperty(hurt, async ({ at, to, keep }) => {
        const bytes = sound.slice(0, keep);
        if (at < keep) bytes[at] = to;
        await numbersOf(bytes).catch((error: unknown) => assert.ok(error instanceof Unsound, String(error)));
      }),
      { numRuns: 500 },
    );
  });
});

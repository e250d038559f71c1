import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { float16ToFloat32 } from '../../src/engine/float16.js';
import { parseSafetensors, writeSafetensors } from '../../src/engine/safetensors.js';

const tensor = (numbers: readonly number[], shape: readonly number[]) => {
  const data = new Float32Array(new SharedArrayBuffer(4 * numbers.length));
  data.set(numbers);
  return { data, shape };
};

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
  it('reads back what it wrote', () => {
    const stored = [
      ['a.weight', tensor([1, -2.5, 3e-20, 4], [2, 2])],
      ['scalar', tensor([7], [])],
      ['empty', tensor([], [0, 3])],
    ] as const;
    const read = parseSafetensors(writeSafetensors(stored, { format: 'pt' }), 'x');
    assert.deepEqual([...read.keys()].sort(), ['a.weight', 'empty', 'scalar']);
    for (const [name, { data, shape }] of stored) {
      assert.deepEqual(read.get(name)!.shape, shape);
      assert.deepEqual([...read.get(name)!.data], [...data]);
    }
  });

  it('widens F16 exactly and passes over integer counters', () => {
    const halves = new Uint8Array(new Uint16Array([0x3c00, 0xc000, 0x0001, 0x7bff]).buffer);
    const data = new Uint8Array([...halves, ...new Uint8Array(8)]);
    const read = parseSafetensors(
      file({ h: entry('F16', [4], 0, 8), count: entry('I64', [], 8, 16) }, data),
      'x',
    );
    assert.deepEqual([...read.keys()], ['h']);
    assert.deepEqual([...read.get('h')!.data], [1, -2, 2 ** -24, 65504]);
    assert.ok(Number.isNaN(float16ToFloat32(0x7e00)));
    assert.equal(float16ToFloat32(0xfc00), -Infinity);
  });

  it('names a type it does not take', () => {
    const bytes = file({ w: entry('BF16', [1], 0, 2) }, new Uint8Array(2));
    assert.throws(() => parseSafetensors(bytes, 'x'), { code: 'weights-dtype', what: /w is stored as BF16/ });
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
    it(`refuses ${what}`, () => {
      assert.throws(() => parseSafetensors(bytes, 'x'), {
        name: 'LungflowError',
        kind: 'model',
        code: 'weights-damaged',
      });
    });
  }

  it('answers any bytes with tensors or a typed error', () => {
    const sound = writeSafetensors([['w', tensor([1, 2, 3], [3])]]);
    const hurt = fc.record({ at: fc.nat(sound.length - 1), to: fc.nat(255), keep: fc.nat(sound.length) });
    fc.assert(
      fc.property(hurt, ({ at, to, keep }) => {
        const bytes = sound.slice(0, keep);
        if (at < keep) bytes[at] = to;
        try {
          parseSafetensors(bytes, 'x');
        } catch (error) {
          assert.equal((error as Error).name, 'LungflowError');
        }
      }),
      { numRuns: 500 },
    );
  });
});

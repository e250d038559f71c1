import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LungflowError } from '../../src/core/errors.js';
import { npyBytes, npyHeader, readNpy, type NpyData } from '../../src/formats/npy.js';
import { scratchDirectory } from '../temporary.js';

const scratch = scratchDirectory('npy');

/** Origin: numpy.save of NumPy 2.4.6; the padding of the header is left out. */
const saved = (dict: string, data: readonly number[], version = 1): Buffer => {
  const start = Buffer.from([
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    version,
    0,
    0,
    0,
    ...(version > 1 ? [0, 0] : []),
  ]);
  const header = `${dict.padEnd(127 - start.length)}\n`;
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header), Buffer.from(data)]);
};
const dict = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
const read = (bytes: Uint8Array) => readNpy(scratch.put('array.npy', bytes));

describe('.npy', () => {
  it("reads and writes NumPy's bytes: int64 [2, 3]", async () => {
    // numpy.save(f, numpy.arange(6).reshape(2, 3)), whole.
    const bytes = Buffer.from(
      'k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAEAAAAAAAAAAgAAAAAAAAADAAAAAAAAAAQAAAAAAAAABQAAAAAAAAA=',
      'base64',
    );
    const array = await read(bytes);
    assert.deepEqual(array.shape, [2, 3]);
    assert.deepEqual(array.data, BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 5n));
    assert.deepEqual(Buffer.concat(npyBytes(array)), bytes);
  });

  it('turns Fortran order and big endian into C order and the order of the machine', async () => {
    // numpy.save(f, numpy.asfortranarray(numpy.arange(6, dtype='>f8').reshape(2, 3)))
    const doubles = [0, 3, 1, 4, 2, 5].flatMap((value) => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(value);
      return [...bytes];
    });
    const { data, shape } = await read(saved(dict('>f8', '(2, 3)', 'True'), doubles));
    assert.deepEqual(shape, [2, 3]);
    assert.deepEqual(data, Float64Array.of(0, 1, 2, 3, 4, 5));
  });

  it('reads every version, scalars, empty arrays, booleans and old long integers', async () => {
    for (const version of [1, 2, 3]) {
      assert.deepEqual((await read(saved(dict('|u1', '(2,)'), [7, 8], version))).data, Uint8Array.of(7, 8));
    }
    assert.deepEqual(await read(saved(dict('<i2', '()'), [5, 0])), { data: Int16Array.of(5), shape: [] });
    assert.deepEqual(await read(saved(dict('<f4', '(0, 3)'), [])), {
      data: new Float32Array(0),
      shape: [0, 3],
    });
    assert.deepEqual((await read(saved(dict('|b1', '(2,)'), [1, 0]))).data, Uint8Array.of(1, 0));
    assert.deepEqual((await read(saved(dict('|i1', '(2L, 1L)'), [1, 255]))).data, Int8Array.of(1, -1));
    const reordered = "{'shape': (1,), 'descr': '>u2', 'fortran_order': False}";
    assert.deepEqual((await read(saved(reordered, [1, 2]))).data, Uint16Array.of(258));
  });

  it('pads the header to a multiple of 64, whatever its length', () => {
    for (let rank = 0; rank < 30; rank++) {
      const header = npyHeader(new Float32Array(1), Array<number>(rank).fill(1));
      assert.equal(header.length % 64, 0);
      assert.equal(header.at(-1), 10);
    }
  });

  it('reads back what it wrote', async () => {
    const arrays = fc.oneof<fc.Arbitrary<NpyData>[]>(
      fc.int8Array(), fc.uint8Array(), fc.int16Array(), fc.uint16Array(), fc.int32Array(),
      fc.uint32Array(), fc.float32Array(), fc.float64Array(), fc.bigInt64Array(), fc.bigUint64Array(),
    ); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(arrays, async (data) => {
        const array = { data, shape: [1, data.length, 1] };
        assert.deepEqual(await read(Buffer.concat(npyBytes(array))), array);
      }),
      { numRuns: 100 },
    );
    assert.throws(() => npyBytes({ data: new Uint8Array(3), shape: [2] }), RangeError);
  });

  const bad: readonly [string, Uint8Array, string][] = [
    ['nothing', Buffer.alloc(0), 'npy-unrecognised'],
    ['text', Buffer.from('1,2,3\n'.repeat(20)), 'npy-unrecognised'],
    ['a version from the future', saved(dict('|u1', '(1,)'), [1], 4), 'npy-unrecognised'],
    ['objects', saved(dict('|O', '(1,)'), [1]), 'npy-type'],
    [
      'records',
      saved("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }", [0, 0, 0, 0]),
      'npy-type',
    ],
    ['strings', saved(dict('<U4', '(1,)'), [1]), 'npy-type'],
    ['complex numbers', saved(dict('<c8', '(1,)'), [0, 0, 0, 0, 0, 0, 0, 0]), 'npy-type'],
    ['code', saved("{'descr': '<i4', 'fortran_order': exit(), 'shape': (1,), }", [0, 0, 0, 0]), 'npy-type'],
    ['no dictionary', saved('[1, 2]', [1]), 'npy-unrecognised'],
    ['no shape', saved("{'descr': '<i4', 'fortran_order': False, }", [0, 0, 0, 0]), 'npy-unrecognised'],
    ['too few bytes', saved(dict('<i4', '(2, 3)'), [1, 2, 3]), 'npy-size'],
    ['too many bytes', saved(dict('|u1', '(2,)'), [1, 2, 3]), 'npy-size'],
    ['an impossible shape', saved(dict('<i8', '(99999999999, 99999999999)'), [1]), 'npy-size'],
    ['a size past 2^53', saved(dict('<i8', '(9999999999999999999,)'), [1]), 'npy-size'],
    ['a header cut off', saved(dict('|u1', '(1,)'), [1]).subarray(0, 60), 'npy-size'],
    [
      'a header of 4 GB',
      Buffer.from([0x93, 78, 85, 77, 80, 89, 2, 0, 255, 255, 255, 255]),
      'npy-unrecognised',
    ],
  ];
  for (const [name, bytes, code] of bad) {
    it(`refuses ${name}: ${code}`, () =>
      assert.rejects(read(bytes), { name: 'LungflowError', kind: 'input', code }));
  }

  it('refuses a directory', () => assert.rejects(readNpy(scratch.directory), { code: 'npy-unrecognised' }));

  it('turns any damage into an array or a typed error', async () => {
    const base = saved(dict('<i2', '(2, 3)'), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: 6, max: 100 }), fc.nat(255))), async (edits) => {
        const bytes = Buffer.from(base);
        for (const [at, byte] of edits) bytes[at] = byte;
        await read(bytes).catch((error: unknown) => {
          assert.ok(error instanceof LungflowError && error.kind === 'input', String(error));
        });
      }),
      { numRuns: 300 },
    );
  });
});

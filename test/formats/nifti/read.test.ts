import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readNifti, readNiftiHeader } from '../../../src/formats/nifti/index.js';
import { scratchDirectory } from '../../temporary.js';
import { craftHeader, craftNifti, craftVoxels, type Craft } from './craft.js';

const scratch = scratchDirectory('nifti-read');

const file = (craft: Craft, values: readonly number[]): Buffer =>
  Buffer.concat([craftHeader(craft), craftVoxels(values, craft.datatype ?? 4, craft.littleEndian)]);

async function read(bytes: Uint8Array, name = 'scan.nii') {
  const { volume, nonFinite, notes } = await readNifti(scratch.put(name, bytes));
  return { type: volume.voxels.constructor.name, values: [...volume.voxels], nonFinite, notes, volume };
}

describe('reading NIfTI', () => {
  const dim = [3, 2, 2, 2];
  const types: readonly [number, string, readonly number[], string][] = [
    [256, 'int8', [-128, -1, 0, 1, 2, 3, 126, 127], 'Int16Array'],
    [2, 'uint8', [0, 1, 2, 3, 4, 5, 254, 255], 'Int16Array'],
    [4, 'int16', [-32768, -1024, -1, 0, 1, 240, 3071, 32767], 'Int16Array'],
    [512, 'uint16', [0, 1, 2, 3, 4, 5, 4095, 32767], 'Int16Array'],
    [512, 'uint16 beyond int16', [0, 1, 2, 3, 4, 5, 32768, 65535], 'Float32Array'],
    [8, 'int32', [-32768, -1024, -1, 0, 1, 240, 3071, 32767], 'Int16Array'],
    [8, 'int32 beyond int16', [-32769, -1024, -1, 0, 1, 240, 3071, 2 ** 20], 'Float32Array'],
    [768, 'uint32', [0, 1, 2, 3, 4, 5, 4095, 2 ** 31], 'Float32Array'],
    [1024, 'int64', [-32768, -1024, -1, 0, 1, 240, 3071, 32767], 'Int16Array'],
    [1024, 'int64 beyond 32 bits', [-(2 ** 40), -1024, -1, 0, 1, 240, 3071, 2 ** 33], 'Float32Array'],
    [1280, 'uint64', [0, 1, 2, 3, 4, 5, 4095, 2 ** 63], 'Float32Array'],
    [16, 'float32, whole', [-1024, -1, 0, 1, 2, 3, 240, 32767], 'Int16Array'],
    [16, 'float32, broken', [-1024, -1, 0, 1, 2, 3, 240, 0.5], 'Float32Array'],
    [64, 'float64, whole', [-1024, -1, 0, 1, 2, 3, 240, 32767], 'Int16Array'],
    [64, 'float64, broken', [-1024.25, -1, 0, 1, 2, 3, 240, 5], 'Float32Array'],
  ];
  for (const [datatype, name, values, type] of types) {
    for (const version of [1, 2] as const) {
      for (const littleEndian of [true, false]) {
        it(`${name}, NIfTI-${version}, ${littleEndian ? 'little' : 'big'} endian`, async () => {
          const bytes = file({ version, littleEndian, datatype, dim }, values);
          const plain = await read(bytes);
          assert.equal(plain.type, type);
          assert.deepEqual(plain.values, values);
          assert.deepEqual((await read(gzipSync(bytes), 'scan.nii.gz')).values, values);
          assert.ok(plain.volume.voxels.buffer instanceof SharedArrayBuffer);
        });
      }
    }
  }

  it('scales: whole results stay int16, others become float32', async () => {
    const stored = [0, 1, 2, 3, 4, 1024, 2000, 4095];
    const unsigned = await read(file({ datatype: 512, dim, slope: 1, intercept: -1024 }, stored));
    assert.equal(unsigned.type, 'Int16Array');
    assert.deepEqual(
      unsigned.values,
      stored.map((value) => value - 1024),
    );
    const halves = await read(file({ dim, slope: 0.5, intercept: 0.5 }, stored));
    assert.equal(halves.type, 'Float32Array');
    assert.deepEqual(
      halves.values,
      stored.map((value) => value / 2 + 0.5),
    );
    const even = await read(
      file(
        { dim, slope: 0.5 },
        stored.map((value) => 2 * value),
      ),
    );
    assert.equal(even.type, 'Int16Array');
    assert.deepEqual(even.values, stored);
  });

  for (const slope of [0, NaN]) {
    it(`takes a slope of ${slope} for none`, async () => {
      const { values } = await read(
        file({ dim, slope, intercept: slope === 0 ? 7 : NaN }, [1, 2, 3, 4, 5, 6, 7, 8]),
      );
      assert.deepEqual(values, [1, 2, 3, 4, 5, 6, 7, 8]);
    });
  }

  it('takes what is not a number for air, and counts it', async () => {
    const whole = await read(file({ datatype: 16, dim }, [NaN, 1, Infinity, 3, 4, 5, 6, -Infinity]));
    assert.equal(whole.type, 'Int16Array');
    assert.equal(whole.nonFinite, 3);
    assert.deepEqual(whole.values, [-1024, 1, -1024, 3, 4, 5, 6, -1024]);
    const broken = await read(file({ datatype: 64, dim }, [NaN, 0.5, Infinity, 3, 4, 5, 1e300, 7]));
    assert.equal(broken.nonFinite, 3);
    assert.deepEqual(broken.values, [-1024, 0.5, -1024, 3, 4, 5, -1024, 7]);
  });

  // Several blocks and chunks, so that elements straddle them; the odd offset shifts every boundary.
  for (const [name, datatype, littleEndian] of [
    ['int16', 4, true],
    ['int16, swapped', 4, false],
    ['float64, swapped', 64, false],
  ] as const) {
    it(`carries elements over chunk borders: ${name}`, async () => {
      const count = 64 * 64 * 60;
      const values = Array.from({ length: count }, (_, i) => (i * 7919) % 30011);
      const bytes = file({ datatype, littleEndian, dim: [3, 64, 64, 60], offset: 357 }, values);
      const expected = Int16Array.from(values);
      assert.deepEqual(new Int16Array((await readNifti(scratch.put('a', bytes))).volume.voxels), expected);
      const zipped = scratch.put('b', gzipSync(bytes, { level: 1 }));
      assert.deepEqual(new Int16Array((await readNifti(zipped)).volume.voxels), expected);
    });
  }

  it('goes over to float32 midway, keeping what was read', async () => {
    const count = 64 * 64 * 60;
    const values = Array.from({ length: count }, (_, i) => (i < 200_000 ? i % 1000 : i / 8));
    const { volume } = await readNifti(
      scratch.put('c', file({ datatype: 16, dim: [3, 64, 64, 60] }, values)),
    );
    assert.deepEqual(Float32Array.from(volume.voxels), Float32Array.from(values));
  });

  it('reads every member of a gzip file, whatever its name', async () => {
    const bytes = craftNifti({ dim: [3, 20, 20, 20] });
    const cut = [0, 100, 350, 4001, bytes.length];
    const members = cut.slice(1).map((end, i) => gzipSync(bytes.subarray(cut[i], end)));
    const { values } = await read(Buffer.concat(members), 'named-like-plain.nii');
    assert.deepEqual(
      values,
      Array.from({ length: 8000 }, (_, i) => i),
    );
    assert.equal((await read(bytes, 'named-like-gzip.nii.gz')).values.length, 8000);
  });

  it('allows the padding with zeros that tapes leave behind a gzip file', async () => {
    const { values } = await read(Buffer.concat([gzipSync(craftNifti()), Buffer.alloc(512)]));
    assert.equal(values.length, 24);
  });

  it('takes one volume with a time axis, and steps over extensions', async () => {
    const { values, volume } = await read(craftNifti({ dim: [4, 4, 3, 2, 1], offset: 352 + 64 }));
    assert.deepEqual(volume.geometry.size, [4, 3, 2]);
    assert.equal(values[23], 23);
  });

  it('reads the header alone', async () => {
    const header = await readNiftiHeader(
      scratch.put('d', gzipSync(craftNifti({ version: 2, datatype: 16 }))),
    );
    assert.equal(header.version, 2);
    assert.equal(header.datatype.name, 'float32');
    assert.deepEqual(header.geometry.spacing, [0.75, 0.75, 2.5]);
    assert.deepEqual(header.geometry.origin, [-10, -20, 30]);
  });

  // Origin: nibabel 5.4.2, Nifti2Image, int16 [2, 3, 4] = 100 i - 1024 in file order, oblique, qform and sform.
  for (const [order, base64] of [
    [
      'little',
      'H4sIAAAAAAACA5NhYmDI0zZi4OWS4mJhEGBgZoAAJigN47NAaUYCNH7wwT4NDJ7Zz5oJAi/tIfpYHGDyuGgFJlRzGAY5YITi7VJM13+lbbC/oGf2VDJs+/61u/k0ni0+jOY/Bqj/ORzil6cvE/n5xJ7/n6J3EduF/ZsYHZ2O1d3cD1PfNIVta/rnk/Y67HpHjPVf2EvcFv8dOPvGfpg5zcIVqf/PHLTns4+8eJ5zi325VbDD/QZmuPkke+RPyp8Tf3T+Tvj75W/Evz3/FP63/H/x34dhA4MIYwXjHUYHpiVMHMw5zBeYTVhmsPxhAQA5NzwUUAIAAA==',
    ],
    [
      'big',
      'H4sIAAAAAAACA2NgYJLJ0zZi4OWS4mIQYFBggABmKM2ExmeB0owEaAxg/wFKP0sDA/uXM0FglgPEREa4PA4a6hwFVP6gBoxgf21I+3WdSWr7/u1hkk/N9C7YH178TINv91qYPxygih04oP598lNkWfry+P0X2Iq8Ff/x779Zd8zJkXETPDxOfk7fyjalyf6FvvERPXad/TdmB/4Wvy0BM8f+4Jn/qRXCzfZbOM9fjLTnc2BuuO8QbFUOM59UcKQBiNOB2A+ITYFYBoiBqeHwFSBeBMQJDAyHfjAwHDzAwOA0g4HB2QCIu4B4DxC/Y2BwEQBiTSB2AuJoIC4B4rYGBpfJQHp+AwMATqcSzYACAAA=',
    ],
  ] as const) {
    it(`reads nibabel's NIfTI-2, ${order} endian`, async () => {
      const { values, volume, notes } = await read(Buffer.from(base64, 'base64'));
      assert.deepEqual(
        values,
        Array.from({ length: 24 }, (_, i) => 100 * i - 1024),
      );
      const { size, spacing, origin, direction } = volume.geometry;
      assert.deepEqual(size, [2, 3, 4]);
      const affine = [
        0.655405, -0.250393, -0.398363, 0.202741, 0.755762, -0.38448, 0.139069, 0.078275, 2.437926,
      ];
      direction.forEach((cosine, i) => {
        const ras = cosine * spacing[i % 3] * (i < 6 ? -1 : 1);
        assert.ok(Math.abs(ras - affine[i]) < 1e-5, `${i}: ${ras}`);
      });
      assert.deepEqual(origin, [-1, -2, 3]);
      assert.deepEqual(notes, []);
    });
  }
});

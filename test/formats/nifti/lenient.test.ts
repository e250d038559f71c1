import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parseNiftiHeader } from '../../../src/formats/nifti/header.js';
import { readNifti } from '../../../src/formats/nifti/index.js';
import { determinant3 } from '../../../src/imaging/space/geometry.js';
import { scratchDirectory } from '../../temporary.js';
import { craftHeader, craftNifti, type Craft } from './craft.js';

const scratch = scratchDirectory('nifti-lenient');

async function read(bytes: Uint8Array) {
  const { volume, notes } = await readNifti(scratch.put('scan', bytes));
  return { values: [...volume.voxels], geometry: volume.geometry, notes };
}
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Oblique; axes x and y at an angle whose cosine is `shear`. Voxels of 0.75 x 0.8 x 2.5 mm. */
const sheared = (shear: number, mirrored = false): Craft => {
  const [a, b] = [0.3, 0.2];
  const along = (x: number, y: number, z: number) => [
    (Math.cos(a) * x - Math.sin(a) * (Math.cos(b) * y - Math.sin(b) * z)) * (mirrored ? -1 : 1),
    Math.sin(a) * x + Math.cos(a) * (Math.cos(b) * y - Math.sin(b) * z),
    Math.sin(b) * y + Math.cos(b) * z,
  ];
  const axes = [
    along(0.75, 0, 0),
    along(0.8 * shear, 0.8 * Math.sqrt(1 - shear * shear), 0),
    along(0, 0, 2.5),
  ];
  const srows = [0, 1, 2].flatMap((row) => [...axes.map((axis) => axis[row]), row + 1]);
  return { qformCode: 0, sformCode: 1, pixdim: [1, 0.75, 0.8, 2.5], srows };
};

describe('a slightly sheared sform', () => {
  // Origin: numpy 2, U V^T of the singular value decomposition of the sform's normalised columns, in LPS. (ITK 5.4, permissive, has its transpose: ITK pull request 4847.)
  const nearest = [
    -0.9580449785057612, 0.2805403019247619, -0.058710801015308636, -0.28661168280499916, -0.9390586766420245,
    0.18979606187436257, -0.0018874426036645392, 0.19866036549672894, 0.9800665777084352,
  ];
  for (const mirrored of [false, true]) {
    it(`of 1.9 % gets the nearest ${mirrored ? 'improper rotation' : 'rotation'}, with a note`, () => {
      const { geometry, notes } = parseNiftiHeader(craftHeader(sheared(0.019, mirrored)));
      geometry.direction.forEach((cosine, i) => {
        const expected = mirrored && i < 3 ? -nearest[i] : nearest[i];
        assert.ok(Math.abs(cosine - expected) < 1e-6, `${i}: ${cosine}, not ${expected}`);
      });
      assert.ok(Math.abs(determinant3(geometry.direction) - (mirrored ? -1 : 1)) < 1e-12);
      geometry.spacing.forEach((mm, axis) => assert.ok(Math.abs(mm - [0.75, 0.8, 2.5][axis]) < 1e-6));
      assert.deepEqual(geometry.origin, [-1, -2, 3]);
      assert.deepEqual(notes, [
        "the image's sform is sheared by 1.9 %; the nearest perpendicular axes were taken",
      ]);
    });
  }

  it('is left aside where a qform stands, as ITK does', () => {
    const { geometry, notes } = parseNiftiHeader(craftHeader({ ...sheared(0.019), qformCode: 1 }));
    assert.deepEqual(geometry.direction, [-1, 0, 0, 0, -1, 0, 0, 0, 1]);
    assert.deepEqual(notes, ["the image's qform and sform disagree; the qform was used, as ITK does"]);
  });

  it('of 2.1 % is refused', () => {
    const parse = () => parseNiftiHeader(craftHeader(sheared(0.021)));
    assert.throws(parse, { name: 'LungflowError', code: 'nifti-orientation' });
  });
});

describe('a negative voxel size', () => {
  const note = (axes: string) =>
    `the header's voxel size is negative along ${axes}; its absolute value was taken, no axis mirrored`;

  for (const [axes, pixdim] of [
    ['x', [1, -0.75, 0.8, 2.5]],
    ['y', [-1, 0.75, -0.8, 2.5]],
    ['x and y and z', [1, -0.75, -0.8, -2.5]],
  ] as const) {
    it(`along ${axes} is read as if it were positive`, () => {
      for (const form of [
        { qformCode: 1, quaternion: [0.1, -0.2, 0.3] },
        { ...sheared(0), pixdim },
        { ...sheared(0.01), pixdim },
        { qformCode: 0 },
      ]) {
        const positive = [pixdim[0], ...pixdim.slice(1).map(Math.abs)];
        const negative = parseNiftiHeader(craftHeader({ ...form, pixdim }));
        const expected = parseNiftiHeader(craftHeader({ ...form, pixdim: positive }));
        assert.deepEqual(negative.geometry, expected.geometry);
        assert.deepEqual(negative.notes, [note(axes), ...expected.notes]);
      }
    });
  }
});

describe('a bitpix of 0', () => {
  for (const datatype of [2, 4, 16, 64]) {
    it(`is told from voxel type ${datatype}`, async () => {
      const { values, notes } = await read(craftNifti({ datatype, bitpix: 0 }));
      assert.deepEqual(values, upTo(24));
      assert.deepEqual(notes, ["the header's bitpix is 0; the voxels' width was taken from their type"]);
    });
  }

  it('is no help for an unknown voxel type', () => {
    const parse = () => parseNiftiHeader(craftHeader({ datatype: 77, bitpix: 0 }));
    assert.throws(parse, { code: 'nifti-datatype' });
  });
});

describe('bytes behind the voxels', () => {
  const sound = craftNifti();
  for (const [bytes, words] of [
    [1, '1 byte'],
    [2, '2 bytes'],
    [512, '512 bytes'],
  ] as const) {
    it(`are ignored with a note: ${words}`, async () => {
      const long = Buffer.concat([sound, Buffer.alloc(bytes, '\r\n')]);
      for (const file of [long, gzipSync(long)]) {
        const { values, notes } = await read(file);
        assert.deepEqual(values, upTo(24));
        assert.deepEqual(notes, [`something follows the voxels (${words}); it was ignored`]);
      }
    });
  }

  it('are ignored behind voxels that are converted, too', async () => {
    const { values } = await read(Buffer.concat([craftNifti({ datatype: 16 }), Buffer.alloc(512, 7)]));
    assert.deepEqual(values, upTo(24));
  });
});

describe('what follows a gzip file', () => {
  const dim = [3, 20, 20, 20];
  const bytes = craftNifti({ dim });
  const cut = [0, 100, 350, 4001, bytes.length];
  const members = cut.slice(1).map((end, i) => gzipSync(bytes.subarray(cut[i], end)));

  for (const [name, behind, words] of [
    ['a line end', '\n', '1 byte'],
    ['the line end of Windows', '\r\n', '2 bytes'],
    ['text', 'made by a script', '16 bytes'],
    ['zeros, then text', `${'\0'.repeat(512)}text`, '516 bytes'],
    ['more than a chunk', 'text '.repeat(200_000), '1000000 bytes'],
  ] as const) {
    it(`is ignored with a note: ${name}`, async () => {
      for (const file of [[gzipSync(bytes)], members]) {
        const { values, notes } = await read(Buffer.concat([...file, Buffer.from(behind)]));
        assert.deepEqual(values, upTo(8000));
        assert.deepEqual(notes, [`something follows the compressed data (${words}); it was ignored`]);
      }
    });
  }

  it('is nothing to tell where it is padding with zeros', async () => {
    assert.deepEqual((await read(Buffer.concat([gzipSync(bytes), Buffer.alloc(1024)]))).notes, []);
  });

  it('may be any number of members', async () => {
    const tiny = upTo(Math.ceil(bytes.length / 40)).map((i) => gzipSync(bytes.subarray(40 * i, 40 * i + 40)));
    const empty = gzipSync(Buffer.alloc(0));
    const { values, notes } = await read(Buffer.concat([empty, empty, ...tiny, empty]));
    assert.deepEqual(values, upTo(8000));
    assert.deepEqual(notes, []);
  });
});

describe('gzip headers', () => {
  const bytes = craftNifti();
  const plain = gzipSync(bytes);
  // RFC 1952: flags FHCRC 2, FEXTRA 4, FNAME 8, FCOMMENT 16. Origin: the field's CRC is zlib's crc32 of the bytes before, low half.
  const headed = (flags: number, ...fields: Buffer[]) =>
    Buffer.concat([Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]), ...fields, plain.subarray(10)]);
  const headers: Record<string, Buffer> = {
    'a name': headed(8, Buffer.from('scan.nii\0')),
    'a name and a comment': headed(24, Buffer.from('scan.nii\0comment\0')),
    'a name longer than the first look': headed(8, Buffer.from(`${'n'.repeat(5000)}\0`)),
    'an extra field, as bgzip writes': headed(4, Buffer.from([6, 0, 66, 67, 2, 0, 0, 0])),
  };
  for (const [name, file] of Object.entries(headers)) {
    it(`are stepped over: ${name}`, async () => {
      assert.deepEqual((await read(file)).values, upTo(24));
    });
  }
});

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, truncateSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { LungflowError } from '../../../src/core/errors.js';
import { readNifti, readNiftiHeader } from '../../../src/formats/nifti/index.js';
import { scratchDirectory } from '../../temporary.js';
import { craftHeader, craftNifti, type Craft } from './craft.js';

const scratch = scratchDirectory('nifti-bad');

const pixdim = [1, 0.75, 0.75, 2.5];
const sound = craftNifti();
const zipped = gzipSync(craftNifti({ dim: [3, 40, 40, 40] }));
const flipped = (bytes: Buffer, at: number) =>
  Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ 0xff : byte)));
/** Two members, of which the second, which holds voxels, has a wrong byte. */
function secondDamaged(at: number): Buffer {
  const bytes = craftNifti({ dim: [3, 40, 40, 40] });
  const second = gzipSync(bytes.subarray(5000));
  return Buffer.concat([
    gzipSync(bytes.subarray(0, 5000)),
    flipped(second, (at + second.length) % second.length),
  ]);
}
const gzipHeaderWithName = (length: number) =>
  Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]), Buffer.alloc(length, 'n')]);
const headerThen = (craft: Craft, bytes = 48) => Buffer.concat([craftHeader(craft), Buffer.alloc(bytes)]);

/** What it is; the file; the code; whether the header alone already tells. */
const bad: readonly [string, Uint8Array, string, boolean][] = [
  ['an empty file', Buffer.alloc(0), 'file-empty', true],
  ['text', Buffer.from('sid,image\n'.repeat(100)), 'nifti-unrecognised', true],
  ['two bytes', Buffer.from([92, 1]), 'nifti-unrecognised', true],
  ['zipped text', gzipSync(Buffer.from('sid,image\n'.repeat(100))), 'nifti-unrecognised', true],
  ['Analyze 7.5', headerThen({ magic: '\0\0\0\0' }), 'nifti-unrecognised', true],
  ['a header cut off', sound.subarray(0, 200), 'nifti-unrecognised', true],
  ['a .hdr/.img pair', headerThen({ magic: 'ni1\0' }), 'nifti-pair', true],
  ['a NIfTI-2 pair', headerThen({ version: 2, magic: 'ni2\0\r\n\x1a\n' }), 'nifti-pair', true],
  ['no dimensions', headerThen({ dim: [0, 4, 3, 2] }), 'nifti-dimensions', true],
  ['eight dimensions', headerThen({ dim: [8, 4, 3, 2] }), 'nifti-dimensions', true],
  ['a negative size', headerThen({ dim: [3, 4, -3, 2] }), 'nifti-dimensions', true],
  ['a size of 0', headerThen({ dim: [3, 4, 0, 2] }), 'nifti-dimensions', true],
  ['a size past 2^53', headerThen({ version: 2, dim: [3, 2 ** 60, 4, 4] }), 'nifti-dimensions', true],
  ['a plane', headerThen({ dim: [2, 4, 3] }), 'nifti-dimensions', true],
  ['a volume of one slice', headerThen({ dim: [3, 4, 3, 1] }), 'nifti-dimensions', true],
  ['four volumes', headerThen({ dim: [4, 4, 3, 2, 4] }), 'nifti-dimensions', true],
  ['vectors', headerThen({ dim: [5, 4, 3, 2, 1, 3] }), 'nifti-dimensions', true],
  ['18 GB in 400 bytes', headerThen({ dim: [3, 3000, 3000, 1000] }), 'nifti-truncated', true],
  [
    '18 GB in 400 bytes, zipped',
    gzipSync(headerThen({ dim: [3, 3000, 3000, 1000] })),
    'nifti-truncated',
    true,
  ],
  ['2^120 voxels', headerThen({ version: 2, dim: [3, 2 ** 40, 2 ** 40, 2 ** 40] }), 'nifti-spacing', true],
  ['a spacing of NaN', headerThen({ pixdim: pixdim.with(1, NaN) }), 'nifti-spacing', true],
  ['a spacing of 0', headerThen({ pixdim: pixdim.with(2, 0) }), 'nifti-spacing', true],
  ['a negative spacing beyond any scan', headerThen({ pixdim: pixdim.with(3, -250) }), 'nifti-spacing', true],
  ['an infinite spacing', headerThen({ pixdim: pixdim.with(3, Infinity) }), 'nifti-spacing', true],
  ['a spacing of 2.5 m', headerThen({ pixdim: pixdim.with(3, 2500) }), 'nifti-spacing', true],
  [
    'a scan 12 m long',
    headerThen({ dim: [3, 4, 3, 300], pixdim: pixdim.with(3, 40) }),
    'nifti-spacing',
    true,
  ],
  ['a singular sform', headerThen({ qformCode: 0, sformCode: 1 }), 'nifti-orientation', true],
  ['a quaternion of NaN', headerThen({ quaternion: [NaN, 0, 0] }), 'nifti-orientation', true],
  ['an infinite offset', headerThen({ qoffset: [Infinity, 0, 0] }), 'nifti-orientation', true],
  ['RGB', headerThen({ datatype: 128 }, 100), 'nifti-datatype', true],
  ['complex numbers', headerThen({ datatype: 32 }, 400), 'nifti-datatype', true],
  ['an unknown type', headerThen({ datatype: 77, bitpix: 16 }), 'nifti-datatype', true],
  ['a type of another width', headerThen({ datatype: 4, bitpix: 32 }, 200), 'nifti-datatype', true],
  ['an intercept of NaN', headerThen({ slope: 2, intercept: NaN }), 'nifti-scaling', true],
  ['voxels inside the header', headerThen({ offset: 100 }), 'nifti-offset', true],
  ['voxels at NaN', headerThen({ offset: NaN }), 'nifti-offset', true],
  ['voxels between two bytes', headerThen({ offset: 352.5 }), 'nifti-offset', true],
  ['voxels beyond the end', headerThen({ offset: 1e9 }), 'nifti-truncated', true],
  ['voxels cut off', sound.subarray(0, -1), 'nifti-truncated', true],
  [
    'zipped voxels cut off',
    gzipSync(craftNifti({ dim: [3, 9, 9, 9] }).subarray(0, -1)),
    'nifti-truncated',
    false,
  ],
  ['513 bytes behind the voxels', Buffer.concat([sound, Buffer.alloc(513)]), 'nifti-trailing', false],
  [
    '513 bytes zipped behind the voxels',
    gzipSync(Buffer.concat([sound, Buffer.alloc(513)])),
    'nifti-trailing',
    false,
  ],
  [
    '1 GB zipped behind the voxels',
    Buffer.concat([gzipSync(sound), ...Array<Buffer>(64).fill(gzipSync(Buffer.alloc(1 << 24)))]),
    'nifti-trailing',
    false,
  ],
  ['a gzip file cut in its magic', zipped.subarray(0, 5), 'gzip-truncated', true],
  ['a gzip file cut in its voxels', zipped.subarray(0, zipped.length >> 1), 'gzip-truncated', false],
  ['a gzip file cut in its checksum', zipped.subarray(0, -3), 'gzip-truncated', false],
  ['a gzip file with a wrong checksum', flipped(zipped, zipped.length - 6), 'gzip-damaged', false],
  [
    'voxels cut off in whole gzip members, then text',
    Buffer.concat([gzipSync(sound.subarray(0, -1)), Buffer.from('\r\n')]),
    'nifti-truncated',
    false,
  ],
  [
    'the beginning of a gzip member behind the voxels',
    Buffer.concat([zipped, zipped.subarray(0, 20)]),
    'gzip-truncated',
    false,
  ],
  ['a byte of gzip magic behind', Buffer.concat([zipped, zipped.subarray(0, 1)]), 'gzip-truncated', false],
  ['gzip magic alone behind', Buffer.concat([zipped, zipped.subarray(0, 2)]), 'gzip-truncated', false],
  [
    'gzip magic behind, then text',
    Buffer.concat([zipped, Buffer.from('\x1f\x8bno gzip at all', 'latin1')]),
    'gzip-damaged',
    false,
  ],
  ['a damaged second member', secondDamaged(30), 'gzip-damaged', false],
  ['a second member with a wrong checksum', secondDamaged(-6), 'gzip-damaged', false],
  ['a second member of a wrong length', secondDamaged(-2), 'gzip-damaged', false],
  ['a gzip header of unknown flags', flipped(zipped, 3), 'gzip-damaged', true],
  ['a gzip header without end', gzipHeaderWithName(1 << 18), 'gzip-damaged', true],
  ['a gzip header cut in its name', gzipHeaderWithName(100), 'gzip-truncated', true],
  [
    'two bytes of gzip magic, then text',
    Buffer.from('\x1f\x8bno gzip at all', 'latin1'),
    'gzip-damaged',
    true,
  ],
];

describe('bad NIfTI input is a typed error', () => {
  for (const [name, bytes, code, fromHeader] of bad) {
    it(`${name}: ${code}`, async () => {
      const path = scratch.put('bad', bytes);
      await assert.rejects(readNifti(path), { name: 'LungflowError', kind: 'input', code });
      if (fromHeader) await assert.rejects(readNiftiHeader(path), { name: 'LungflowError', code });
      else await readNiftiHeader(path);
    });
  }

  it('a directory', async () => {
    mkdirSync(`${scratch.directory}/folder.nii`);
    await assert.rejects(readNifti(`${scratch.directory}/folder.nii`), { code: 'not-a-file' });
  });

  it('a device', { skip: process.platform === 'win32' }, async () => {
    await assert.rejects(readNifti('/dev/zero'), { name: 'LungflowError', code: 'not-a-file' });
  });

  it('a missing file', async () => {
    await assert.rejects(readNifti(`${scratch.directory}/none.nii`), { code: 'file-missing', kind: 'input' });
  });

  it(
    'a file one may not read',
    { skip: process.getuid?.() === 0 && 'root may read everything' },
    async () => {
      const path = scratch.put('locked.nii', sound);
      chmodSync(path, 0);
      await assert.rejects(readNifti(path), { code: 'permission-denied', kind: 'resource' });
    },
  );

  it('a sparse file as large as its header claims, beyond any memory', async (test) => {
    const dim = [3, 8000, 8000, 4000];
    const path = scratch.put('sparse.nii', headerThen({ dim, pixdim: [1, 0.1, 0.1, 0.1] }));
    try {
      truncateSync(path, 352 + 2 * 8000 * 8000 * 4000);
    } catch {
      test.skip('the file system holds no file of half a terabyte');
      return;
    }
    await assert.rejects(readNifti(path), { name: 'LungflowError', kind: 'resource', code: 'out-of-memory' });
  });
});

describe('any bytes give a volume or a typed error', () => {
  const attempt = async (bytes: Uint8Array): Promise<void> => {
    try {
      const { volume } = await readNifti(scratch.put('any', bytes));
      assert.ok(volume.voxels.length > 0);
    } catch (error) {
      assert.ok(error instanceof LungflowError, String(error));
      assert.notEqual(error.kind, 'internal', error.what);
    }
  };

  for (const version of [1, 2] as const) {
    it(`random fields in a NIfTI-${version} header`, async () => {
      const base = craftNifti({ version, dim: [3, 3, 3, 3] });
      const edits = fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 });
      const keep =
        version === 1 ? new Set([0, 1, 2, 3, 344, 345, 346, 347]) : new Set([0, 1, 2, 3, 4, 5, 6, 7]);
      await fc.assert(
        fc.asyncProperty(edits, fc.boolean(), async (changes, zip) => {
          const bytes = Buffer.from(base);
          for (const [at, byte] of changes) if (!keep.has(at)) bytes[at] = byte;
          await attempt(zip ? gzipSync(bytes) : bytes);
        }),
        { numRuns: 300 },
      );
    });

    it(`a NIfTI-${version} header of random bytes`, async () => {
      const start = craftHeader({ version });
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 600, maxLength: 700 }), async (noise) => {
          const bytes = Buffer.from(noise);
          start.copy(bytes, 0, 0, version === 1 ? 4 : 12);
          if (version === 1) start.copy(bytes, 344, 344, 348);
          await attempt(bytes);
        }),
        { numRuns: 200 },
      );
    });
  }

  it('gzip files of several members, damaged, cut off, with anything behind', async () => {
    const bytes = craftNifti({ dim: [3, 9, 9, 9] });
    const members = [bytes.subarray(0, 300), bytes.subarray(300, 1000), bytes.subarray(1000)].map((part) =>
      gzipSync(part),
    );
    const whole = Buffer.concat(members);
    await fc.assert(
      fc.asyncProperty(
        fc.option(fc.tuple(fc.nat(whole.length - 1), fc.nat(255))),
        fc.nat(whole.length),
        fc.uint8Array({ maxLength: 40 }),
        async (damage, cut, behind) => {
          const damaged = Buffer.from(whole);
          if (damage) damaged[damage[0]] = damage[1];
          await attempt(Buffer.concat([damaged.subarray(0, Math.max(cut, damage?.[0] ?? 0)), behind]));
          await attempt(Buffer.concat([damaged, behind]));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gzip files with random damage', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(zipped.length - 1),
        fc.nat(255),
        fc.nat(zipped.length),
        async (at, byte, end) => {
          const bytes = Buffer.from(zipped);
          bytes[at] = byte;
          await attempt(bytes.subarray(0, Math.max(end, at)));
        },
      ),
      { numRuns: 200 },
    );
  });
});

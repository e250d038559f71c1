import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fileSource, folderSource } from '../../../src/core/image-source.js';
import { readNifti } from '../../../src/formats/nifti/index.js';
import { formatClaiming } from '../../../src/formats/volume/format-of.js';
import { readVolume, readVolumeHeader } from '../../../src/formats/volume/read-volume.js';
import { sourceAt } from '../../../src/formats/volume/source-at.js';
import type { VolumeFormat } from '../../../src/formats/volume/volume-format.js';
import { volumeFormats } from '../../../src/formats/volume/volume-formats.js';
import { scratchDirectory } from '../../temporary.js';
import { craftNifti } from '../nifti/craft.js';

describe('an image volume', () => {
  const scratch = scratchDirectory('volume');
  const bytes = craftNifti({ dim: [3, 2, 3, 4] });
  const put = (name: string, content: Uint8Array = bytes) => fileSource(scratch.put(name, content));

  it('is read by the format that its name or its first bytes tell', async () => {
    const expected = await readNifti(put('a.nii').path);
    for (const source of [put('B.NII.GZ', gzipSync(bytes)), put('scan'), put('c.img.gz', gzipSync(bytes))])
      assert.deepEqual(await readVolume(source), expected, source.path);
  });

  it('has the geometry that its header announces, in the order asked for', async () => {
    for (const order of [undefined, 'PSR'] as const) {
      const { volume } = await readVolume(put('a.nii'), order);
      const { geometry, voxelBytes } = await readVolumeHeader(put('a.nii'), order);
      assert.deepEqual([geometry, voxelBytes], [volume.geometry, volume.voxels.byteLength]);
    }
  });

  it('in a format that nobody reads is refused with those that are', async () => {
    for (const name of ['a.nrrd', 'a.mha', 'a']) {
      const source = put(name, Buffer.from('NRRD0005\n'));
      for (const read of [readVolume, readVolumeHeader])
        await assert.rejects(read(source), {
          ...{ kind: 'input', code: 'format-unknown' },
          what: 'The image is a file in none of the known formats: NIfTI (.nii, .nii.gz).',
        });
    }
  });

  it('named for a format is refused in its terms', () =>
    assert.rejects(readVolume(put('a.nii', Buffer.from('text'))), { code: 'nifti-unrecognised' }));

  it('that is not there, empty or a folder is refused', async () => {
    mkdirSync(`${scratch.directory}/folder.nii`);
    const folder = await sourceAt(`${scratch.directory}/folder.nii`);
    assert.equal(folder.kind, 'folder');
    await assert.rejects(readVolume(folder), {
      code: 'not-a-file',
      what: 'The image is a folder in none of the known formats: NIfTI (.nii, .nii.gz).',
    });
    await assert.rejects(readVolume(await sourceAt(`${scratch.directory}/none`)), { code: 'file-missing' });
    await assert.rejects(readVolume(put('empty', Buffer.of())), { code: 'file-empty' });
  });
});

describe('a format that reads folders', () => {
  it('claims them, and is one entry of the list', () => {
    const folders: VolumeFormat = { ...volumeFormats[0], claims: ({ kind }) => kind === 'folder' };
    const formats = [...volumeFormats, folders];
    assert.equal(formatClaiming(folderSource('/x', '1.2.3'), formats), folders);
    assert.equal(formatClaiming(fileSource('/x/y.nii'), formats), volumeFormats[0]);
    assert.equal(formatClaiming(folderSource('/x')), undefined);
  });
});

describe('every format of volumes', () => {
  it('claims the files of its extensions, which no other has', () => {
    for (const format of volumeFormats)
      for (const extension of format.extensions) {
        assert.match(extension, /^\.[a-z.]+$/);
        assert.equal(formatClaiming(fileSource(`/x/y${extension}`)), format);
      }
  });
});

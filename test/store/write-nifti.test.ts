import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readNifti } from '../../src/formats/nifti/index.js';
import { writeNifti } from '../../src/store/write-nifti.js';
import { scratchDirectory } from '../temporary.js';

const scratch = scratchDirectory('write-nifti');
const volume = {
  voxels: new Int16Array(new SharedArrayBuffer(120)).fill(-7),
  geometry: {
    size: [3, 4, 5],
    spacing: [0.75, 0.75, 2.5],
    origin: [1, -2, 3],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  },
} as const;
const path = (name: string) => `${scratch.directory}/${name}`;

describe('a written NIfTI file', () => {
  it('is zipped only when named so', async () => {
    const sizes: number[] = [];
    for (const name of ['one.nii', 'one.nii.gz']) {
      await writeNifti(path(name), volume);
      assert.deepEqual([...(await readNifti(path(name))).volume.voxels], [...volume.voxels]);
      sizes.push(statSync(path(name)).size);
    }
    assert.equal(sizes[0], 352 + 120);
    assert.ok(sizes[1] < sizes[0]);
  });

  it('is not there, nor anything beside it, when it cannot be written', async () => {
    const before = readdirSync(scratch.directory);
    scratch.put('occupied', Buffer.alloc(1));
    for (const name of ['none/there.nii', 'none/there.nii.gz', 'occupied/there.nii'])
      await assert.rejects(writeNifti(path(name), volume), { name: 'LungflowError', code: 'output-lost' });
    assert.deepEqual(readdirSync(scratch.directory).sort(), [...before, 'occupied'].sort());
  });
});

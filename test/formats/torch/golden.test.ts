import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openTensorFile } from '../../../src/formats/open-tensor-file.js';
import { withRandomAccess } from '../../../src/formats/random-access.js';
import { Unsound } from '../../../src/formats/unsound.js';

interface Expected {
  readonly origin: string;
  readonly files: Record<
    string,
    {
      readonly about: Record<string, string>;
      readonly tensors: Record<string, { dtype: string; shape: number[]; numbers: number[] }>;
    }
  >;
}

/** Written by bench/peers/checkpoints_torch.py. */
const folder = fileURLToPath(new URL('../../../../test/formats/torch/golden/', import.meta.url));
const { origin, files } = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Expected;
const formats = { zip: 'PyTorch checkpoint (zip)', legacy: 'PyTorch checkpoint (before 1.6)' };

describe(`checkpoints of ${origin}`, () => {
  for (const [name, { about, tensors }] of Object.entries(files))
    for (const [kind, format] of Object.entries(formats))
      it(`${name}, ${kind}: the names, shapes and numbers that torch reads`, async () => {
        await withRandomAccess(`${folder}${name}-${kind}.pth.tar`, async (source) => {
          const file = await openTensorFile(source);
          assert.equal(file.format, format);
          assert.deepEqual(Object.fromEntries(file.about), about);
          assert.deepEqual([...file.tensors.keys()], Object.keys(tensors));
          for (const [key, { dtype, shape, numbers }] of Object.entries(tensors)) {
            const entry = file.tensors.get(key)!;
            assert.deepEqual([entry.dtype, entry.shape], [dtype, shape], key);
            if (dtype.startsWith('int')) {
              await assert.rejects(file.read(key), (e) => e instanceof Unsound && e.code === 'weights-dtype');
              continue;
            }
            const read = await file.read(key);
            assert.deepEqual(read.shape, shape, key);
            assert.deepEqual([...read.data], numbers.map(Math.fround), key);
          }
        });
      });

  it('say what stands beside the state dict, without reading it', async () => {
    await withRandomAccess(`${folder}moco-zip.pth.tar`, async (source) => {
      const { beside } = await openTensorFile(source);
      assert.deepEqual(beside, [{ name: 'optimizer', tensors: 4, bytes: 4 * (54 + 2 + 2 + 2) }]);
    });
  });
});

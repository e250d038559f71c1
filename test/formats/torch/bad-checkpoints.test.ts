import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { LungflowError } from '../../../src/core/errors.js';
import { graphNetwork } from '../../../src/networks/graph-network.js';
import { loadWeights } from '../../../src/networks/weights.js';
import { openTensorFile } from '../../../src/formats/open-tensor-file.js';
import { withRandomAccess } from '../../../src/formats/random-access.js';
import { scratchDirectory } from '../../temporary.js';
import { badCheckpoints, SENTINEL } from './bad-checkpoints.js';
import { legacyCheckpoint, parameters, tensorPickle, zipCheckpoint } from './checkpoint-assembler.js';
import { code, dict, memoized, pickle, recalled, text } from './pickle-assembler.js';
import { whole } from './zip-assembler.js';

const scratch = scratchDirectory('bad-checkpoints');
const load = (bytes: Buffer) => {
  const path = scratch.put('checkpoint.pth.tar', bytes);
  return loadWeights('checkpoint.pth.tar', graphNetwork, () => path);
};
const MOST_SECONDS = 10;
const MOST_MEGABYTES = 256;

describe(`${badCheckpoints.length} bad checkpoints`, () => {
  it('differ from sound ones, which are read', async () => {
    for (const bytes of [whole(zipCheckpoint()), legacyCheckpoint()])
      assert.deepEqual((await load(bytes)).parameters, parameters);
  });

  const before = process.resourceUsage().maxRSS;
  for (const { name, bytes, code: expected, what } of badCheckpoints)
    it(`${name}: ${expected}`, { timeout: 1000 * MOST_SECONDS }, async () => {
      const thrown: unknown = await load(bytes()).then(
        () => assert.fail('it was read'),
        (error: unknown) => error,
      );
      assert.ok(thrown instanceof LungflowError, String(thrown));
      assert.deepEqual([thrown.kind, thrown.code], ['model', expected], thrown.what);
      assert.match(thrown.what, what);
      assert.match(thrown.what, /^The weights file checkpoint\.pth\.tar [\x20-\x7e]+\.$/);
    });

  it(
    'are not those that name one thing again and again: it is looked at once',
    { timeout: 10_000 },
    async () => {
      const craft = { key: '0', length: 1, shape: [1], strides: [1] };
      const path = scratch.put(
        'again.pth.tar',
        whole(
          zipCheckpoint({
            pickle: pickle(
              code(
                `}(X\x01\0\0\0a](${'N'.repeat(200_000)}e${memoized(0)}`,
                ...[text('state_dict'), dict({ w: tensorPickle(craft, 'zip') })],
                ...Array.from({ length: 50_000 }, (_, i) => code(text(`b${i}`), recalled(0))),
                'u',
              ),
            ),
            storages: { 0: Buffer.alloc(4) },
          }),
        ),
      );
      const { tensors, beside } = await withRandomAccess(path, openTensorFile);
      assert.deepEqual([[...tensors.keys()], beside], [['w'], []]);
    },
  );

  it('run nothing, and take little memory', () => {
    assert.ok(!existsSync(SENTINEL));
    const megabytes = (process.resourceUsage().maxRSS - before) / 1024;
    assert.ok(megabytes < MOST_MEGABYTES, `${megabytes} MB`);
  });
});

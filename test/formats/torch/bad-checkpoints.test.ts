import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { LungflowError } from '../../../src/core/errors.js';
import { graphNetwork } from '../../../src/engine/graph-network.js';
import { loadWeights } from '../../../src/engine/weights.js';
import { scratchDirectory } from '../../temporary.js';
import { badCheckpoints, SENTINEL } from './bad-checkpoints.js';
import { legacyCheckpoint, parameters, zipCheckpoint } from './checkpoint-assembler.js';
import { whole } from './zip-assembler.js';

const scratch = scratchDirectory('bad-checkpoints');
const load = (bytes: Buffer) => {
  const path = scratch.put('checkpoint.pth.tar', bytes);
  return loadWeights('checkpoint.pth.tar', graphNetwork, () => path);
};
const MOST_SECONDS = 5;
const MOST_MEGABYTES = 400;

describe(`${badCheckpoints.length} bad checkpoints`, () => {
  it('differ from sound ones, which are read', async () => {
    for (const bytes of [whole(zipCheckpoint()), legacyCheckpoint()])
      assert.deepEqual((await load(bytes)).parameters, parameters);
  });

  const before = process.resourceUsage().maxRSS;
  for (const { name, bytes, code, what } of badCheckpoints)
    it(`${name}: ${code}`, { timeout: 1000 * MOST_SECONDS }, async () => {
      const thrown: unknown = await load(bytes()).then(
        () => assert.fail('it was read'),
        (error: unknown) => error,
      );
      assert.ok(thrown instanceof LungflowError, String(thrown));
      assert.deepEqual([thrown.kind, thrown.code], ['model', code], thrown.what);
      assert.match(thrown.what, what);
      assert.match(thrown.what, /^The weights file checkpoint\.pth\.tar [\x20-\x7e]+\.$/);
    });

  it('run nothing, and take little memory', () => {
    assert.ok(!existsSync(SENTINEL));
    const megabytes = (process.resourceUsage().maxRSS - before) / 1024;
    assert.ok(megabytes < MOST_MEGABYTES, `${megabytes} MB`);
  });
});

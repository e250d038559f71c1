import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { graphNetwork } from '../../src/networks/graph-network.js';
import { selectParameters } from '../../src/networks/parameters.js';
import { loadWeights } from '../../src/networks/weights.js';
import { withWeightsFile } from '../../src/networks/weights-file.js';
import {
  legacyCheckpoint,
  parameters,
  zipCheckpoint,
  type Craft,
} from '../formats/torch/checkpoint-assembler.js';
import { list, pickle, text } from '../formats/torch/pickle-assembler.js';
import { writeSparse } from '../formats/torch/zip-assembler.js';
import { temporaryDirectory } from '../temporary.js';

const QUEUE = [128, 4096, 581];
const QUEUE_NUMBERS = 128 * 4096 * 581;
const KEY = '6'; // after the network's own six
const MOST_MEGABYTES = 64;

const withQueue = (length: number, shape: readonly number[]): Craft => ({
  tensors: { 'module.queue': { key: KEY, length, shape, strides: shape.map(() => 0) } },
});

/** The queue as it is: 1.2 GB, a hole in the file. */
function writeZip(path: string): void {
  const hole = { name: `archive/data/${KEY}`, size: 4 * QUEUE_NUMBERS };
  writeSparse(path, zipCheckpoint({ ...withQueue(QUEUE_NUMBERS, QUEUE), first: [hole] }));
}

function writeLegacy(path: string): void {
  const length = Buffer.alloc(8);
  length.writeBigInt64LE(BigInt(QUEUE_NUMBERS));
  const keys = pickle(list(...['0', '1', '2', '3', '4', '5', KEY].map(text)));
  const start = legacyCheckpoint({ ...withQueue(QUEUE_NUMBERS, QUEUE), keys, behind: length });
  writeFileSync(path, start);
  truncateSync(path, start.length + 4 * QUEUE_NUMBERS);
}

/** Skips where the file system holds no file so large, holes or not. */
function written(test: TestContext, path: string, write: (path: string) => void): boolean {
  try {
    write(path);
    return true;
  } catch (error) {
    test.skip(`no file so large can be written here: ${String(error)}`);
    return false;
  }
}

/** MB by which the process's peak rises. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = process.resourceUsage().maxRSS;
  await work();
  return (process.resourceUsage().maxRSS - before) / 1024;
}

describe('a checkpoint with its queue', () => {
  const path = join(temporaryDirectory('large'), 'checkpoint.pth.tar');

  it('of 1.2 GB takes no more memory than its parameters, and its checksum', async (test) => {
    if (!written(test, path, writeZip)) return;
    const megabytes = await growth(async () => {
      const loaded = await loadWeights(path, graphNetwork, (it) => it);
      assert.deepEqual(loaded.parameters, parameters);
      assert.match(loaded.sha256, /^[0-9a-f]{64}$/);
    });
    assert.ok(megabytes < MOST_MEGABYTES, `${megabytes} MB`);
  });

  it('of 1.2 GB in the older format takes no more memory than its parameters', async (test) => {
    if (!written(test, path, writeLegacy)) return;
    const megabytes = await growth(() =>
      withWeightsFile(path, 'x', async (file) => {
        assert.deepEqual(file.tensors.get('module.queue')!.shape, QUEUE);
        assert.deepEqual(await selectParameters(file, graphNetwork, 'x'), parameters);
      }),
    );
    assert.ok(megabytes < MOST_MEGABYTES, `${megabytes} MB`);
  });

  it('of 6 GiB is read by zip64, parameters behind it', async (test) => {
    const numbers = 1.5 * 2 ** 30;
    const hole = { name: `archive/data/${KEY}`, size: 4 * numbers };
    const sparse = zipCheckpoint({ ...withQueue(numbers, [numbers]), first: [hole] });
    if (!written(test, path, (to) => writeSparse(to, sparse))) return;
    await withWeightsFile(path, 'x', async (file) => {
      assert.deepEqual(file.tensors.get('module.queue')!.shape, [numbers]);
      assert.deepEqual(await selectParameters(file, graphNetwork, 'x'), parameters);
    });
  });
});

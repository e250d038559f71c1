/** `node encode-growth.js PATCHES`: prints by how many MB resident memory grows from so many patches to ten times as many. */
import { FEATURES, patchEncoder } from '../../src/networks/patch-encoder.js';
import { wasmEngine } from '../../src/engine/wasm/engine.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { randomNetwork, randomPatches } from '../../test/networks/random-network.js';

const few = Number(process.argv[2]);
const many = 10 * few;
const workers = createWorkerPool(2);
const encoder = await wasmEngine(workers).loadEncoder(randomNetwork(patchEncoder, 0));
const patches = randomPatches(many, 0);
const features = new Float32Array(new SharedArrayBuffer(4 * many * FEATURES)).fill(0);

const rssAfter = async (count: number) => {
  await encoder.run([{ patches, features, from: 0, to: count }]);
  return process.memoryUsage.rss();
};
const before = await rssAfter(few);
const after = await rssAfter(many);
await workers.close();
process.stdout.write(String((after - before) / 1e6));

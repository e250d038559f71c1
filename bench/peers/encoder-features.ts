/** Our features for the 64 random patches of encoder_torch.py: `node dist/bench/peers/encoder-features.js features.f32`. */
import { writeFile } from 'node:fs/promises';
import { FEATURES, patchEncoder } from '../../src/engine/encoder.js';
import { wasmEngine } from '../../src/engine/wasm-engine.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { randomNetwork, randomPatches } from '../../test/engine/random-network.js';

const [NETWORK_SEED, PATCH_SEED, PATCHES] = [5, 17, 64]; // as in encoder_torch.py
const pool = createWorkerPool(1);
const patches = randomPatches(PATCHES, PATCH_SEED);
const features = new Float32Array(new SharedArrayBuffer(4 * PATCHES * FEATURES));
await wasmEngine(pool, 'bench').encode(randomNetwork(patchEncoder, NETWORK_SEED), [
  { patches, features, from: 0, to: PATCHES },
]);
await writeFile(process.argv[2], new Uint8Array(features.buffer));
await pool.close();

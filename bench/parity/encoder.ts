/** The patch encoder against PyTorch: every engine that runs here, whatever the threads and the size of a pass. */
import { join } from 'node:path';
import { FEATURES, patchEncoder } from '../../src/networks/patch-encoder.js';
import type { Engine } from '../../src/engine/engine.js';
import { wasmEngine } from '../../src/engine/wasm/engine.js';
import { readNpy } from '../../src/formats/npy.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { relativeDifference, TOLERANCE } from '../../src/networks/relative-difference.js';
import { randomNetwork, randomPatches } from '../../test/networks/random-network.js';
import { plainTfjs } from './plain-tfjs.js';
import type { Row } from './row.js';

const [NETWORK_SEED, PATCH_SEED, PATCHES] = [5, 17, 64]; // as in encoder_torch.py
/** Patches a pass; 8 is the engine's own. */
const PASSES = [1, 3, 8, 64];

export const encoder: Row = {
  name: 'encoder',
  async measure(bench) {
    const path = join(bench.dir, 'features.npy');
    await bench.python('encoder_torch.py', 'features', path, String(PATCHES));
    const theirs = (await readNpy(path)).data as Float32Array;
    const weights = randomNetwork(patchEncoder, NETWORK_SEED);
    const patches = randomPatches(PATCHES, PATCH_SEED);
    const compare = async (engine: Engine) => {
      const features = new Float32Array(new SharedArrayBuffer(4 * PATCHES * FEATURES));
      await (await engine.loadEncoder(weights)).run([{ patches, features, from: 0, to: PATCHES }]);
      await engine.dispose();
      return relativeDifference(features, theirs);
    };
    const cases: Record<string, number> = {};
    for (const threads of [1, 2]) {
      const pool = createWorkerPool(threads);
      const found: number[] = [];
      for (const pass of PASSES) found.push(await compare(wasmEngine(pool, pass)));
      cases[`wasm on ${threads} thread(s), passes of ${PASSES.join(', ')}`] = Math.max(...found);
      await pool.close();
    }
    cases['plain JavaScript (tfjs cpu)'] = await compare(await plainTfjs());
    return [
      {
        what: `features of ${PATCHES} patches, relative difference`,
        against: 'PyTorch',
        bar: { atMost: TOLERANCE },
        cases,
      },
    ];
  },
};

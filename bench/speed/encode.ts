/** The patch encoder, beside torch, and whether its memory grows with the patches. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FEATURES, patchEncoder } from '../../src/networks/patch-encoder.js';
import { wasmEngine } from '../../src/engine/wasm/engine.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { randomNetwork, randomPatches } from '../../test/networks/random-network.js';
import { contest, contestFigures, type Contestant } from './contest.js';
import type { Figure, Peer, Section, SpeedBench } from './section.js';
import { inProcess } from './timed.js';

const [NETWORK_SEED, PATCH_SEED, PATCHES] = [5, 17, 581]; // as in encoder_torch.py

export const encodeSection: Section = {
  name: 'encode',
  title: 'Encode',
  about: `${PATCHES} patches through the engine \`wasm\`, beside torch's CPU build on as many threads at its best batch (8): random weights, the
same on both sides, from int16 HU to features. The owners' goal is torch's time, a ratio of 1. Memory: a process of its own encodes
${PATCHES} patches, then ten times as many; what its resident memory grew by, all patches and features being there from the start.`,
  async measure(bench) {
    const figures: Figure[] = [];
    for (const threads of [1, 2]) {
      const contestants: Contestant[] = [
        {
          name: 'ours',
          open: () => ours(threads),
          ...(threads === 2 && { bar: { atMost: 1.5 } }),
        },
        {
          name: 'torch',
          open: () => bench.peer('encoder_torch.py', ['time', String(PATCHES), String(threads)], threads),
        },
      ];
      const over = `${threads} thread(s)`;
      figures.push(...contestFigures(over, contestants, await contest(bench, contestants)));
    }
    return [...figures, await growth(bench)];
  },
};

async function ours(threads: number): Promise<Peer> {
  const workers = createWorkerPool(threads);
  const encoder = await wasmEngine(workers).loadEncoder(randomNetwork(patchEncoder, NETWORK_SEED));
  const patches = randomPatches(PATCHES, PATCH_SEED);
  const features = new Float32Array(new SharedArrayBuffer(4 * PATCHES * FEATURES));
  return inProcess(async () => {
    await encoder.run([{ patches, features, from: 0, to: PATCHES }]);
    return undefined;
  }, workers);
}

async function growth({ repeats }: SpeedBench): Promise<Figure> {
  const script = fileURLToPath(new URL('./encode-growth.js', import.meta.url));
  const runs: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const { stdout } = await promisify(execFile)(process.execPath, [script, String(PATCHES)]);
    runs.push(Number(stdout));
  }
  return { what: `growth from ${PATCHES} patches to ${10 * PATCHES}`, over: '2 thread(s)', unit: 'MB', runs };
}

/** Seconds, and seconds of processor time, to encode one scan's 581 patches: `node dist/bench/encoder.js [patches a pass ...]`, on one thread and on all. */
import { availableParallelism } from 'node:os';
import { PATCH_VOXELS, FEATURES, patchEncoder } from '../src/engine/encoder.js';
import { loadWeights } from '../src/engine/weights.js';
import { wasmEngine } from '../src/engine/wasm-engine.js';
import { createWorkerPool } from '../src/workers/pool.js';

const PATCHES = 581;
const passes = process.argv.slice(2).map(Number);
const patches = new Int16Array(new SharedArrayBuffer(2 * PATCHES * PATCH_VOXELS));
for (let i = 0; i < patches.length; i++) patches[i] = (Math.imul(i, 2654435761) >>> 22) - 1024;
const features = new Float32Array(new SharedArrayBuffer(4 * PATCHES * FEATURES));
const weights = await loadWeights({ seed: 0 }, patchEncoder, (path) => path);

for (const threads of new Set([1, availableParallelism()])) {
  const pool = createWorkerPool(threads);
  for (const pass of passes.length ? passes : [undefined]) {
    const engine = wasmEngine(pool, 'bench', pass);
    const scan = () => engine.encode(weights, [{ patches, features, from: 0, to: PATCHES }]);
    await scan();
    const seconds: string[] = [];
    for (let run = 0; run < 3; run++) {
      const [started, used] = [performance.now(), process.cpuUsage()];
      await scan();
      const { user, system } = process.cpuUsage(used);
      seconds.push(
        `${((performance.now() - started) / 1000).toFixed(2)} (${((user + system) / 1e6).toFixed(2)})`,
      );
    }
    console.log(
      `${threads} thread(s), ${pass ?? 'default'} patches a pass: ${seconds.join(', ')} s (CPU s) a scan`,
    );
  }
  await pool.close();
}

/** `.pth.tar` to subject vector, against PyTorch and PyTorch Geometric reading the same file for the same patches. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Architecture } from '../../src/engine/architecture.js';
import { FEATURES, patchEncoder } from '../../src/engine/encoder.js';
import { graphNetwork } from '../../src/engine/graph-network.js';
import { wasmEngine } from '../../src/engine/wasm-engine.js';
import { loadWeights } from '../../src/engine/weights.js';
import { readNpy } from '../../src/formats/npy.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { relativeDifference } from './differences.js';
import { simpleItk } from './patches.js';
import type { Bench, Row } from './row.js';

type Saved = readonly [format: 'zip' | 'legacy', naming: 'lin' | 'weight', dtype: 'float32' | 'float16'];

/** Every format, naming and type, with a short queue. */
const SHORT: readonly Saved[] = [
  ['zip', 'lin', 'float32'],
  ['legacy', 'weight', 'float32'],
  ['zip', 'weight', 'float16'],
  ['legacy', 'lin', 'float16'],
];
/** As the reference saves them. */
const FULL: readonly Saved[] = [
  ['zip', 'lin', 'float32'],
  ['legacy', 'weight', 'float32'],
];

export const checkpoint = checkpointRow('checkpoint', 'queue of 16', 16, SHORT);
export const checkpointFull = checkpointRow('checkpoint-full', '1.2 GB, queue of 4096', 4096, FULL);

function checkpointRow(name: string, size: string, queue: number, all: readonly Saved[]): Row {
  return {
    name,
    async measure(bench) {
      const { dir: patches, array } = await simpleItk(bench, 'LIDC-IDRI-0001');
      const [theirPatches, theirAdjacency] = [await array('patches'), await array('adjacency')];
      const inputs: Inputs = {
        patches: new Int16Array(new SharedArrayBuffer(theirPatches.byteLength)),
        adjacency: new Float64Array(new SharedArrayBuffer(theirAdjacency.byteLength)),
      };
      inputs.patches.set(theirPatches as Int16Array);
      inputs.adjacency.set(theirAdjacency as Float64Array);
      const cases: Record<string, number> = {};
      for (const saved of all) cases[saved.join(', ')] = await compare(bench, patches, inputs, queue, saved);
      await rm(patches, { recursive: true });
      return [
        {
          what: `subject vector from .pth.tar (${size}), largest difference relative to the largest number`,
          against: 'PyTorch and PyTorch Geometric',
          bar: { atMost: 2e-5 },
          cases,
        },
      ];
    },
  };
}

interface Inputs {
  /** `[581, z, y, x]`, HU */
  readonly patches: Int16Array<SharedArrayBuffer>;
  /** `[581, 581]` */
  readonly adjacency: Float64Array<SharedArrayBuffer>;
}

async function compare(bench: Bench, patches: string, inputs: Inputs, queue: number, saved: Saved) {
  const dir = join(bench.dir, saved.join('-'));
  const script = 'subject_vector_torch.py';
  const [vector, ...theirInputs] = ['vector', 'patches', 'adjacency'].map((name) =>
    join(patches, `${name}.npy`),
  );
  await bench.python(script, 'write', dir, ...saved, String(queue));
  await bench.python(script, 'vector', dir, ...theirInputs, vector);
  const ours = await subjectVector(dir, inputs);
  await rm(dir, { recursive: true });
  return relativeDifference(ours, (await readNpy(vector)).data as Float32Array);
}

async function subjectVector(dir: string, { patches, adjacency }: Inputs): Promise<Float32Array> {
  const load = (file: string, architecture: Architecture) =>
    loadWeights(join(dir, file), architecture, (path) => path);
  const encoder = await load('checkpoint_patch.pth.tar', patchEncoder);
  const graph = await load('checkpoint_graph.pth.tar', graphNetwork);
  const nodes = Math.sqrt(adjacency.length);
  const [features, embedding] = [nodes * FEATURES, FEATURES].map(
    (count) => new Float32Array(new SharedArrayBuffer(4 * count)),
  );
  const pool = createWorkerPool(1);
  const engine = wasmEngine(pool, 'parity');
  await engine.encode(encoder, [{ patches, features, from: 0, to: nodes }]);
  await engine.aggregate(graph, [{ features, adjacency, embedding }]);
  await pool.close();
  return embedding;
}

/** The graph network against PyTorch Geometric, on the atlas's own 581 landmarks. */
import { join } from 'node:path';
import { FEATURES } from '../../src/networks/patch-encoder.js';
import type { Engine } from '../../src/engine/engine.js';
import { graphNetwork } from '../../src/networks/graph-network.js';
import { wasmEngine } from '../../src/engine/wasm/engine.js';
import { readNpy } from '../../src/formats/npy.js';
import { patchAdjacency } from '../../src/imaging/atlas/adjacency.js';
import { createWorkerPool } from '../../src/workers/pool.js';
import { relativeDifference, TOLERANCE } from '../../src/networks/relative-difference.js';
import { randomNetwork, randomNodes } from '../../test/networks/random-network.js';
import { differences } from './differences.js';
import { plainTfjs } from './plain-tfjs.js';
import type { Row } from './row.js';

const [NETWORK_SEED, NODE_SEED] = [3, 29]; // as in graph_geometric.py

export const graph: Row = {
  name: 'graph',
  async measure(bench) {
    const corners = bench.shared('atlas/atlas_patch_loc.npy');
    const [theirAdjacency, theirs] = ['adjacency', 'embedding'].map((name) => join(bench.dir, `${name}.npy`));
    await bench.python('graph_geometric.py', 'atlas', corners, theirAdjacency, theirs);
    const cornersXyz = Int32Array.from((await readNpy(corners)).data as BigInt64Array, Number);
    const adjacency = patchAdjacency(cornersXyz);
    const features = randomNodes(cornersXyz.length / 3, NODE_SEED);
    const weights = randomNetwork(graphNetwork, NETWORK_SEED);
    const expected = (await readNpy(theirs)).data as Float32Array;
    const distance = async (engine: Engine) => {
      const embedding = new Float32Array(new SharedArrayBuffer(4 * FEATURES));
      await (await engine.loadGraphNetwork(weights)).run([{ features, adjacency, embedding }]);
      await engine.dispose();
      return relativeDifference(embedding, expected);
    };
    const pool = createWorkerPool(1);
    const cases = {
      wasm: await distance(wasmEngine(pool)),
      'plain JavaScript (tfjs cpu)': await distance(await plainTfjs()),
    };
    await pool.close();
    return [
      {
        what: "adjacency of the atlas's 581 corners, entries that differ",
        against: 'NumPy',
        bar: { atMost: 0 },
        cases: {
          '581 x 581': differences(adjacency, (await readNpy(theirAdjacency)).data).differ,
        },
      },
      {
        what: "graph output on the atlas's 581 nodes, relative difference",
        against: 'PyTorch Geometric',
        bar: { atMost: TOLERANCE },
        cases,
      },
    ];
  },
};

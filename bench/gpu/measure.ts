/** The two networks on an engine, from numbers in the host's memory to numbers there. */
import type { ChosenEngine, Graph, LoadedNetwork, PatchSlice } from '../../src/engine/engine.js';
import { splitSlices } from '../../src/engine/patch-slices.js';
import { patchAdjacency } from '../../src/imaging/atlas/adjacency.js';
import { graphNetwork } from '../../src/networks/graph-network.js';
import { patchEncoder } from '../../src/networks/patch-encoder.js';
import { room, whole } from '../../test/engine/slices-and-graphs.js';
import { randomNetwork, randomNodes, randomPatches } from '../../test/networks/random-network.js';
import { NotRun } from '../not-run.js';
import { timed } from '../speed/timed.js';

const [ENCODER_SEED, PATCH_SEED, GRAPH_SEED, NODE_SEED] = [5, 17, 3, 29]; // as in the peers
export const SUBJECTS = 8;

/** Seconds of each repeat. */
export interface Measured {
  /** Patches in a batch, as the engine would have them in a run. */
  readonly batch: number;
  readonly encode: readonly number[];
  readonly aggregate: readonly number[];
  /** Of all `SUBJECTS` at once. */
  readonly aggregateSubjects: readonly number[];
  /** Encode, then aggregate what came of it: a scan alone. */
  readonly scan: readonly number[];
  /** All patches, in batches of the sizes asked for. */
  readonly byBatch: ReadonlyMap<number, readonly number[] | NotRun>;
}

/** @param patches of a scan */
export async function measureNetworks(
  engine: ChosenEngine,
  patches: number,
  batches: readonly number[],
  repeats: number,
): Promise<Measured> {
  const say = (message: string) => void process.stderr.write(`${message}\n`);
  const encoder = await engine.loadEncoder(randomNetwork(patchEncoder, ENCODER_SEED), say);
  const network = await engine.loadGraphNetwork(randomNetwork(graphNetwork, GRAPH_SEED), say);
  const scan = whole(randomPatches(patches, PATCH_SEED));
  const graphs = Array.from({ length: SUBJECTS }, () => graphOf(patches));
  const encode = (batch: number) => encodeInBatches(encoder, scan, batch);

  // Before the engine settles on a size: until then it takes the largest it can.
  const byBatch = new Map<number, readonly number[] | NotRun>();
  for (const batch of batches) {
    const runs = batch > encoder.batch ? [] : await repeated(repeats, () => encode(batch));
    // It may be fewer from here on, where the device had too little memory.
    byBatch.set(
      batch,
      batch > encoder.batch ? new NotRun(`${engine.name} takes ${encoder.batch} at most here`) : runs,
    );
  }
  await encoder.measureBatch?.();
  const { batch } = encoder;
  const measured = {
    batch,
    byBatch,
    encode: await repeated(repeats, () => encode(batch)),
    aggregate: await repeated(repeats, () => network.run([graphs[0]])),
    aggregateSubjects: await repeated(repeats, () => network.run(graphs)),
    scan: await repeated(repeats, async () => {
      await encode(batch);
      await network.run([{ ...graphs[0], features: scan.features }]);
    }),
  };
  await encoder.dispose();
  await network.dispose();
  return measured;
}

/** All batches are handed over at once, and the engine takes the next while one computes: as in a run. */
async function encodeInBatches(
  encoder: LoadedNetwork<PatchSlice>,
  scan: PatchSlice,
  batch: number,
): Promise<void> {
  await Promise.all(splitSlices([scan], batch).map((slices) => encoder.run(slices)));
}

/** Twice to warm up: shaders are compiled, and memory is grown. */
async function repeated(repeats: number, work: () => Promise<void>): Promise<number[]> {
  const seconds: number[] = [];
  for (let round = -2; round < repeats; round++) {
    const taken = await timed(async () => {
      await work();
      return undefined;
    });
    if (round >= 0) seconds.push(taken.seconds);
  }
  return seconds;
}

const graphOf = (count: number): Graph => ({
  features: randomNodes(count, NODE_SEED),
  adjacency: patchAdjacency(lattice(count)),
  embedding: room(1),
});

/** Corners 20 voxels apart, 9 in a row and 9 rows: about as many neighbours as patches in lungs have. */
function lattice(count: number): Int32Array {
  const corners = new Int32Array(3 * count);
  for (let i = 0; i < count; i++)
    corners.set(
      [i % 9, Math.floor(i / 9) % 9, Math.floor(i / 81)].map((n) => 20 * n),
      3 * i,
    );
  return corners;
}

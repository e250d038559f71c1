/** Random but reproducible networks and patches; bench/peers/networks.py draws the same numbers. */
import { PATCH_VOXELS } from '../../src/imaging/atlas/atlas.js';
import { FEATURES } from '../../src/networks/patch-encoder.js';
import type { Architecture } from '../../src/networks/architecture.js';
import { mulberry32 } from '../../src/core/mulberry32.js';
import { fnv1a, untrainedParameters } from '../../src/networks/untrained.js';
import type { Weights } from '../../src/networks/weights.js';

/** Untrained filters, and BatchNorm statistics far from the identity: [0.5, 1.5) where positive, [-0.5, 0.5) elsewhere. */
export function randomNetwork(architecture: Architecture, seed: number): Weights {
  const parameters = untrainedParameters(architecture, seed);
  for (const [name, { data }] of Object.entries(parameters)) {
    if (!('value' in architecture.parameters[name].untrained)) continue;
    const centre = /\.(weight|running_var)$/.test(name) ? 1 : 0;
    const next = mulberry32(fnv1a(`${seed}:${name}`));
    for (let i = 0; i < data.length; i++) data[i] = centre + next() - 0.5;
  }
  return { sha256: `random ${architecture.title} ${seed}`, seed, parameters };
}

/** HU from -1024 to 240, `[count, 32, 32, 32]`. */
export function randomPatches(count: number, seed: number): Int16Array<SharedArrayBuffer> {
  const patches = new Int16Array(new SharedArrayBuffer(2 * count * PATCH_VOXELS));
  const next = mulberry32(seed);
  for (let i = 0; i < patches.length; i++) patches[i] = Math.floor(next() * 1265) - 1024;
  return patches;
}

/** Node features in [-2, 2), `[count, 128]`. */
export function randomNodes(count: number, seed: number): Float32Array<SharedArrayBuffer> {
  const nodes = new Float32Array(new SharedArrayBuffer(4 * count * FEATURES));
  const next = mulberry32(seed);
  for (let i = 0; i < nodes.length; i++) nodes[i] = 4 * next() - 2;
  return nodes;
}

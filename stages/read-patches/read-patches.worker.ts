/** Worker side of `read-patches`: reads one subject's three files and believes nothing of them. */
import { inputError } from '../../src/core/errors.js';
import type { Tensor } from '../../src/core/tensor.js';
import { readNpy, type NpyArray } from '../../src/formats/npy.js';
import { countEdges, patchAdjacency } from '../../src/imaging/atlas/adjacency.js';
import { HIGHEST_HU } from '../../src/imaging/space/iso-grid.js';
import { AIR_HU } from '../../src/imaging/space/volume.js';
import { countPatches, wrongShape } from './measure-patches.js';
import { readingFile, type PatchFiles } from './patch-files.js';

export interface ReadPatches {
  readonly patches: Tensor<Int16Array<SharedArrayBuffer>>;
  readonly corners: Tensor<Int32Array<SharedArrayBuffer>>;
  readonly adjacency: Tensor<Float64Array<SharedArrayBuffer>>;
  readonly edges: number;
  /** Reasons to look at the subject. */
  readonly doubts: readonly string[];
}

/** @throws LungflowError `patches-shape`, `patches-not-whole`, `adjacency-invalid`, `file-missing`, and what `readNpy` throws */
export async function readPatchFiles(files: PatchFiles): Promise<ReadPatches> {
  const patches = await readingFile('patch', async () => wholeHu(await readNpy(files.patch)));
  const [count] = patches.shape;
  const corners = await readingFile('corners', async () => wholeCorners(await readNpy(files.corners), count));
  const adjacency = await readingFile('adjacency', async () => shares(await readNpy(files.adjacency), count));
  return {
    patches,
    corners,
    adjacency,
    edges: countEdges(adjacency.data, count),
    doubts: [...rangeDoubt(patches.data), ...originDoubt(adjacency.data, corners.data)],
  };
}

function wholeHu({ data, shape }: NpyArray): ReadPatches['patches'] {
  countPatches(shape);
  const voxels = new Int16Array(new SharedArrayBuffer(2 * data.length));
  if (data instanceof Int16Array) voxels.set(data);
  else copyWhole(data, voxels, -(2 ** 15), 2 ** 15 - 1, 'whole HU');
  return { data: voxels, shape };
}

function wholeCorners({ data, shape }: NpyArray, count: number): ReadPatches['corners'] {
  if (shape.join() !== `${count},3`) throw wrongShape(shape, `[${count}, 3]`);
  const cornersXyz = new Int32Array(new SharedArrayBuffer(4 * data.length));
  copyWhole(data, cornersXyz, -(2 ** 31), 2 ** 31 - 1, 'whole voxels');
  return { data: cornersXyz, shape };
}

/** Nothing is rounded: what does not fit is another kind of patch than the networks know. */
function copyWhole(
  from: NpyArray['data'],
  to: Int16Array | Int32Array,
  least: number,
  most: number,
  unit: string,
): void {
  for (let i = 0; i < from.length; i++) {
    const value = Number(from[i]);
    if (!(Number.isInteger(value) && value >= least && value <= most))
      throw inputError(
        'patches-not-whole',
        `It holds values that are no ${unit} from ${least} to ${most}${Number.isNaN(value) ? ': NaN' : ''}.`,
        'Write it again before any scaling, rounded to whole numbers and without NaN.',
      );
    to[i] = value;
  }
}

function shares({ data, shape }: NpyArray, count: number): ReadPatches['adjacency'] {
  if (shape.join() !== `${count},${count}`) throw wrongShape(shape, `[${count}, ${count}]`);
  const adjacency = new Float64Array(new SharedArrayBuffer(8 * data.length));
  for (let i = 0; i < data.length; i++) adjacency[i] = Number(data[i]);
  const refuse = (what: string) =>
    inputError(
      'adjacency-invalid',
      `Its array ${what}.`,
      'Compute it again from the corners of the patches.',
    );
  for (let i = 0; i < count; i++) {
    if (adjacency[count * i + i] !== 1) throw refuse('has other values than 1 on its diagonal');
    for (let j = 0; j < i; j++) {
      const share = adjacency[count * i + j];
      if (!(share >= 0 && share <= 1)) throw refuse('has values outside 0 to 1');
      if (share !== adjacency[count * j + i]) throw refuse('is not symmetric');
    }
  }
  return { data: adjacency, shape };
}

function rangeDoubt(voxels: Int16Array): string[] {
  let [lowest, highest] = [voxels[0], voxels[0]];
  for (const value of voxels) {
    if (value < lowest) lowest = value;
    else if (value > highest) highest = value;
  }
  if (lowest >= AIR_HU && highest <= HIGHEST_HU) return [];
  return [
    `the patches go from ${lowest} to ${highest}: the networks know HU clamped to [${AIR_HU}, ${HIGHEST_HU}]`,
  ];
}

/** What single precision, or another order of multiplying, may change. */
const SAME_SHARE = 1e-6;

function originDoubt(adjacency: Float64Array, cornersXyz: Int32Array): string[] {
  const own = patchAdjacency(cornersXyz);
  if (own.every((share, i) => Math.abs(share - adjacency[i]) <= SAME_SHARE)) return [];
  return ['the adjacency is not the overlap of the corners: one of the two may be of another subject'];
}

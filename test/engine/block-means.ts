/** An encoder that a user might bring, as an ONNX model: the means of blocks of a patch. And the same in plain TypeScript. */
import { encodeOnnxModel } from '../../src/formats/onnx-model.js';
import { PATCH_EDGE } from '../../src/imaging/atlas/atlas.js';

/** `(z, y, x)` */
export type Block = readonly [number, number, number];

export function blockMeansModel(
  block: Block,
  count: number | string = 'N',
  features: number | string = blockCount(block),
): Uint8Array {
  return encodeOnnxModel({
    inputs: [{ name: 'patches', type: 'float32', shape: [count, 1, 32, 32, 32] }],
    outputs: [{ name: 'means', type: 'float32', shape: [count, features] }],
    constants: [],
    nodes: [
      {
        operator: 'AveragePool',
        inputs: ['patches'],
        output: 'pooled',
        attributes: { kernel_shape: block, strides: block },
      },
      { operator: 'Flatten', inputs: ['pooled'], output: 'means' },
    ],
  });
}

export const blockCount = (block: Block): number =>
  block.reduce((count, edge) => (count * PATCH_EDGE) / edge, 1);

/** Of one patch `[z, y, x]` in HU, in the order z, y, x. */
export function blockMeans(patch: Int16Array, block: Block): Float64Array {
  const [, rows, columns] = block.map((edge) => PATCH_EDGE / edge);
  const means = new Float64Array(blockCount(block));
  for (let z = 0; z < PATCH_EDGE; z++)
    for (let y = 0; y < PATCH_EDGE; y++)
      for (let x = 0; x < PATCH_EDGE; x++) {
        const [bz, by, bx] = [z, y, x].map((at, axis) => Math.floor(at / block[axis]));
        const hu = patch[(z * PATCH_EDGE + y) * PATCH_EDGE + x];
        means[(bz * rows + by) * columns + bx] += (hu + 1024) / 632 - 1;
      }
  const voxels = block.reduce((product, edge) => product * edge);
  return means.map((sum) => sum / voxels);
}

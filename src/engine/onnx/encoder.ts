/** The patch encoder as an ONNX model. */
import { encodeOnnxModel } from '../../formats/onnx-model.js';
import { PATCH_EDGE } from '../../imaging/atlas/atlas.js';
import type { Parameters } from '../../networks/architecture.js';
import { sharedBytes, type ModelBytes } from '../../networks/onnx-file.js';
import { FEATURES, foldedLayers, type FoldedLayer } from '../../networks/patch-encoder.js';

const KERNEL = [3, 3, 3];
const TAPS = 27;
/** Before and after each axis: here PyTorch's padding can be said as it is, so nothing need be reversed. */
const PADS = [1, 1, 1, 1, 1, 1];

/** `[patches, 1, z, y, x]`, the network's input, to `[patches, 128]`. */
export function encoderModel(parameters: Parameters): ModelBytes {
  const layers = foldedLayers(parameters);
  const model = encodeOnnxModel({
    inputs: [{ name: 'patches', type: 'float32', shape: ['count', 1, PATCH_EDGE, PATCH_EDGE, PATCH_EDGE] }],
    outputs: [{ name: 'features', type: 'float32', shape: ['count', FEATURES] }],
    constants: layers.flatMap((layer, i) => [
      { name: `filter${i}`, shape: [layer.to, layer.from, ...KERNEL], data: torchFilter(layer) },
      { name: `bias${i}`, shape: [layer.to], data: Float32Array.from(layer.bias) },
    ]),
    nodes: [
      ...layers.flatMap(({ stride }, i) => [
        {
          operator: 'Conv',
          inputs: [i === 0 ? 'patches' : `layer${i - 1}`, `filter${i}`, `bias${i}`],
          output: `convolved${i}`,
          attributes: { kernel_shape: KERNEL, pads: PADS, strides: [stride, stride, stride] },
        },
        { operator: 'Elu', inputs: [`convolved${i}`], output: `layer${i}` },
      ]),
      { operator: 'Flatten', inputs: [`layer${layers.length - 1}`], output: 'features' },
    ],
  });
  return { bytes: sharedBytes(model) };
}

/** `[-z, -y, -x, from, to]` back to `[to, from, z, y, x]`. */
function torchFilter({ filter, from, to }: FoldedLayer): Float32Array {
  const weight = new Float32Array(filter.length);
  for (let o = 0; o < to; o++)
    for (let i = 0; i < from; i++)
      for (let tap = 0; tap < TAPS; tap++)
        weight[(o * from + i) * TAPS + tap] = filter[((TAPS - 1 - tap) * from + i) * to + o];
  return weight;
}

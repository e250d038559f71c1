/** The patch encoder as an ONNX model. */
import { encodeOnnxModel, type OnnxConstant, type OnnxNode } from '../../formats/onnx-model.js';
import { PATCH_EDGE } from '../../imaging/atlas/atlas.js';
import type { Parameters } from '../../networks/architecture.js';
import { KERNEL } from '../../networks/layers.js';
import { sharedBytes, type ModelBytes } from '../../networks/onnx-file.js';
import { FEATURES, patchEncoder } from '../../networks/patch-encoder.js';
import { planEncoder } from '../plan.js';

const FILTER = [KERNEL, KERNEL, KERNEL];
/** Before and after each axis: here PyTorch's padding can be said as it is, so nothing need be reversed. */
const PADS = [1, 1, 1, 1, 1, 1];

/** `[patches, 1, z, y, x]`, the network's input, to `[patches, 128]`. */
export function encoderModel(parameters: Parameters): ModelBytes {
  const constants: OnnxConstant[] = [];
  const nodes: OnnxNode[] = [];
  let x = 'patches';
  for (const [i, step] of planEncoder(patchEncoder.body, parameters).entries())
    switch (step.kind) {
      case 'convolution': {
        const { from, to, stride, filter, bias } = step;
        constants.push(
          { name: `filter${i}`, shape: [to, from, ...FILTER], data: Float32Array.from(filter) },
          { name: `bias${i}`, shape: [to], data: Float32Array.from(bias) },
        );
        nodes.push(
          {
            operator: 'Conv',
            inputs: [x, `filter${i}`, `bias${i}`],
            output: `convolved${i}`,
            attributes: { kernel_shape: FILTER, pads: PADS, strides: [stride, stride, stride] },
          },
          { operator: 'Elu', inputs: [`convolved${i}`], output: `layer${i}` },
        );
        x = `layer${i}`;
        break;
      }
      case 'flatten':
        nodes.push({ operator: 'Flatten', inputs: [x], output: 'features' });
        x = 'features';
        break;
    }
  const model = encodeOnnxModel({
    inputs: [{ name: 'patches', type: 'float32', shape: ['count', 1, PATCH_EDGE, PATCH_EDGE, PATCH_EDGE] }],
    outputs: [{ name: x, type: 'float32', shape: ['count', FEATURES] }],
    constants,
    nodes,
  });
  return { bytes: sharedBytes(model) };
}

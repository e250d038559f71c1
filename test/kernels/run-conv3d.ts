/** The two convolution kernels on arrays without margins. */
import { biasLine, directFilter, winogradFilter } from '../../src/engine/wasm/kernel-filters.js';
import { encoderKernels } from '../../src/engine/wasm/kernels.js';
import { KernelMemory, uniform, withMargins, withoutMargins } from './kernel-memory.js';
import { referenceConv3d, type Conv3dCase } from './reference-conv3d.js';

export interface Conv3dInput {
  readonly x: Float32Array;
  readonly filter: Float32Array;
  readonly bias: Float32Array;
}

export const conv3dInput = ({ patches, edge, channels, outChannels }: Conv3dCase): Conv3dInput => ({
  x: uniform(patches * edge ** 3 * channels, 7),
  filter: uniform(27 * channels * outChannels, 11),
  bias: uniform(outChannels, 13).map((b) => 3 * b),
});

export const expectedConv3d = (c: Conv3dCase, { x, filter, bias }: Conv3dInput) =>
  referenceConv3d(c, x, filter, bias);

/** @param tilesAtOnce of Winograd's; undefined: the direct kernel */
export function runConv3d(c: Conv3dCase, input: Conv3dInput, tilesAtOnce?: number): Float32Array {
  const { patches, edge, channels, outChannels, stride } = c;
  const at = new KernelMemory();
  const kernels = encoderKernels(at.memory);
  const outEdge = edge / stride;
  const outRow = (outEdge + 1) * outChannels;
  const [x, output] = [
    at.put(withMargins(input.x, edge * channels, channels)) + 4 * channels,
    at.put(new Float32Array(patches * outEdge ** 2 * outRow)),
  ];
  const pack = tilesAtOnce === undefined ? directFilter : winogradFilter;
  const filter = at.put(pack(Float64Array.from(input.filter), channels, outChannels));
  const bias = at.put(biasLine(Float64Array.from(input.bias)));
  if (tilesAtOnce === undefined) {
    kernels.conv3d(x, output, filter, bias, patches, edge, channels, outChannels, stride);
  } else {
    const bytes = kernels.scratchBytes(edge, channels, outChannels, tilesAtOnce);
    // prettier-ignore
    kernels.winograd3d(
      x, 4 * (edge + 1) * channels, output, 4 * outRow, filter, bias, at.reserve(bytes / 4),
      patches, edge, channels, outChannels, tilesAtOnce,
    );
  }
  return withoutMargins(
    at.floats(output, patches * outEdge ** 2 * outRow),
    outEdge * outChannels,
    outChannels,
  );
}

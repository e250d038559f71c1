/** The encoder's kernels on a memory of their own. Pointers are byte offsets into it, shapes as their sources say. */
import { loadKernel } from '../../kernels/load-kernel.js';

interface Winograd {
  scratchBytes(edge: number, channels: number, outChannels: number, tilesAtOnce: number): number;
  // prettier-ignore
  winograd3d(
    input: number, inputRow: number, output: number, outputRow: number,
    filter: number, bias: number, scratch: number,
    patches: number, edge: number, channels: number, outChannels: number, tilesAtOnce: number,
  ): void;
}

interface Direct {
  // prettier-ignore
  conv3d(
    input: number, output: number, filter: number, bias: number,
    patches: number, edge: number, channels: number, outChannels: number, stride: number,
  ): void;
}

interface NetworkInput {
  networkInput(source: number, target: number, rows: number, voxels: number): void;
}

export type EncoderKernels = Winograd & Direct & NetworkInput;

export function encoderKernels(memory: WebAssembly.Memory): EncoderKernels {
  return {
    ...(loadKernel('winograd3d', memory) as Winograd),
    ...(loadKernel('conv3d', memory) as Direct),
    ...(loadKernel('network-input', memory) as NetworkInput),
  };
}

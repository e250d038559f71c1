/** Puts our conv3d into tfjs's wasm backend, over its own: tens of times faster, on the same heap, without copies. */
import {
  backend_util,
  registerKernel,
  unregisterKernel,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { modelError, resourceError } from '../core/errors.js';
import { loadKernel } from '../kernels/load-kernel.js';
import { CONV3D_BIAS_ELU, type Conv3dAttributes } from './conv3d.js';

type Shape5 = [number, number, number, number, number];

interface Kernels {
  packChannels(source: number, packed: number, taps: number, channels: number): void;
  conv3d(...geometry: readonly number[]): void;
}

/** What the backend's Emscripten module offers beside its declared type. */
interface Heap {
  readonly asm: { readonly memory: WebAssembly.Memory };
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

type Geometry = ReturnType<typeof backend_util.computeConv3DInfo>;

const ACTIVATION = { none: 0, elu: 1 };
const TILE = 8; // output channels that the kernel computes together

/** Replaces the backend's Conv3D, adds `CONV3D_BIAS_ELU`, and shuts off its conv3d gradients, which are wrong. */
export function installConv3d(backend: BackendWasm): void {
  const heap = backend.wasm as unknown as Heap;
  const kernels = loadKernel('conv3d', heap.asm.memory) as Kernels;
  const replace = (kernelName: string, kernelFunc: KernelFunc) => {
    unregisterKernel(kernelName, 'wasm');
    registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
  };

  const run: KernelFunc = ({ inputs: { x, filter, bias }, attrs }) => {
    if (!x || !filter) throw new TypeError('conv3d needs x and filter');
    const geometry = conv3dGeometry(x, filter, attrs as unknown as Conv3dAttributes);
    const output = backend.makeOutput(geometry.outShape, 'float32');
    const at = ({ dataId }: TensorInfo) => backend.getMemoryOffset(dataId);
    convolve(kernels, heap, geometry, {
      input: at(x),
      filter: at(filter),
      bias: bias && at(bias),
      output: at(output),
    });
    return output;
  };
  replace('Conv3D', run);
  registerKernel({ kernelName: CONV3D_BIAS_ELU, backendName: 'wasm', kernelFunc: run });
  for (const gradient of ['Conv3DBackpropInputV2', 'Conv3DBackpropFilterV2'])
    replace(gradient, refuseGradient);
}

function refuseGradient(): never {
  throw modelError(
    'conv3d-gradient-missing',
    'The wasm engine has no gradient of conv3d: the one that tfjs brings gives wrong numbers.',
    'Train on another engine.',
  );
}

function conv3dGeometry(x: TensorInfo, filter: TensorInfo, attributes: Conv3dAttributes): Geometry {
  for (const { dtype } of [x, filter]) {
    if (dtype !== 'float32') throw unsupported(`${dtype} numbers`);
  }
  const { strides, pad, dilations = 1 } = attributes;
  if (![dilations].flat().every((step) => step === 1)) throw unsupported('a dilation');
  return backend_util.computeConv3DInfo(x.shape as Shape5, filter.shape as Shape5, strides, 1, pad);
}

const unsupported = (what: string) =>
  modelError(
    'conv3d-unsupported',
    `The wasm engine's conv3d was given ${what}.`,
    'Use float32 and dilation 1.',
  );

const heapExhausted = () =>
  resourceError(
    'engine-memory',
    'The wasm engine has no memory left for a convolution.',
    'Close other programs, or run with fewer threads.',
  );

const notNegative = ({ front, top, left, right }: Geometry['padInfo']) => ({
  front: Math.max(0, front),
  top: Math.max(0, top),
  left: Math.max(0, left),
  right: Math.max(0, right),
});

interface Pointers {
  readonly input: number;
  readonly filter: number;
  readonly bias: number | undefined;
  readonly output: number;
}

function convolve(
  kernels: Kernels,
  heap: Heap,
  g: Geometry,
  { input, filter, bias, output }: Pointers,
): void {
  // tfjs computes a negative padding where the stride exceeds the kernel; TensorFlow's definition stops at zero.
  const { front, top, left, right } = notNegative(g.padInfo);
  const taps = g.filterDepth * g.filterHeight * g.filterWidth * g.inChannels;
  const packedChannels = Math.ceil(g.outChannels / TILE) * TILE;
  const biasBytes = 4 * packedChannels;
  const filterBytes = 4 * packedChannels * taps;
  // Rows shorter than a tile are read in place; the others are copied between margins of zeros, one patch at a time.
  const paddedRow = left + right > 0 && g.outWidth >= 4 ? left + g.inWidth + right : 0;
  const marginBytes = 4 * g.inDepth * g.inHeight * paddedRow * g.inChannels;

  const scratch = heap._malloc(biasBytes + filterBytes + marginBytes) >>> 0;
  if (scratch === 0 || output === 0) throw heapExhausted(); // tfjs does not look at what malloc answers
  try {
    const packedFilter = scratch + biasBytes;
    const margins = marginBytes && packedFilter + filterBytes;
    if (bias === undefined) heap.HEAPU8.fill(0, scratch, scratch + biasBytes);
    else kernels.packChannels(bias, scratch, 1, g.outChannels);
    kernels.packChannels(filter, packedFilter, taps, g.outChannels);
    if (margins) heap.HEAPU8.fill(0, margins, margins + marginBytes);
    // prettier-ignore
    kernels.conv3d(
      input, output, packedFilter, scratch, margins,
      g.batchSize, g.inDepth, g.inHeight, g.inWidth, g.inChannels,
      g.filterDepth, g.filterHeight, g.filterWidth, g.outChannels,
      g.strideDepth, g.strideHeight, g.strideWidth,
      front, top, left, right,
      g.outDepth, g.outHeight, g.outWidth,
      bias === undefined ? ACTIVATION.none : ACTIVATION.elu,
    );
  } finally {
    heap._free(scratch);
  }
}

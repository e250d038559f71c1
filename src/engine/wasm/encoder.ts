/**
 * The patch encoder in WebAssembly: all layers in one memory that holds the weights and a few patches, whatever their number.
 * What a layer writes is still in the cache when the next one reads it.
 *
 * The first layers, whose outputs are large, run patch by patch; the last, whose weights are, for a group of patches at once.
 */
import { resourceError } from '../../core/errors.js';
import { PATCH_EDGE, PATCH_VOXELS } from '../../imaging/atlas/atlas.js';
import { growMemory } from '../../kernels/grow-memory.js';
import { memoryPlan } from '../../kernels/memory-plan.js';
import type { Parameters } from '../../networks/architecture.js';
import { FEATURES, patchEncoder } from '../../networks/patch-encoder.js';
import type { PatchSlice } from '../engine.js';
import { splitSlices } from '../patch-slices.js';
import { planEncoder, type ConvolutionStep } from '../plan.js';
import { reversedFilter } from '../reversed-filter.js';
import { biasLine, directFilter, winogradFilter } from './kernel-filters.js';
import { WINOGRAD_TILE } from './kernel-layout.js';
import { encoderKernels, type EncoderKernels } from './kernels.js';

/** Patches that go through the last layers together. */
const GROUP = 8;
/** The largest edge of the layers that take a group. */
const GROUP_EDGE = 8;
/** Of Winograd's rows in flight: with a layer's weights they fit the second-level cache. */
const SCRATCH_BYTES = 160 * 1024;

/** `[patches, edge, edge, edge + 1, channels]`: a pixel of zeros after each row and before the first, never written. */
interface Activation {
  readonly pointer: number;
  readonly rowBytes: number;
  readonly patchBytes: number;
}

interface Layer {
  readonly edge: number;
  readonly from: number;
  readonly to: number;
  readonly stride: 1 | 2;
  readonly input: Activation;
  readonly output: Activation;
  readonly filter: number;
  readonly bias: number;
  /** Tiles of Winograd's that share a pass over the filter; undefined where the layer runs directly. */
  readonly tilesAtOnce: number | undefined;
}

export interface WasmEncoder {
  /** Writes each slice's features; a patch's are the same bits whatever else is in the call. */
  encode(slices: readonly PatchSlice[]): void;
}

/** @throws resourceError when there is no memory for it */
export function createWasmEncoder(parameters: Parameters): WasmEncoder {
  const memory = orOutOfMemory(() => new WebAssembly.Memory({ initial: 0 }));
  const kernels = encoderKernels(memory);
  const reserve = reserveIn(memory);
  const hu = reserve(2 * PATCH_VOXELS);
  const input = reserveActivation(reserve, 1, PATCH_EDGE, 1);
  const layers: Layer[] = [];
  for (const step of planEncoder(patchEncoder.body, parameters))
    switch (step.kind) {
      case 'convolution':
        layers.push(placeLayer(memory, kernels, reserve, step, layers.at(-1)?.output ?? input));
        break;
      case 'flatten':
        break; // channels last: those of one voxel are a row
    }
  const scratch = reserve(
    Math.max(
      ...layers.map((layer) => (layer.tilesAtOnce ? scratchBytes(kernels, layer, layer.tilesAtOnce) : 0)),
    ),
  );
  const alone = layers.filter(({ edge }) => edge > GROUP_EDGE);
  const grouped = layers.slice(alone.length);
  const features = layers.at(-1)!.output;

  const run = (layer: Layer, patches: number, place: number) => {
    const { input, output, filter, bias, edge, from, to, stride, tilesAtOnce } = layer;
    const target = output.pointer + place * output.patchBytes;
    if (tilesAtOnce === undefined) {
      kernels.conv3d(input.pointer, target, filter, bias, patches, edge, from, to, stride);
    } else {
      // prettier-ignore
      kernels.winograd3d(
        input.pointer, input.rowBytes, target, output.rowBytes, filter, bias, scratch,
        patches, edge, from, to, tilesAtOnce,
      );
    }
  };

  return {
    encode(slices) {
      for (const group of groupsOf(slices)) {
        group.forEach(({ patch }, place) => {
          new Int16Array(memory.buffer, hu, PATCH_VOXELS).set(patch);
          kernels.networkInput(hu, input.pointer, PATCH_EDGE ** 2, PATCH_EDGE);
          for (const layer of alone) run(layer, 1, layer === alone.at(-1) ? place : 0);
        });
        for (const layer of grouped) run(layer, group.length, 0);
        group.forEach(({ target }, place) => {
          target.set(
            new Float32Array(memory.buffer, features.pointer + place * features.patchBytes, FEATURES),
          );
        });
      }
    },
  };
}

type Reserve = (bytes: number) => number;

/** Takes room at the memory's end, zeros, and answers with its place. */
const reserveIn = (memory: WebAssembly.Memory): Reserve => {
  const plan = memoryPlan();
  return (bytes) => {
    const start = plan.take(bytes);
    orOutOfMemory(() => growMemory(memory, plan.bytes));
    return start;
  };
};

function orOutOfMemory<T>(allocate: () => T): T {
  try {
    return allocate();
  } catch (thrown) {
    throw resourceError(
      'engine-memory',
      'The wasm engine has no memory left for the patch encoder.',
      'Close other programs, or run with fewer threads.',
      thrown,
    );
  }
}

function reserveActivation(reserve: Reserve, patches: number, edge: number, channels: number): Activation {
  const pixelBytes = 4 * channels;
  const rowBytes = (edge + 1) * pixelBytes;
  const patchBytes = edge * edge * rowBytes;
  return { pointer: reserve(pixelBytes + patches * patchBytes) + pixelBytes, rowBytes, patchBytes };
}

function placeLayer(
  memory: WebAssembly.Memory,
  kernels: EncoderKernels,
  reserve: Reserve,
  step: ConvolutionStep,
  input: Activation,
): Layer {
  const { edge, from, to, stride } = step;
  const outEdge = edge / stride;
  const byWinograd = stride === 1 && edge % WINOGRAD_TILE === 0;
  const store = (numbers: Float32Array) => {
    const pointer = reserve(numbers.byteLength);
    new Float32Array(memory.buffer, pointer, numbers.length).set(numbers);
    return pointer;
  };
  return {
    edge,
    from,
    to,
    stride,
    input,
    output: reserveActivation(reserve, outEdge > GROUP_EDGE ? 1 : GROUP, outEdge, to),
    filter: store((byWinograd ? winogradFilter : directFilter)(reversedFilter(step), from, to)),
    bias: store(biasLine(step.bias)),
    tilesAtOnce: byWinograd ? tilesThatFit(kernels, step) : undefined,
  };
}

type Shape = Pick<ConvolutionStep, 'edge' | 'from' | 'to'>;

const scratchBytes = (kernels: EncoderKernels, { edge, from, to }: Shape, tiles: number) =>
  kernels.scratchBytes(edge, from, to, tiles);

function tilesThatFit(kernels: EncoderKernels, shape: Shape): number {
  let tiles = 1;
  while (scratchBytes(kernels, shape, tiles + 1) <= SCRATCH_BYTES) tiles += 1;
  return tiles;
}

interface PlacedPatch {
  readonly patch: Int16Array;
  readonly target: Float32Array;
}

function* groupsOf(slices: readonly PatchSlice[]): Generator<PlacedPatch[]> {
  for (const group of splitSlices(slices, GROUP)) {
    yield group.flatMap(({ patches, features, from, to }) =>
      Array.from({ length: to - from }, (_, i) => ({
        patch: patches.subarray((from + i) * PATCH_VOXELS, (from + i + 1) * PATCH_VOXELS),
        target: features.subarray((from + i) * FEATURES, (from + i + 1) * FEATURES),
      })),
    );
  }
}

/** A user's own encoder, checked against what flows through the pipeline before any scan is read. */
import { LungflowError, modelError } from '../../core/errors.js';
import { mulberry32 } from '../../core/mulberry32.js';
import { PATCH_EDGE, PATCH_VOXELS } from '../../imaging/atlas/atlas.js';
import type { OnnxModel } from '../../networks/onnx-file.js';
import type { ModelNetwork } from '../device/backend.js';
import { patchNetwork, runPass, type Passes } from './patch-passes.js';
import type { Provider } from './provider.js';
import { onnxReason, type ValueMetadata } from './runtime.js';
import type { Session } from './session.js';

const INPUT = ['N', 1, PATCH_EDGE, PATCH_EDGE, PATCH_EDGE];
const OUTPUT = ['N', 'F'];

export interface Place {
  readonly provider: Provider;
  /** Where the model takes any number of patches. */
  readonly passes: Passes;
}

/**
 * On the device if it takes the model; else the operators that it lacks on the CPU; else all of it: the network's device says
 * which. A pass or two on noise show what no shape in the file does.
 * @throws modelError `model-refused` when it is no ONNX model or has what ONNX Runtime does not know; `model-shape`
 */
export async function openUserEncoder(model: OnnxModel, best: Place, cpu: Place): Promise<ModelNetwork> {
  const { kind, name } = best.provider.device;
  const tries: (readonly [device: string, place: Place, strictly: boolean])[] = [[name, best, true]];
  if (kind === 'gpu') {
    tries.push([`${name}, some operators on the CPU`, best, false]);
    tries.push([`CPU, since ${name} does not take the model`, cpu, true]);
  }
  let refused: unknown;
  for (const [device, place, strictly] of tries) {
    try {
      return { device, ...(await openHere(model, place, strictly)) };
    } catch (thrown) {
      if (thrown instanceof LungflowError && ['model-shape', 'model-mixes-patches'].includes(thrown.code))
        throw thrown;
      refused = thrown;
    }
  }
  throw modelError(
    'model-refused',
    `ONNX Runtime does not take the model ${model.written}: ${whyRefused(refused)}.`,
    'Check it with onnx.checker. It is read with the data in NAME.onnx.data beside it, and needs operators that ONNX Runtime has.',
    refused,
  );
}

async function openHere(
  model: OnnxModel,
  { provider, passes }: Place,
  strictly: boolean,
): Promise<Omit<ModelNetwork, 'device'>> {
  const session = await provider.open(model, strictly);
  try {
    const fixed = checkValues(session, model.written);
    const patches = fixed ?? passes.patches;
    const noise = noisePatches(patches);
    const { data, shape } = await runPass(session, noise);
    const [rows, features] = shape;
    if (shape.length !== 2 || rows !== patches || features < 1) {
      const given = patches === 1 ? '1 patch' : `${patches} patches`;
      throw wrongShape(model.written, `gives [${shape.join(', ')}] for ${given}`, `[${patches}, F]`);
    }
    const among = data.subarray(0, features);
    if (patches > 1 && differ(among, (await runPass(session, noise.fill(0, PATCH_VOXELS))).data)) {
      throw modelError(
        'model-mixes-patches',
        `The model ${model.written} gives a patch other features beside other patches.`,
        'Export it in evaluation mode, after encoder.eval(): nothing may be taken over the batch.',
      );
    }
    const atOnce = Math.ceil((passes.patches * passes.atOnce) / patches);
    return { features, ...patchNetwork(session, { patches, atOnce, fixed: fixed !== undefined }, features) };
  } catch (thrown) {
    await session.close();
    throw thrown;
  }
}

/** Of the network's input, `[patches, 1, z, y, x]`. */
function noisePatches(patches: number): Float32Array {
  const next = mulberry32(1);
  return Float32Array.from({ length: patches * PATCH_VOXELS }, () => 2 * next() - 1);
}

/** Whether one patch's features are others among noise than among zeros, beyond rounding. */
function differ(among: Float32Array, alone: Float32Array): boolean {
  const largest = among.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return among.some((value, i) => Math.abs(value - alone[i]) > 1e-4 * largest);
}

/** @returns the number of patches that the model takes at a time, undefined when any */
function checkValues({ inputs, outputs }: Session, written: string): number | undefined {
  const wanted = `one input, float32 [${INPUT.join(', ')}], and one output, float32 [${OUTPUT.join(', ')}]`;
  const list = (values: readonly ValueMetadata[]) => values.map(inWords).join(' and ') || 'nothing';
  const refuse = (what: string) => wrongShape(written, what, wanted);
  const [input] = inputs;
  const [output] = outputs;
  if (inputs.length !== 1 || !fits(input, INPUT)) throw refuse(`takes ${list(inputs)}`);
  if (outputs.length !== 1 || !fits(output, OUTPUT)) throw refuse(`gives ${list(outputs)}`);
  const [count] = input.shape;
  return typeof count === 'number' ? count : undefined;
}

/** Names stand for any size, on either side; a shape that the file does not tell shows in the first pass. */
const fits = (value: ValueMetadata, shape: readonly (number | string)[]): value is Tensors =>
  value.isTensor &&
  value.type === 'float32' &&
  (value.shape.length === 0 ||
    (value.shape.length === shape.length &&
      value.shape.every(
        (size, axis) => [size, shape[axis]].some((one) => typeof one === 'string') || size === shape[axis],
      )));
type Tensors = Extract<ValueMetadata, { readonly isTensor: true }>;

const inWords = (value: ValueMetadata) =>
  value.isTensor
    ? `${value.name}: ${value.type} [${value.shape.map((size) => size || '?').join(', ')}]`
    : `${value.name}: no tensor`;

const wrongShape = (written: string, found: string, expected: string) =>
  modelError(
    'model-shape',
    `The model ${written} ${found}; expected ${expected}.`,
    'Export an encoder of patches, in single precision, with a dynamic batch axis: docs/gpu.md shows how.',
  );

function whyRefused(thrown: unknown): string {
  // The folder is ours: see `sessionOptions`.
  const [, missing] = /External data path.*\/dev\/null\/([^"\s]+)/.exec(onnxReason(thrown)) ?? [];
  if (missing) return `its data file ${missing} is not beside it`;
  if (thrown instanceof LungflowError) return thrown.what.replace(/^[^:]*: |\.$/g, '');
  const reason = onnxReason(thrown);
  return /protobuf parsing failed|No graph was found|data pointer is null/.test(reason)
    ? 'it is not an ONNX file'
    : reason;
}

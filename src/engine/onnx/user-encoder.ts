/** A user's own encoder, checked against what flows through the pipeline before any scan is read. */
import { LungflowError, modelError } from '../../core/errors.js';
import { PATCH_EDGE } from '../../imaging/atlas.js';
import { PATCH_VOXELS } from '../../networks/patch-encoder.js';
import type { ModelNetwork } from '../device/backend.js';
import type { OnnxModel } from './model-file.js';
import { patchNetwork, runPass } from './patch-passes.js';
import { cpuProvider, type Provider } from './provider.js';
import { onnxReason, type InferenceSession, type SessionOptions, type ValueMetadata } from './runtime.js';
import type { Sessions } from './sessions.js';

const INPUT = ['N', 1, PATCH_EDGE, PATCH_EDGE, PATCH_EDGE];
const OUTPUT = ['N', 'F'];

export interface UserEncoderOptions {
  readonly provider: Provider;
  readonly threads: number;
  /** Where the model takes any number. */
  readonly patchesAPass: number;
}

/**
 * On the device if it takes the model; else the operators that it lacks on the CPU; else all of it: the network's device says
 * which. A first pass of zeros shows what no shape in the file does.
 * @throws modelError `model-refused` when it is no ONNX model or has what ONNX Runtime does not know; `model-shape`
 */
export async function openUserEncoder(
  sessions: Sessions,
  model: OnnxModel,
  { provider, threads, patchesAPass }: UserEncoderOptions,
): Promise<ModelNetwork> {
  const { device } = provider;
  const places: readonly (readonly [name: string, options: SessionOptions])[] =
    device.kind === 'cpu'
      ? [[device.name, provider.options('device')]]
      : [
          [device.name, provider.options('device')],
          [`${device.name}, some operators on the CPU`, provider.options('device-or-cpu')],
          [
            `${cpuProvider(threads, []).device.name}, since ${device.name} does not take the model`,
            cpuProvider(threads, []).options('device'),
          ],
        ];
  let refused: unknown;
  for (const [name, options] of places) {
    try {
      return { device: name, ...(await openHere(sessions, model, options, patchesAPass)) };
    } catch (thrown) {
      if (thrown instanceof LungflowError && thrown.code === 'model-shape') throw thrown;
      refused = thrown;
    }
  }
  throw modelError(
    'model-refused',
    `ONNX Runtime does not take the model ${model.written}: ${whyRefused(refused)}.`,
    'Check the file with onnx.checker, and export it again with operators that ONNX Runtime has.',
    refused,
  );
}

async function openHere(
  sessions: Sessions,
  model: OnnxModel,
  options: SessionOptions,
  patchesAPass: number,
): Promise<Omit<ModelNetwork, 'device'>> {
  const session = await sessions.open(model.bytes, withData(options, model));
  try {
    const count = checkValues(session, model.written) ?? patchesAPass;
    const { dims } = await runPass(sessions, session, new Float32Array(count * PATCH_VOXELS));
    if (dims.length !== 2 || dims[0] !== count || dims[1] < 1)
      throw wrongShape(
        model.written,
        `gives [${dims.join(', ')}] for ${count === 1 ? '1 patch' : `${count} patches`}`,
        `[${count}, F]`,
      );
    const features = dims[1];
    return { features, ...patchNetwork(sessions, session, { patchesAPass: count, features }) };
  } catch (thrown) {
    await sessions.close(session);
    throw thrown;
  }
}

/** Of the data that a model may have in other files, what was hashed, and no other. */
const withData = (options: SessionOptions, { beside }: OnnxModel): SessionOptions => ({
  ...options,
  ...(beside && { externalData: [beside] }),
  extra: {
    session: { ...options.extra.session, model_external_initializers_file_folder_path: '/dev/null' },
  },
});

/** @returns the number of patches that the model takes at a time, undefined when any */
function checkValues(
  { inputMetadata, outputMetadata }: InferenceSession,
  written: string,
): number | undefined {
  const wanted = `one input, float32 [${INPUT.join(', ')}], and one output, float32 [${OUTPUT.join(', ')}]`;
  const list = (values: readonly ValueMetadata[]) => values.map(inWords).join(' and ') || 'nothing';
  const refuse = (what: string) => wrongShape(written, what, wanted);
  const [input] = inputMetadata;
  const [output] = outputMetadata;
  if (inputMetadata.length !== 1 || !fits(input, INPUT)) throw refuse(`takes ${list(inputMetadata)}`);
  if (outputMetadata.length !== 1 || !fits(output, OUTPUT)) throw refuse(`gives ${list(outputMetadata)}`);
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
    'Export an encoder of single patches with a dynamic batch axis: docs/gpu.md shows how.',
  );

function whyRefused(thrown: unknown): string {
  const reason = onnxReason(thrown);
  return /protobuf parsing failed|No graph was found|data pointer is null/.test(reason)
    ? 'it is not an ONNX file'
    : reason;
}

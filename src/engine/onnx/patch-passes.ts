/**
 * Runs patches through a session in passes of one shape, the last filled up with zeros: libraries choose their kernels by the
 * shape, so a patch's bits would tell how many others came with it.
 */
import { modelError } from '../../core/errors.js';
import { PATCH_EDGE, PATCH_VOXELS } from '../../imaging/atlas/atlas.js';
import { networkInput } from '../../networks/patch-encoder.js';
import type { DeviceNetwork } from '../device/backend.js';
import type { PatchSlice } from '../engine.js';
import { splitSlices, scatterFeatures } from '../patch-slices.js';
import type { Output, Session } from './session.js';

export interface Passes {
  /** In each; fewer where memory is too little for them, unless the model takes no other number. */
  readonly patches: number;
  readonly fixed?: boolean;
  /** That keep the device busy. */
  readonly atOnce: number;
}

/** @param features numbers that a patch gives */
export const patchNetwork = (
  session: Session,
  { patches, atOnce, fixed = false }: Passes,
  features: number,
): DeviceNetwork<PatchSlice> => ({
  largestBatch: patches * atOnce,
  filledUp: true,
  async run(slices, places) {
    const size = fixed ? patches : Math.min(patches, places);
    const passes = splitSlices(slices, size).map(async (pass) => {
      const { data, shape } = await runPass(session, inputOf(pass, size));
      if (shape.join() !== `${size},${features}`) {
        throw modelError(
          'model-shape',
          `The model gave [${shape.join(', ')}] where it has given [${size}, ${features}] before: its shape depends on the patches.`,
          'Export an encoder that gives each patch equally many numbers.',
        );
      }
      scatterFeatures(pass, data, features);
    });
    await Promise.all(passes);
  },
  dispose: () => session.close(),
});

/** @param input `[patches, 1, z, y, x]` @returns `[patches, features]` */
export const runPass = (session: Session, input: Float32Array): Promise<Output> =>
  session.run({
    [session.inputs[0].name]: {
      type: 'float32',
      data: input,
      shape: [input.length / PATCH_VOXELS, 1, PATCH_EDGE, PATCH_EDGE, PATCH_EDGE],
    },
  });

/** The patches one after the other, and zeros after the last. */
function inputOf(pass: readonly PatchSlice[], count: number): Float32Array {
  const input = new Float32Array(count * PATCH_VOXELS);
  let at = 0;
  for (const { patches, from, to } of pass)
    for (let i = from * PATCH_VOXELS; i < to * PATCH_VOXELS; i++) input[at++] = networkInput(patches[i]);
  return input;
}

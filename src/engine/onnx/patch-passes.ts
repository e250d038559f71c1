/**
 * Runs patches through a session in passes of one shape, the last filled up with zeros: libraries choose their kernels by the
 * shape, so a patch's bits would tell how many others came with it.
 */
import { PATCH_EDGE } from '../../imaging/atlas.js';
import { PATCH_VOXELS } from '../../networks/patch-encoder.js';
import type { DeviceNetwork } from '../device/backend.js';
import { splitSlices, type PatchSlice } from '../engine.js';
import type { InferenceSession } from './runtime.js';
import type { Sessions } from './sessions.js';

/** In one call at least. */
const WORTHWHILE_BATCH = 16;

export interface Passes {
  readonly patchesAPass: number;
  /** Numbers that a patch gives. */
  readonly features: number;
}

export const patchNetwork = (
  sessions: Sessions,
  session: InferenceSession,
  { patchesAPass, features }: Passes,
): DeviceNetwork<PatchSlice> => ({
  largestBatch: patchesAPass * Math.ceil(WORTHWHILE_BATCH / patchesAPass),
  async run(slices) {
    const input = new Float32Array(patchesAPass * PATCH_VOXELS);
    for (const pass of splitSlices(slices, patchesAPass)) {
      input.fill(0, writeNetworkInput(pass, input));
      const { data } = await runPass(sessions, session, input);
      let at = 0;
      for (const { features: target, from, to } of pass) {
        target.set(data.subarray(at, (at += (to - from) * features)), from * features);
      }
    }
  },
  dispose: () => void sessions.close(session),
});

/** @param input `[patches, 1, z, y, x]` @returns `[patches, features]` */
export const runPass = (sessions: Sessions, session: InferenceSession, input: Float32Array) =>
  sessions.run(session, {
    [session.inputMetadata[0].name]: new sessions.ort.Tensor('float32', input, [
      input.length / PATCH_VOXELS,
      1,
      PATCH_EDGE,
      PATCH_EDGE,
      PATCH_EDGE,
    ]),
  });

/** (HU + 1024) / 632 - 1 of patches one after the other. @returns where they end */
function writeNetworkInput(pass: readonly PatchSlice[], input: Float32Array): number {
  let at = 0;
  for (const { patches, from, to } of pass)
    for (let i = from * PATCH_VOXELS; i < to * PATCH_VOXELS; i++) input[at++] = (patches[i] + 1024) / 632 - 1;
  return at;
}

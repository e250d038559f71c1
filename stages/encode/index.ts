/** `encode`: the patch encoder turns each patch into 128 numbers, a user's own into as many as it gives; batches run across scans. */
import { z } from 'zod';
import { inputError, modelError } from '../../src/core/errors.js';
import type { Values } from '../../src/core/port.js';
import { defineStage, type BatchStage } from '../../src/core/stage.js';
import { openEncoder, type OpenEncoder } from '../../src/inference/open-network.js';
import { encoderConfig, weightsOrModel } from '../../src/inference/network-config.js';
import { PATCH_EDGE, PATCH_VOXELS, USUAL_PATCHES } from '../../src/imaging/atlas/atlas.js';
import { FEATURES } from '../../src/networks/patch-encoder.js';
import { nodes, patches } from '../ports.js';

const needs = { patches };
const gives = { nodes };
type Inputs = Values<typeof needs>;
type Outputs = Values<typeof gives>;
type Features = Outputs['nodes']['data'];

export const encode = defineStage({
  name: 'encode',
  version: 1,
  summary: 'Turns each patch into 128 features, by the convolutional encoder or one of your own.',
  lane: 'cpu',
  config: z.strictObject(encoderConfig).check(weightsOrModel),
  needs,
  gives,
  drops: ['patches'],
  footprint: ({ patches: count = USUAL_PATCHES }) => ({ gives: { nodes: 4 * count * FEATURES } }),
  async open(config, env) {
    const encoder = await openEncoder(config, env);
    return {
      lane: encoder.engine.lane,
      shapes: { nodes: [undefined, encoder.features] },
      batch: patchBatches(encoder, config.batch),
      close: () => encoder.engine.dispose(),
    };
  },
});

const patchBatches = (
  { network, features: width }: OpenEncoder,
  asked: number | undefined,
): BatchStage<Inputs, Outputs, Features>['batch'] => ({
  get size() {
    return asked ?? network.batch;
  },
  waitMs: 20,
  units: ({ patches }) => patches.shape[0],
  begin({ patches: { data, shape } }) {
    const [count, ...edges] = shape;
    if (
      edges.length !== 3 ||
      edges.some((edge) => edge !== PATCH_EDGE) ||
      data.length !== count * PATCH_VOXELS
    ) {
      throw inputError(
        'patches-shape',
        `The patches are [${shape.join(', ')}], not [patches, ${PATCH_EDGE}, ${PATCH_EDGE}, ${PATCH_EDGE}].`,
        'Let the `patch` stage cut them.',
      );
    }
    return new Float32Array(new SharedArrayBuffer(4 * count * width));
  },
  run: (slices, workers) =>
    network.run(
      slices.map(({ inputs, state, from, to }) => ({
        patches: inputs.patches.data,
        features: state,
        from,
        to,
      })),
      workers,
    ),
  finish(_inputs, features) {
    if (!features.every(Number.isFinite)) {
      throw modelError(
        'features-not-finite',
        'The patch encoder gave NaN or infinity for this scan.',
        'Check that its weights, or its model, are right and were exported whole.',
      );
    }
    return { nodes: { data: features, shape: [features.length / width, width] } };
  },
});

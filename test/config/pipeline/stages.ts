/** A small registry of stages that do nothing, with the options and ports that a real one has. */
import { z } from 'zod';
import { hashedPathOption } from '../../../src/core/path-option.js';
import { port } from '../../../src/core/port.js';
import { defineStage, type AnyStageType } from '../../../src/core/stage.js';

const ct = port<number>('CtVolume', 'HU');
const lungs = port<number>('LungLabels', 'labels');
const transform = port<number>('AffineLps', 'atlas to subject');
const patches = port<number>('Tensor<int16>', 'patches');
const embedding = port<number>('Tensor<float32>', 'vector');
const open = () => Promise.reject(new Error('no test opens a stage'));
const common = { version: 1, summary: 'A stage for tests.', lane: 'cpu', open } as const;

export const load = defineStage({
  ...common,
  name: 'load',
  lane: 'io',
  config: z.strictObject({}),
  needs: {},
  gives: { ct },
  facts: { voxels: { type: 'int32', about: 'voxels' } },
  footprint: ({ voxels = 0 }) => ({ gives: { ct: 2 * voxels } }),
});
export const segment = defineStage({
  ...common,
  name: 'segment',
  config: z.strictObject({
    mask: z.string().min(1).optional().describe('column of the manifest with a mask'),
    threshold: z.number().min(-1024).max(0).default(-500).describe('HU'),
    closing: z.int().min(0).max(9).default(3).describe('radius, voxels'),
  }),
  needs: { ct },
  gives: { lungs },
  facts: { right_lung_ml: { type: 'float64', about: 'ml' } },
  footprint: ({ voxels = 0 }) => ({ gives: { lungs: voxels }, working: 3 * voxels }),
});
export const register = defineStage({
  ...common,
  name: 'register',
  config: z.strictObject({
    atlas: hashedPathOption().describe('directory'),
    convention: z.enum(['reference', 'centred']).default('reference'),
  }),
  needs: { lungs },
  gives: { atlasToSubject: transform },
  footprint: () => ({ gives: { atlasToSubject: 96 } }),
});
export const patch = defineStage({
  ...common,
  name: 'patch',
  config: z.strictObject({ atlas: hashedPathOption() }),
  needs: { ct, atlasToSubject: transform },
  gives: { patches },
  drops: ['ct'],
  footprint: () => ({ gives: { patches: 581 * 32 ** 3 * 2 } }),
});
export const encode = defineStage({
  ...common,
  name: 'encode',
  lane: 'gpu',
  config: z.strictObject({
    weights: z.union([z.string(), z.strictObject({ seed: z.int().min(0) })]).default({ seed: 0 }),
    engine: z.enum(['auto', 'wasm', 'node-gpu']).default('auto'),
  }),
  needs: { patches },
  gives: { embedding },
  drops: ['patches'],
});
export const write = defineStage({
  ...common,
  name: 'write',
  lane: 'io',
  ordered: true,
  config: z.strictObject({
    columns: z
      .array(z.enum(['embedding', 'patches', 'lungs']))
      .min(1)
      .default(['embedding']),
    format: z.enum(['arrow', 'parquet']).default('arrow'),
  }),
  needs: ({ columns }) =>
    Object.fromEntries(columns.map((name) => [name, { embedding, patches, lungs }[name]])),
  gives: {},
});

export const stageTypes: readonly AnyStageType[] = [load, segment, register, patch, encode, write];

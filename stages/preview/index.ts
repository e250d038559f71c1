/** A picture of each subject for the eye: what was segmented and where the patches lie. */
import { join } from 'node:path';
import { z } from 'zod';
import { directoryOption } from '../../src/core/directory-option.js';
import { defineStage } from '../../src/core/stage.js';
import { workerModule } from '../../src/core/worker-module.js';
import { removeTemporaries, writeDurably } from '../../src/store/durable-file.js';
import { makeOutputDirectory } from '../../src/store/output-directory.js';
import { ct, landmarksLps, lungs } from '../ports.js';

const drawing = workerModule<typeof import('./draw.worker.js')>(new URL('./draw.worker.js', import.meta.url));

export const preview = defineStage({
  name: 'preview',
  version: 2,
  summary:
    'Draws mid-slices with the lungs’ outlines and the patches, as radiologists look at them: a PNG a subject.',
  config: z.strictObject({
    to: directoryOption().default('previews').describe('directory of the pictures, below the output'),
  }),
  lane: 'cpu',
  needs: { ct, lungs, landmarksLps },
  gives: {},
  writesTo: ({ to }) => [to],
  async open(config, env) {
    const directory = join(env.outDir, config.to);
    await makeOutputDirectory(directory);
    await removeTemporaries(directory);
    return {
      async process(inputs, task) {
        const png = await task.workers.run(
          drawing,
          'drawPreview',
          inputs.ct,
          inputs.lungs,
          inputs.landmarksLps.data,
        );
        await writeDurably(join(directory, `${task.subject.sid}.png`), png);
        return {};
      },
    };
  },
});

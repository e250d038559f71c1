/** `register`: where each landmark of the atlas lies in the subject. */
import { z } from 'zod';
import { pathOption } from '../../src/core/path-option.js';
import { defineStage, type Task } from '../../src/core/stage.js';
import { workerModule } from '../../src/core/worker-module.js';
import { loadAtlas } from '../../src/formats/atlas.js';
import type { Atlas } from '../../src/imaging/atlas.js';
import { applyAffine, indexToPoint, type AffineLps } from '../../src/imaging/geometry.js';
import type { Registration } from '../../src/imaging/register-lungs.js';
import { atlasToSubject, landmarksLps, lungs } from '../ports.js';

const registration = workerModule<typeof import('../../src/imaging/register-lungs.js')>(
  new URL('../../src/imaging/register-lungs.js', import.meta.url),
);

export const register = defineStage({
  name: 'register',
  version: 1,
  summary: 'Finds the affine from atlas to subject: Mattes mutual information of the lung masks.',
  config: z.strictObject({
    atlas: pathOption().describe('directory of the atlas: its lung mask and the corners of its patches'),
  }),
  lane: 'cpu',
  needs: { lungs },
  gives: { atlasToSubject, landmarksLps },
  facts: {
    mutual_information: {
      type: 'float64',
      about:
        'Mattes mutual information of atlas and subject lungs at 4 mm, 32 bins, over the whole atlas, nats',
    },
    dice_right: { type: 'float64', about: 'Dice of the right lung with the mapped atlas at 4 mm, 0 to 1' },
    dice_left: { type: 'float64', about: 'Dice of the left lung with the mapped atlas at 4 mm, 0 to 1' },
    affine_scale: {
      type: 'float64',
      about: "size of the subject relative to the atlas: cube root of the affine's determinant",
    },
  },
  footprint: () => ({ gives: {}, working: 48e6 }),
  async open({ atlas: path }, env) {
    const { atlas, sha256 } = await loadAtlas(env.resolvePath(path));
    env.record('atlas_sha256', sha256.mask);
    env.record('atlas_corners_sha256', sha256.corners);
    const target = await env.workers.run(registration, 'atlasTarget', atlas.lungs);
    return {
      async process(inputs, task) {
        const found = await task.workers.run(registration, 'registerLungs', target, inputs.lungs);
        report(found, task);
        return {
          atlasToSubject: found.atlasToSubject,
          landmarksLps: mapCorners(atlas, found.atlasToSubject),
        };
      },
    };
  },
});

/** Good masks of whole lungs reach 0.85 to 0.95. */
const LEAST_DICE = 0.8;
/** Lungs of adults, at any breath, lie well within. */
const PLAUSIBLE_SCALE = [0.6, 1.4] as const;

function report(found: Registration, task: Task): void {
  task.fact('mutual_information', found.mutualInformation);
  task.fact('dice_right', found.diceRight);
  task.fact('dice_left', found.diceLeft);
  task.fact('affine_scale', found.scale);
  for (const [side, dice] of [
    ['right', found.diceRight],
    ['left', found.diceLeft],
  ] as const)
    if (dice < LEAST_DICE) task.flag(`the ${side} lung fits the atlas poorly: Dice ${dice.toFixed(2)}`);
  const [least, most] = PLAUSIBLE_SCALE;
  if (found.scale < least || found.scale > most)
    task.flag(`the lungs are ${found.scale.toFixed(2)} times the size of the atlas's`);
  if (!found.converged) task.flag('the registration stopped before it converged');
}

/** Low corners of the atlas patches, mapped into the subject: `[count, 3]`, LPS mm. */
function mapCorners({ cornersXyz, count, lungs: { geometry } }: Atlas, affine: AffineLps) {
  const data = new Float64Array(new SharedArrayBuffer(24 * count));
  for (let i = 0; i < 3 * count; i += 3) {
    const corner = [cornersXyz[i], cornersXyz[i + 1], cornersXyz[i + 2]] as const;
    data.set(applyAffine(affine, indexToPoint(geometry, corner)), i);
  }
  return { data, shape: [count, 3] };
}

/** `register`: where each landmark of the atlas lies in the subject, by registration or by a transform that exists. */
import { z } from 'zod';
import { fileOf, useFileColumn, type FileColumn } from '../../src/core/file-column.js';
import { hashedPathOption } from '../../src/core/path-option.js';
import { defineStage, type Task } from '../../src/core/stage.js';
import { workerModule } from '../../src/core/worker-module.js';
import { loadAtlas } from '../../src/formats/atlas.js';
import { readItkTransform } from '../../src/formats/itk-transform/index.js';
import type { AffineLps } from '../../src/imaging/space/geometry.js';
import { REFERENCE_RULE } from '../../src/imaging/atlas/landmark-corners.js';
import { mapCorners } from '../../src/imaging/atlas/map-corners.js';
import type { AtlasTarget } from '../../src/imaging/registration/register-lungs.js';
import type { LungLabels } from '../../src/imaging/space/volume.js';
import { atlasToSubject, landmarksLps, lungs } from '../ports.js';
import { openPlaces } from './patch-places.js';
import { requireFit, transformColumn } from './given-transform.js';
import { reportFound, reportGiven } from './report.js';
import { DIRECTORY, FORMATS, openTransforms } from './save-transform.js';
import { explained } from './turned.js';

const registration = workerModule<typeof import('../../src/imaging/registration/register-lungs.js')>(
  new URL('../../src/imaging/registration/register-lungs.js', import.meta.url),
);
const turning = workerModule<typeof import('../../src/imaging/registration/turned-atlas.js')>(
  new URL('../../src/imaging/registration/turned-atlas.js', import.meta.url),
);

export const register = defineStage({
  name: 'register',
  version: 3,
  summary:
    'Finds the affine from atlas to subject (Mattes mutual information of the lung masks), or reads it.',
  config: z.strictObject({
    atlas: hashedPathOption().describe(
      'directory of the atlas: its lung mask and the corners of its patches',
    ),
    transform: z
      .string()
      .min(1)
      .optional()
      .describe(
        "the manifest's column that names an affine of ITK's or ANTs' from atlas to subject (.mat, .tfm); taken instead",
      ),
    save: z
      .array(z.enum(FORMATS))
      .refine((formats) => new Set(formats).size === formats.length, 'a format is named twice')
      .default([...FORMATS])
      .describe(
        `formats of ITK's in which each affine found is kept in ${DIRECTORY}/ below the output; [] for none`,
      ),
  }),
  lane: 'cpu',
  needs: { lungs },
  gives: { atlasToSubject, landmarksLps },
  facts: {
    mutual_information: {
      type: 'float64',
      about:
        'Mattes mutual information of atlas and subject at 4 mm, 32 bins, over the whole atlas: both lungs’ added, nats',
    },
    dice_right: { type: 'float64', about: 'Dice of the right lung with the mapped atlas at 4 mm, 0 to 1' },
    dice_left: { type: 'float64', about: 'Dice of the left lung with the mapped atlas at 4 mm, 0 to 1' },
    affine_scale: {
      type: 'float64',
      about: "size of the subject relative to the atlas: cube root of the affine's determinant",
    },
    affine_scale_x: { type: 'float64', about: 'the same along the subject’s left-right axis' },
    affine_scale_y: { type: 'float64', about: 'the same along the subject’s front-back axis' },
    affine_scale_z: { type: 'float64', about: 'the same along the subject’s head-feet axis' },
    patches_with_lung: {
      type: 'float64',
      about: `share of patches, where they will be cut, of which more than ${100 * REFERENCE_RULE.inside} % is lung, 0 to 1`,
    },
  },
  writesTo: ({ transform, save }) => (transform === undefined && save.length > 0 ? [DIRECTORY] : []),
  footprint: () => ({ gives: {}, working: 48e6 }),
  async open({ atlas: path, transform, save }, env) {
    const column = transform === undefined ? undefined : transformColumn(transform);
    if (column) useFileColumn(column, env);
    env.record(
      'atlas_to_subject',
      column ? `given by the column ${column.column} of the manifest` : 'found by registration',
    );
    const { atlas, sha256 } = await loadAtlas(env.resolvePath(path));
    env.record('atlas_sha256', sha256.mask);
    env.record('atlas_corners_sha256', sha256.corners);
    const target = await env.workers.run(registration, 'atlasTarget', atlas.lungs);
    const affineOf = column
      ? givenBy(column, target)
      : foundBy(target, await openTransforms(env.outDir, save));
    const places = await openPlaces(atlas, env.workers);
    return {
      async process({ lungs }, task) {
        const atlasToSubject = await affineOf(lungs, task);
        const landmarksLps = mapCorners(atlas, atlasToSubject);
        await places.report(lungs, landmarksLps.data, task);
        return { atlasToSubject, landmarksLps };
      },
    };
  },
});

type AffineOf = (lungs: LungLabels, task: Task) => Promise<AffineLps>;

function foundBy(target: AtlasTarget, keep: Awaited<ReturnType<typeof openTransforms>>): AffineOf {
  return async (lungs, task) => {
    const tryTurned = () => task.workers.run(turning, 'turnedFit', target, lungs);
    const found = await explained(task.workers.run(registration, 'registerLungs', target, lungs), tryTurned);
    await reportFound(found, tryTurned, task);
    await keep(task.subject.sid, found.atlasToSubject);
    return found.atlasToSubject;
  };
}

function givenBy(column: FileColumn, target: AtlasTarget): AffineOf {
  return async (lungs, task) => {
    const given = await readItkTransform(fileOf(column, task.subject));
    const score = await task.workers.run(registration, 'scoreAffine', target, lungs, given);
    requireFit(score);
    reportGiven(score, task);
    return given;
  };
}

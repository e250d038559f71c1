/** Worker-side: renders and writes, so that volumes never leave the thread they were made on. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtlas } from '../../src/store/write-atlas.js';
import { writeNifti } from '../../src/store/write-nifti.js';
import type { PointLps } from '../../src/imaging/space/geometry.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../../src/imaging/space/volume.js';
import { landmarkPoints, phantomAtlas } from './atlas.js';
import { labelledMl, phantomVolume, type FieldOfView, type Spacing } from './phantom.js';
import { meanToSubject } from './warp.js';

/** A row of the manifest: file names relative to it, and what is true of the subject. */
export interface PhantomFiles {
  readonly sid: string;
  readonly image: string;
  readonly mask: string;
  readonly landmarks: string;
  readonly truth: string;
  readonly severity: number;
  readonly right_ml: number;
  readonly left_ml: number;
}

/** Writes the atlas's two files; gives its landmark corners in the mean chest, LPS mm. */
export async function writePhantomAtlas(directory: string): Promise<PointLps[]> {
  const atlas = phantomAtlas();
  await writeAtlas(directory, atlas);
  return landmarkPoints(atlas);
}

export interface SubjectOrder {
  readonly index: number;
  readonly seed: number;
  readonly spacing: Spacing;
  readonly fieldOfView: FieldOfView;
  /** Points of the mean chest, LPS mm. */
  readonly landmarks: readonly PointLps[];
  readonly out: string;
}

export async function writeSubject(order: SubjectOrder): Promise<PhantomFiles> {
  const phantom = phantomVolume(order.index, order.seed, order.spacing, order.fieldOfView);
  const { ct, lungs, truth } = phantom;
  const files = {
    sid: truth.sid,
    image: `${truth.sid}.nii.gz`,
    mask: `${truth.sid}_lungs.nii.gz`,
    landmarks: `${truth.sid}_landmarks.csv`,
    truth: `${truth.sid}_truth.json`,
    severity: Number(truth.severity.toFixed(4)),
    right_ml: Math.round(labelledMl(phantom, RIGHT_LUNG)),
    left_ml: Math.round(labelledMl(phantom, LEFT_LUNG)),
  };
  const points = order.landmarks.map((point) => meanToSubject(truth, point));
  const rows = points.map((point, i) => [i, ...Array.from(point, (mm) => mm.toFixed(6))].join(','));
  await writeNifti(join(order.out, files.image), ct);
  await writeNifti(join(order.out, files.mask), lungs);
  await writeFile(join(order.out, files.landmarks), `landmark,x_lps,y_lps,z_lps\n${rows.join('\n')}\n`);
  await writeFile(join(order.out, files.truth), `${JSON.stringify(truth, null, 2)}\n`);
  return files;
}

/** The search as the stage runs it by default, step by step in reach. */
import type { CtVolume } from '../../../src/imaging/space/volume.js';
import { coarsen } from '../../../src/imaging/segmentation/coarse-ct.js';
import { findLungs } from '../../../src/imaging/segmentation/find-lungs.js';
import { measureLungs } from '../../../src/imaging/segmentation/measure-lungs.js';

export function search(ct: CtVolume) {
  const coarsened = coarsen(ct, -400);
  const found = findLungs(ct, coarsened, 8);
  return { ...found, measures: () => measureLungs(ct, found.lungs, found.extents, coarsened.field) };
}

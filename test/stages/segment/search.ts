/** The search as the stage runs it by default, step by step in reach. */
import type { CtVolume } from '../../../src/imaging/volume.js';
import { coarsen } from '../../../stages/segment/coarse-ct.js';
import { findLungs } from '../../../stages/segment/find-lungs.js';
import { measureLungs } from '../../../stages/segment/measure-lungs.js';

export function search(ct: CtVolume) {
  const coarsened = coarsen(ct, -400);
  const found = findLungs(ct, coarsened, 8);
  return { ...found, measures: () => measureLungs(ct, found.lungs, found.extents, coarsened.field) };
}

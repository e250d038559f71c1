/** The atlas: a labelled pair of lungs and the landmark patches laid over them. */
import type { LungLabels } from '../space/volume.js';

/** Lungs on a grid of 1 mm, and where on it patches lie. */
export interface Atlas {
  /** Labels 1 (right) and 2 (left) on the atlas grid. */
  readonly lungs: LungLabels;
  /** `[count, 3]`, (x, y, z): low corner of each patch, whole atlas voxels. */
  readonly cornersXyz: Int32Array<SharedArrayBuffer>;
  readonly count: number;
}

/** Edge of a patch in voxels (of 1 mm). */
export const PATCH_EDGE = 32;
export const PATCH_VOXELS = PATCH_EDGE ** 3;

/** Those of the COPDGene atlas: for estimates of memory and time before the atlas in use, or a subject's file, is read. */
export const USUAL_PATCHES = 581;

/** A pipeline as a picture, with the memory that a scan of COPDGene's size takes on its way. */
import colors from 'picocolors';
import type { LoadedPipeline } from '../index.js';
import { renderPlan } from './plan/render-plan.js';

const voxels = 512 * 512 * 500;
/** As the load stage would measure it. */
const TYPICAL_SCALE = {
  sizeX: 512,
  sizeY: 512,
  sizeZ: 500,
  spacingXMm: 0.703125,
  spacingYMm: 0.703125,
  spacingZMm: 0.6,
  voxels,
  isoVoxels: 360 * 360 * 299,
  ctBytes: 2 * voxels,
  ctWorkingBytes: 8 << 20,
};

export const planPicture = (loaded: LoadedPipeline): string =>
  renderPlan(loaded, {
    scan: '512 × 512 × 500',
    scale: TYPICAL_SCALE,
    color: colors.isColorSupported,
  });

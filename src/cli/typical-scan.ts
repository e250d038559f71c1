/** The scan for which `pipeline describe` estimates memory: COPDGene's size, as the load stage would measure it. */
import type { RenderOptions } from '../config/render-plan.js';

const voxels = 512 * 512 * 500;
const isoVoxels = 360 * 360 * 299;

export const TYPICAL_SCAN: Pick<RenderOptions, 'scale' | 'scan'> = {
  scan: '512 × 512 × 500',
  scale: { voxels, isoVoxels, ctBytes: 2 * voxels, ctWorkingBytes: 8 << 20 },
};

/** Takes vessels and nodules back into the lungs: a rolling ball along the border, then holes. */
import { cropAround } from '../space/crop.js';
import { fillHoles } from '../labels/flood.js';
import type { Grid } from '../space/grid.js';
import { close } from '../labels/morphology.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../space/volume.js';

/** Each lung closed by itself; what both would take (the space between them) stays out. */
export function closeLungs(labels: Uint8Array, grid: Grid, radiusMm: number): Uint8Array {
  const closed = labels.slice();
  for (const side of [RIGHT_LUNG, LEFT_LUNG]) {
    const crop = cropAround(labels, grid, side, radiusMm);
    if (!crop) continue;
    const filled = close(crop.mask, crop.grid, radiusMm);
    fillHoles(filled, crop.grid);
    crop.eachRow((inGrid, inCrop, length) => {
      for (let x = 0; x < length; x++) {
        const i = inGrid + x;
        if (filled[inCrop + x] !== 0 && labels[i] === 0) closed[i] = closed[i] === 0 ? side : 0;
      }
    });
  }
  return closed;
}

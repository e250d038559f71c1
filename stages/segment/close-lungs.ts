/** Takes vessels and nodules back into the lungs: a rolling ball along the border, then holes. */
import { fillHoles } from '../../src/imaging/components.js';
import { boxAround, forEachRow, type Grid } from '../../src/imaging/grid.js';
import { close } from '../../src/imaging/morphology.js';
import { LEFT_LUNG, RIGHT_LUNG } from '../../src/imaging/volume.js';

/** Each lung closed by itself; what both would take (the space between them) stays out. */
export function closeLungs(labels: Uint8Array, grid: Grid, radiusMm: number): Uint8Array {
  const closed = labels.slice();
  for (const side of [RIGHT_LUNG, LEFT_LUNG]) {
    const box = boxAround(labels, grid, side, 0);
    if (!box) continue;
    const margin = grid.spacing.map((mm) => Math.ceil(radiusMm / mm) + 1);
    const width = (a: 0 | 1 | 2) => box.size[a] + 2 * margin[a];
    const around: Grid = { size: [width(0), width(1), width(2)], spacing: grid.spacing };
    const inner = { low: [margin[0], margin[1], margin[2]], size: box.size } as const;
    const mask = new Uint8Array(width(0) * width(1) * width(2));
    const starts: number[] = [];
    forEachRow(around, inner, (start) => starts.push(start));
    let row = 0;
    forEachRow(grid, box, (inGrid) => {
      const to = starts[row++];
      for (let x = 0; x < box.size[0]; x++) if (labels[inGrid + x] === side) mask[to + x] = 1;
    });
    const filled = close(mask, around, radiusMm);
    fillHoles(filled, around);
    row = 0;
    forEachRow(grid, box, (inGrid) => {
      const from = starts[row++];
      for (let x = 0; x < box.size[0]; x++) {
        const i = inGrid + x;
        if (filled[from + x] === 0 || labels[i] !== 0) continue;
        closed[i] = closed[i] === 0 ? side : 0;
      }
    });
  }
  return closed;
}

/** What can be reached from the border. */
import { components } from './components.js';
import type { Grid } from '../space/grid.js';

/** Sets to 1 what the mask encloses: zeros with no 6-connected way to the grid's border. */
export function fillHoles(mask: Uint8Array, grid: Grid): void {
  const [nx, ny, nz] = grid.size;
  const {
    runs: { starts, ends, firstOfRow },
    ofRun,
    sizes,
  } = components(mask, grid, 0);
  const isOpen = new Uint8Array(sizes.length);
  for (let row = 0; row < ny * nz; row++) {
    const y = row % ny;
    const whole = y === 0 || y === ny - 1 || row < ny || row >= ny * (nz - 1);
    for (let run = firstOfRow[row]; run < firstOfRow[row + 1]; run++) {
      if (whole || starts[run] === nx * row || ends[run] === nx * (row + 1)) isOpen[ofRun[run]] = 1;
    }
  }
  for (let run = 0; run < ofRun.length; run++) {
    if (isOpen[ofRun[run]] === 0) mask.fill(1, starts[run], ends[run]);
  }
}

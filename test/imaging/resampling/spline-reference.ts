/** Cubic spline interpolation by the book: the interpolation condition solved as a linear system, all 64 terms summed. */
import type { Geometry } from '../../../src/imaging/space/geometry.js';
import { indexToPoint, pointToIndex } from '../../../src/imaging/space/geometry.js';

const mirror = (i: number, n: number) => n - 1 - Math.abs(n - 1 - Math.abs(i));

/** Coefficients of one line: (c[i-1] + 4 c[i] + c[i+1]) / 6 = f[i], by elimination (Thomas). */
function solveLine(f: readonly number[]): number[] {
  const n = f.length;
  const lower = (i: number) => (i === n - 1 ? 2 : 1);
  const upper = (i: number) => (i === 0 ? 2 : 1);
  const c: number[] = [];
  const d: number[] = [];
  for (let i = 0; i < n; i++) {
    const pivot = i === 0 ? 4 : 4 - lower(i) * c[i - 1];
    c.push(upper(i) / pivot);
    d.push((6 * f[i] - (i === 0 ? 0 : lower(i) * d[i - 1])) / pivot);
  }
  for (let i = n - 2; i >= 0; i--) d[i] -= c[i] * d[i + 1];
  return d;
}

function bump(x: number): number {
  const a = Math.abs(x);
  return a < 1 ? 2 / 3 - a * a + (a * a * a) / 2 : a < 2 ? (2 - a) ** 3 / 6 : 0;
}

/** The scan's values on another grid, unrounded; undefined outside. */
export function interpolateByTheBook(
  voxels: ArrayLike<number>,
  scan: Geometry,
  grid: Geometry,
): (number | undefined)[] {
  const [nx, ny, nz] = scan.size;
  const c = Array.from(voxels);
  const strides = [1, nx, nx * ny];
  for (const axis of [2, 0, 1]) {
    c.forEach((_, at) => {
      if (Math.floor(at / strides[axis]) % scan.size[axis] !== 0) return;
      const line = Array.from({ length: scan.size[axis] }, (_, i) => at + i * strides[axis]);
      solveLine(line.map((i) => c[i])).forEach((value, i) => (c[line[i]] = value));
    });
  }
  const values: (number | undefined)[] = [];
  for (let k = 0; k < grid.size[2]; k++) {
    for (let j = 0; j < grid.size[1]; j++) {
      for (let i = 0; i < grid.size[0]; i++) {
        const position = pointToIndex(scan, indexToPoint(grid, [i, j, k]));
        const inside = position.every((x, axis) => x > -0.5 && x < scan.size[axis] - 0.5);
        const low = position.map((x) => Math.floor(x) - 1);
        let sum = 0;
        for (let z = low[2]; z < low[2] + 4; z++) {
          for (let y = low[1]; y < low[1] + 4; y++) {
            for (let x = low[0]; x < low[0] + 4; x++) {
              const weight = bump(position[0] - x) * bump(position[1] - y) * bump(position[2] - z);
              sum += weight * c[mirror(x, nx) + nx * (mirror(y, ny) + ny * mirror(z, nz))];
            }
          }
        }
        values.push(inside ? sum : undefined);
      }
    }
  }
  return values;
}

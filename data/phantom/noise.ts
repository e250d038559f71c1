/** What the scanner adds: quantum noise with the grain of a soft reconstruction kernel, and the tissue's own grain. */
import { AIR_HU, type CtVolume } from '../../src/imaging/space/volume.js';
import { hash, purpose, scramble } from './random.js';

/** Adds noise, correlated over neighbours in the axial plane, stronger where the body is thick. */
export function addNoise({ voxels, geometry }: CtVolume, seed: number, index: number): void {
  const [nx, ny, nz] = geometry.size;
  const [sx, sy, sz] = geometry.spacing;
  const sigma = 11 * Math.sqrt(Math.sqrt(8 / (sx * sy * sz))); // thinner voxels catch fewer photons
  const middle = bulge(nx, sx, 110);
  const across = bulge(ny, sy, 90);
  const white = new Float32Array(nx * ny);
  const rows = new Float32Array(nx * ny);
  for (let k = 0; k < nz; k++) {
    const key = hash(seed, index, purpose.noise, k);
    for (let at = 0; at < white.length; at++) white[at] = gaussian(scramble(key + at));
    for (let at = 1; at < white.length - 1; at++) rows[at] = white[at - 1] + 2 * white[at] + white[at + 1];
    for (let j = 0; j < ny; j++) {
      const [above, below] = [j > 0 ? nx : 0, j < ny - 1 ? -nx : 0];
      for (let i = 0; i < nx; i++) {
        const at = j * nx + i;
        const grain = (rows[at - above] + 2 * rows[at] + rows[at - below]) / 6; // 6: unit variance again
        const value = voxels[k * nx * ny + at] + sigma * (0.65 + 0.6 * middle[i] * across[j]) * grain;
        voxels[k * nx * ny + at] = Math.max(Math.round(value), AIR_HU);
      }
    }
  }
}

/** Nearly normal, unit variance: the sum of a hash's four bytes. */
const gaussian = (bits: number): number =>
  ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / 147.8;

const bulge = (count: number, spacing: number, breadth: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) =>
    Math.exp(-((((i - (count - 1) / 2) * spacing) / breadth) ** 2)),
  );

const EDGE = 64;

/** A periodic block of smooth random numbers, mean 0 and deviation about 1: grain of 2 mm cells at any point. */
export class Texture {
  readonly #cells = new Float32Array(EDGE ** 3);

  constructor(seed: number, index: number) {
    const key = hash(seed, index, purpose.texture);
    for (let at = 0; at < this.#cells.length; at++) this.#cells[at] = gaussian(scramble(key + at));
    for (const stride of [1, EDGE, EDGE * EDGE]) this.#smooth(stride);
  }

  /** One pass of [1, 2, 1] that keeps the variance. */
  #smooth(stride: number): void {
    const before = this.#cells.slice();
    const last = before.length - 1;
    for (let at = 0; at <= last; at++)
      this.#cells[at] =
        (before[(at - stride) & last] + 2 * before[at] + before[(at + stride) & last]) / Math.sqrt(6);
  }

  at(x: number, y: number, z: number): number {
    const cell = (mm: number): number => Math.floor(mm / 2) & (EDGE - 1);
    return this.#cells[cell(x) + EDGE * (cell(y) + EDGE * cell(z))];
  }
}

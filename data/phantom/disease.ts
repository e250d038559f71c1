/** Dense lung for lungs whose truth is known: consolidation, effusion and ground glass put into a scan, phantom or real. */
import { anatomicalAxes } from '../../src/imaging/space/anatomical-axes.js';
import {
  AIR_HU,
  LEFT_LUNG,
  RIGHT_LUNG,
  type LungLabels,
  type Volume,
} from '../../src/imaging/space/volume.js';
import { between, hash, normal, purpose, randomFor, scramble } from './random.js';

type Ct = Volume<Int16Array<SharedArrayBuffer>>;

/** Dorsal and basal fill a lung from there; peripheral from the wall inwards; upper from the apex; patchy anywhere. */
export type Where = 'dorsal' | 'basal' | 'upper' | 'peripheral' | 'patchy';

export interface Extent {
  /** Of each lung's voxels, 0 to 1. */
  readonly share: number;
  /** Lungs that are ill; both without. */
  readonly sides?: readonly number[];
  readonly seed?: number;
}

export interface Consolidation extends Extent {
  readonly where: Where;
  /** Consolidated lung, without: 20 to 60 HU. Ground glass is -600 to -300. */
  readonly hu?: readonly [number, number];
}

/** A smooth, irregular border: it strays so far, mm. */
const RAGGED_MM = 9;
const RAGGED_SCALE_MM = 22;
const PATCH_SCALE_MM = 26;
/** The fluid's surface rises at the pleura (meniscus), mm, within this distance of the wall, mm. */
const MENISCUS = { rise: 14, reach: 12 };

/** @returns a copy of the scan in which the share of each lung is dense; the truth stays as it is. */
export function consolidate(ct: Ct, lungs: LungLabels, options: Consolidation): Ct {
  const { where, hu = [20, 60], seed = 1 } = options;
  const ragged = smoothNoise(seed, RAGGED_SCALE_MM);
  const patches = smoothNoise(seed + 1, PATCH_SCALE_MM);
  const grain = smoothNoise(seed + 2, 6);
  const inward = where === 'peripheral' ? wallDistance(lungs) : undefined;
  const depth = (l: number, p: number, s: number, at: number): number =>
    where === 'patchy'
      ? patches(l, p, s)
      : RAGGED_MM * ragged(l, p, s) +
        (where === 'dorsal' ? p : where === 'basal' ? -s : where === 'upper' ? s : -inward![at] + 0.25 * p);
  const density = (l: number, p: number, s: number): number => {
    const t = 0.5 + 0.3 * grain(l, p, s);
    return hu[0] + (hu[1] - hu[0]) * Math.min(Math.max(t, 0), 1);
  };
  return fill(ct, lungs, options, depth, density);
}

/** @returns a copy of the scan with free fluid of 0 to 20 HU in the share of each lung's place, level but for a meniscus. */
export function effusion(ct: Ct, lungs: LungLabels, options: Extent): Ct {
  const { seed = 1 } = options;
  const level = between(randomFor(seed), 4, 16);
  const inward = wallDistance(lungs);
  const { rise, reach } = MENISCUS;
  return fill(
    ct,
    lungs,
    options,
    (_l, p, _s, at) => p + rise * Math.exp(-inward[at] / reach),
    () => level,
  );
}

/** Depth and density at (left, posterior, superior), mm: the deepest voxels of each lung become dense. */
function fill(
  ct: Ct,
  lungs: LungLabels,
  { share, sides = [RIGHT_LUNG, LEFT_LUNG], seed = 1 }: Extent,
  depth: (l: number, p: number, s: number, at: number) => number,
  density: (l: number, p: number, s: number) => number,
): Ct {
  const voxels = new Int16Array(new SharedArrayBuffer(ct.voxels.byteLength));
  voxels.set(ct.voxels);
  const noise = randomFor(hash(seed, purpose.noise));
  const [nx, ny] = ct.geometry.size;
  const steps = [-1, 1, -nx, nx, -nx * ny, nx * ny];
  for (const side of sides) {
    const depths = new Float32Array(lungs.voxels.reduce((n, label) => n + (label === side ? 1 : 0), 0));
    let n = 0;
    eachVoxel(lungs, side, (l, p, s, at) => (depths[n++] = depth(l, p, s, at)));
    const least = share > 0 ? deepest(depths, share) : Infinity;
    n = 0;
    eachVoxel(lungs, side, (l, p, s, at) => {
      if (depths[n++] < least) return;
      voxels[at] = Math.max(Math.round(density(l, p, s) + 12 * normal(noise)), AIR_HU);
      for (const step of steps) {
        // The rim that shared a voxel with air, but is no lung of the truth.
        const beside = ct.voxels[at + step];
        if (lungs.voxels[at + step] === 0 && beside < -150 && beside > -850) voxels[at + step] = voxels[at];
      }
    });
  }
  return { voxels, geometry: ct.geometry };
}

/** The depth that this share of the voxels reaches, to a thousandth of their range. */
function deepest(depths: Float32Array, share: number): number {
  const bins = 4096;
  const [low, high] = depths.reduce(
    ([a, b], depth) => [Math.min(a, depth), Math.max(b, depth)],
    [Infinity, -Infinity],
  );
  const counts = new Uint32Array(bins);
  const scale = (bins - 1) / (high - low || 1);
  for (const depth of depths) counts[Math.floor((depth - low) * scale)]++;
  let bin = bins;
  for (let count = 0; bin > 0 && count < share * depths.length;) count += counts[--bin];
  return low + bin / scale;
}

/** Calls back for each voxel of the label with (left, posterior, superior), mm, whatever the scan's own axes. */
function eachVoxel(
  { voxels, geometry: { size, spacing, direction, origin } }: LungLabels,
  label: number,
  visit: (l: number, p: number, s: number, at: number) => void,
): void {
  const axes = anatomicalAxes({ size, spacing, direction, origin });
  const steps = [0, 1, 2].map((axis) =>
    axes.map((along) => (along.axis !== axis ? 0 : along.flipped ? -spacing[axis] : spacing[axis])),
  );
  const mm = (p: number, i: number, j: number, k: number) =>
    i * steps[0][p] + j * steps[1][p] + k * steps[2][p];
  for (let k = 0, at = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, at++)
        if (voxels[at] === label) visit(mm(0, i, j, k), mm(1, i, j, k), mm(2, i, j, k), at);
}

/** Distance to the nearest voxel outside the lungs, mm, along the axes (city block), by sweeps to and fro. */
function wallDistance({ voxels, geometry: { size, spacing } }: LungLabels): Float32Array {
  const distance = Float32Array.from(voxels, (label) => (label === 0 ? 0 : 1e6));
  const [nx, ny, nz] = size;
  for (const [axis, stride] of [1, nx, nx * ny].entries()) {
    const step = spacing[axis];
    for (let k = axis === 2 ? 1 : 0; k < nz; k++)
      for (let j = axis === 1 ? 1 : 0; j < ny; j++)
        for (let i = axis === 0 ? 1 : 0, at = i + nx * (j + ny * k); i < nx; i++, at++)
          if (distance[at - stride] + step < distance[at]) distance[at] = distance[at - stride] + step;
    for (let k = nz - (axis === 2 ? 2 : 1); k >= 0; k--)
      for (let j = ny - (axis === 1 ? 2 : 1); j >= 0; j--)
        for (let i = nx - (axis === 0 ? 2 : 1), at = i + nx * (j + ny * k); i >= 0; i--, at--)
          if (distance[at + stride] + step < distance[at]) distance[at] = distance[at + stride] + step;
  }
  return distance;
}

/** Trilinear noise of unit deviation or a little less, cells of `scale` mm. */
function smoothNoise(seed: number, scale: number): (x: number, y: number, z: number) => number {
  const key = hash(seed, purpose.texture);
  const knot = (i: number, j: number, k: number): number => {
    const bits = scramble(key ^ scramble(i + 4096 + scramble(j + 4096 + scramble(k + 4096))));
    return ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / 90;
  };
  return (x, y, z) => {
    const [u, v, w] = [x / scale, y / scale, z / scale];
    const [i, j, k] = [Math.floor(u), Math.floor(v), Math.floor(w)];
    const [a, b, c] = [u - i, v - j, w - k];
    let sum = 0;
    for (let corner = 0; corner < 8; corner++) {
      const [di, dj, dk] = [corner & 1, (corner >> 1) & 1, corner >> 2];
      const weight = (di ? a : 1 - a) * (dj ? b : 1 - b) * (dk ? c : 1 - c);
      sum += weight * knot(i + di, j + dj, k + dk);
    }
    return sum;
  };
}

/** Dense lung for lungs whose truth is known: consolidation, effusion and ground glass put into a scan, phantom or real. */
import { anatomicalAxes } from '../../src/imaging/anatomical-axes.js';
import { AIR_HU, LEFT_LUNG, RIGHT_LUNG, type LungLabels, type Volume } from '../../src/imaging/volume.js';
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
  const ill = new Uint8Array(voxels.length);
  const place = placer(ct);
  for (const side of sides) {
    const depths: number[] = [];
    const members: number[] = [];
    for (let at = 0; at < voxels.length; at++) {
      if (lungs.voxels[at] !== side) continue;
      members.push(at);
      depths.push(depth(...place(at), at));
    }
    const count = Math.round(share * members.length);
    if (count === 0) continue;
    const least = Float64Array.from(depths).sort()[members.length - count];
    members.forEach((at, i) => {
      if (depths[i] >= least) ill[at] = 1;
    });
  }
  const noise = randomFor(hash(seed, purpose.noise));
  const [nx, ny] = ct.geometry.size;
  const steps = [1, nx, nx * ny];
  for (let at = 0; at < voxels.length; at++) {
    if (ill[at] === 0) continue;
    voxels[at] = Math.max(Math.round(density(...place(at)) + 12 * normal(noise)), AIR_HU);
    // The rim that shared a voxel with air, but is no lung of the truth.
    for (const step of steps)
      for (const beside of [at - step, at + step])
        if (lungs.voxels[beside] === 0 && ct.voxels[beside] < -150 && ct.voxels[beside] > -850)
          voxels[beside] = voxels[at];
  }
  return { voxels, geometry: ct.geometry };
}

/** From a voxel to (left, posterior, superior), mm from the grid's first voxel, whatever the scan's own axes. */
function placer({ geometry }: Ct): (at: number) => [number, number, number] {
  const { size, spacing } = geometry;
  const axes = anatomicalAxes(geometry);
  return (at) => {
    const index = [at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / (size[0] * size[1]))];
    const mm = (p: 0 | 1 | 2) => (axes[p].flipped ? -1 : 1) * index[axes[p].axis] * spacing[axes[p].axis];
    return [mm(0), mm(1), mm(2)];
  };
}

/** Distance to the nearest voxel outside the lungs along the axes, mm, by sweeps (city block). */
function wallDistance({ voxels, geometry }: LungLabels): Float32Array {
  const [nx, ny, nz] = geometry.size;
  const distance = Float32Array.from(voxels, (label) => (label === 0 ? 0 : 1e6));
  const strides = [1, nx, nx * ny];
  const sizes = [nx, ny, nz];
  for (const [axis, stride] of strides.entries()) {
    const step = geometry.spacing[axis];
    const sweep = (at: number, from: number): void => {
      if (distance[from] + step < distance[at]) distance[at] = distance[from] + step;
    };
    for (let at = 0; at < distance.length; at++)
      if (Math.floor(at / stride) % sizes[axis] > 0) sweep(at, at - stride);
    for (let at = distance.length - 1; at >= 0; at--)
      if (Math.floor(at / stride) % sizes[axis] < sizes[axis] - 1) sweep(at, at + stride);
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

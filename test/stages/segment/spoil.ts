/** What scanners, bodies and conversions do to a scan: made on one whose lungs are known. */
import type { CtVolume, LungLabels } from '../../../src/imaging/space/volume.js';

/** The same scan, each voxel changed. */
export function changed(ct: CtVolume, hu: (value: number, index: number) => number): CtVolume {
  const voxels = new Int16Array(new SharedArrayBuffer(2 * ct.voxels.length));
  for (let i = 0; i < voxels.length; i++) voxels[i] = hu(ct.voxels[i], i);
  return { voxels, geometry: ct.geometry };
}

export interface Circle {
  /** Whether a voxel of the scan lies in the circle. */
  readonly holds: (index: number) => boolean;
}

/** A reconstruction circle about the middle of the lungs' box, in axial slices along the third axis; `share`: its diameter over the lungs' width. */
export function circleOf({ voxels, geometry: { size, spacing } }: LungLabels, share: number): Circle {
  const [nx, ny] = size;
  const low = [nx, ny];
  const high = [0, 0];
  voxels.forEach((label, i) => {
    if (label === 0) return;
    [i % nx, Math.floor(i / nx) % ny].forEach((at, axis) => {
      low[axis] = Math.min(low[axis], at);
      high[axis] = Math.max(high[axis], at);
    });
  });
  const radius = (share * (high[0] - low[0]) * spacing[0]) / 2;
  const inside = Uint8Array.from({ length: nx * ny }, (_, p) => {
    const [x, y] = [p % nx, Math.floor(p / nx)];
    const away = [x - (low[0] + high[0]) / 2, y - (low[1] + high[1]) / 2];
    return Math.hypot(away[0] * spacing[0], away[1] * spacing[1]) <= radius ? 1 : 0;
  });
  return { holds: (index) => inside[index % (nx * ny)] === 1 };
}

/**
 * Balls of gas in the tissue under the lungs, none nearer to them than `wallMm`.
 * @param balls (x, y, z) as shares of the scan's size, and radii, mm
 */
export function withGas(
  ct: CtVolume,
  lungs: LungLabels,
  hu: number,
  balls: readonly (readonly [x: number, y: number, z: number, radiusMm: number])[],
  wallMm: number,
): CtVolume {
  const { size, spacing } = ct.geometry;
  const [nx, ny] = size;
  const reach = spacing.map((mm) => Math.ceil(wallMm / mm));
  const nearLung = (x: number, y: number, z: number) => {
    for (let k = -reach[2]; k <= reach[2]; k++)
      for (let j = -reach[1]; j <= reach[1]; j++)
        for (let i = -reach[0]; i <= reach[0]; i++)
          if (lungs.voxels[x + i + nx * (y + j + ny * (z + k))] > 0) return true;
    return false;
  };
  return changed(ct, (value, index) => {
    const at = [index % nx, Math.floor(index / nx) % ny, Math.floor(index / (nx * ny))];
    const inBall = balls.some(
      ([x, y, z, radius]) =>
        Math.hypot(...[x, y, z].map((share, axis) => (at[axis] - share * size[axis]) * spacing[axis])) <
        radius,
    );
    const taken = inBall && value > -200 && !nearLung(at[0], at[1], at[2]);
    return taken ? hu + ((Math.imul(index + 1, 0x9e3779b1) >>> 16) % 31) - 15 : value;
  });
}

/** Millilitres of a label, of the voxels that `counts`. */
export function mlOf({ voxels, geometry }: LungLabels, label: number, counts?: Circle): number {
  const [sx, sy, sz] = geometry.spacing;
  let count = 0;
  voxels.forEach((found, i) => {
    if (found === label && (!counts || counts.holds(i))) count++;
  });
  return (count * sx * sy * sz) / 1000;
}

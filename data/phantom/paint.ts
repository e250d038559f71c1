/** Draws rods and balls into a CT: each touches only the voxels of its own box. */
import type { Geometry } from '../../src/imaging/space/geometry.js';
import type { CtVolume } from '../../src/imaging/space/volume.js';
import { coverage, tubeDistance, type Tube } from './distance.js';

export interface Paint {
  /** HU, of the whole tube or by depth below its surface. */
  readonly hu: number | ((depth: number) => number);
  /** Whether paint may only raise or only lower what it covers. */
  readonly only: 'raise' | 'lower';
  /** Voxels where this is 0 stay as they are. */
  readonly within?: Uint8Array;
}

/** @param tubes in the grid's physical space; its direction must be the identity. */
export function paint(
  { voxels, geometry }: CtVolume,
  tubes: readonly Tube[],
  { hu, only, within }: Paint,
): void {
  const { size, origin, spacing } = geometry;
  const width = voxelWidth(geometry);
  const sign = only === 'raise' ? 1 : -1;
  for (const tube of tubes) {
    const thickest = Math.max(tube.startRadius, tube.endRadius);
    const reach = thickest + width / 2;
    // A tube thinner than a voxel fills only part of it, wherever it lies.
    const fill = Math.min(1, (2 * thickest) / width) ** 2;
    const first = (axis: number): number =>
      Math.max(
        Math.ceil((Math.min(tube.from[axis], tube.to[axis]) - reach - origin[axis]) / spacing[axis]),
        0,
      );
    const last = (axis: number): number =>
      Math.min(
        Math.floor((Math.max(tube.from[axis], tube.to[axis]) + reach - origin[axis]) / spacing[axis]),
        size[axis] - 1,
      );
    const [lowX, lowY, highX, highY] = [first(0), first(1), last(0), last(1)];
    for (let k = first(2), highZ = last(2); k <= highZ; k++)
      for (let j = lowY; j <= highY; j++) {
        const row = size[0] * (j + size[1] * k);
        const [y, z] = [origin[1] + j * spacing[1], origin[2] + k * spacing[2]];
        for (let i = lowX; i <= highX; i++) {
          const distance = tubeDistance(tube, origin[0] + i * spacing[0], y, z);
          const share = fill * coverage(distance, width);
          if (share === 0 || (within && within[row + i] === 0)) continue;
          const change = (typeof hu === 'number' ? hu : hu(-distance)) - voxels[row + i];
          if (change * sign > 0) voxels[row + i] += share * change;
        }
      }
  }
}

/** Edge of the cube of a voxel's volume, mm. */
export const voxelWidth = ({ spacing }: Geometry): number => Math.cbrt(spacing[0] * spacing[1] * spacing[2]);

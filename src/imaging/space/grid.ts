/** A bare voxel lattice, x fastest: what morphology needs to know. */
export interface Grid {
  readonly size: readonly [number, number, number];
  /** Millimetres. */
  readonly spacing: readonly [number, number, number];
}

export const gridVoxelMl = ({ spacing }: Grid): number => (spacing[0] * spacing[1] * spacing[2]) / 1000;

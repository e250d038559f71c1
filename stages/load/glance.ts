/** Whether voxels can be a CT in Hounsfield units, told from as few of them as will do. */

/** Lung and outer air lie near -900 HU; without anything so dark the values are hardly Hounsfield units. */
export const DARKEST_HU = -500;

export interface Glance {
  /** The lowest value; where some are as dark as `DARKEST_HU`, one of those. */
  readonly lowest: number;
  /** Whether all are the same. */
  readonly constant: boolean;
}

/** Reads on only until it is sure: in a CT, air stands in the first rows. */
export function glance(values: Int16Array | Float32Array): Glance {
  const first = values[0];
  let lowest = first;
  let constant = true;
  for (let i = 1; i < values.length && (constant || lowest > DARKEST_HU); i++) {
    const value = values[i];
    if (value === first) continue;
    constant = false;
    if (value < lowest) lowest = value;
  }
  return { lowest, constant };
}

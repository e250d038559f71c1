/** HU to the network's input. */

/**
 * (HU + 1024) / 632 - 1 of one patch, last voxel first, by one exact sum and one rounding.
 * @param source int16
 * @param target float32, each row followed by a voxel that is left as it is
 * @param rows of a multiple of 4 voxels
 */
export function networkInput(source: usize, target: usize, rows: i32, voxels: i32): void {
  const offset = i32x4.splat(392); // 1024 - 632
  const scale = f32x4.splat(632);
  const rowBytes = (<usize>voxels) << 2;
  for (let row = rows - 1; row >= 0; row--) {
    const start = target + <usize>row * (rowBytes + 4);
    for (let to = start + rowBytes; to > start; source += 8) {
      to -= 16;
      const hu = i32x4.add(v128.load_ext<i16>(source), offset);
      const value = f32x4.div(f32x4.convert_i32x4_s(hu), scale);
      v128.store(to, v128.shuffle<i32>(value, value, 3, 2, 1, 0));
    }
  }
}

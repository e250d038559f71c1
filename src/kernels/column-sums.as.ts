/**
 * Sums of int16 voxels over the rows of each block of a plane, every voxel clamped first: whole numbers, so exact in any order.
 *
 * This module must hold no static data: its memory belongs to whoever runs it.
 */
const LANES: i32 = 8;

/**
 * Adds a plane to `sums`, int32 `[blocks, width]`.
 * @param plane int16 `[rows, width]`
 * @param cuts int32 `[blocks + 1]`: the row at which each block begins, and the end of the last
 */
export function addPlane(
  plane: usize,
  width: i32,
  cuts: usize,
  blocks: i32,
  sums: usize,
  low: i32,
  high: i32,
): void {
  const rowBytes = (<usize>width) << 1;
  for (let block = 0; block < blocks; block++) {
    const first = load<i32>(cuts);
    const end = load<i32>(cuts, 4);
    addRows(plane + <usize>first * rowBytes, rowBytes, end - first, width, sums, low, high);
    cuts += 4;
    sums += (<usize>width) << 2;
  }
}

function addRows(
  source: usize,
  rowBytes: usize,
  rows: i32,
  width: i32,
  sums: usize,
  low: i32,
  high: i32,
): void {
  const lowest = i16x8.splat(<i16>low);
  const highest = i16x8.splat(<i16>high);
  const whole = width & ~(LANES - 1);
  for (let x = 0; x < whole; x += LANES) {
    let a = v128.load(sums);
    let b = v128.load(sums, 16);
    let at = source;
    for (let row = 0; row < rows; row++) {
      const values = i16x8.min_s(i16x8.max_s(v128.load(at), lowest), highest);
      a = i32x4.add(a, i32x4.extend_low_i16x8_s(values));
      b = i32x4.add(b, i32x4.extend_high_i16x8_s(values));
      at += rowBytes;
    }
    v128.store(sums, a);
    v128.store(sums, b, 16);
    source += LANES << 1;
    sums += LANES << 2;
  }
  for (let x = whole; x < width; x++) {
    let sum = load<i32>(sums);
    let at = source;
    for (let row = 0; row < rows; row++) {
      sum += min(max(<i32>load<i16>(at), low), high);
      at += rowBytes;
    }
    store<i32>(sums, sum);
    source += 2;
    sums += 4;
  }
}

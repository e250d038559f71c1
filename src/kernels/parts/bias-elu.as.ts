/** Bias and ELU over a line of numbers, in place. */

/** A bias repeats up to this length, which 8, 16, 32 and 64 channels divide. */
export const BIAS_BYTES: usize = 256;

/**
 * v + bias, then exp(v) - 1 where that is below 0; NaN is kept; within 1e-7.
 * @param bias `BIAS_BYTES` of it, repeated: the line begins with the first channel
 */
export function biasElu(line: usize, bytes: usize, bias: usize): void {
  const zero = f32x4.splat(0);
  const lowest = f32x4.splat(-87);
  const log2OfE = f32x4.splat(1.4426950408889634);
  // Adding 1.5 * 2^23 rounds to the nearest integer n and leaves it in the low bits.
  const magic = f32x4.splat(12582912);
  const ln2 = f32x4.splat(0.6931471805599453);
  const one = f32x4.splat(1);
  const c6 = f32x4.splat(0.0013950540276444733);
  const c5 = f32x4.splat(0.008368917891303559);
  const c4 = f32x4.splat(0.04166620506691976);
  const c3 = f32x4.splat(0.1666651860234841);
  const c2 = f32x4.splat(0.5);
  for (let i: usize = 0; i < bytes; i += 16) {
    const v = f32x4.add(v128.load(line + i), v128.load(bias + (i & (BIAS_BYTES - 1))));
    const x = f32x4.pmax(f32x4.pmin(v, zero), lowest);
    const shifted = f32x4.add(f32x4.mul(x, log2OfE), magic);
    const r = f32x4.sub(x, f32x4.mul(f32x4.sub(shifted, magic), ln2));
    // By pairs of terms: a chain of all of them would leave the adders waiting.
    const r2 = f32x4.mul(r, r);
    const low = f32x4.add(f32x4.mul(c3, r), c2);
    const high = f32x4.add(f32x4.add(f32x4.mul(c5, r), c4), f32x4.mul(c6, r2));
    const expm1OfR = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(high, r2), low), r2), r);
    const twoToN = i32x4.add(i32x4.shl(shifted, 23), one); // the bits of 1 are the exponent's bias
    const negative = f32x4.add(f32x4.mul(twoToN, expm1OfR), f32x4.sub(twoToN, one));
    v128.store(line + i, f32x4.add(f32x4.pmax(v, zero), negative));
  }
}

/** Bias and ELU over a line of numbers, in place. */

/** Floats after which the bias must repeat: 8, 16, 32 or 64 channels divide it. */
export const BIAS_BYTES: usize = 256;
/** Room for the constants. */
export const ELU_CONSTANTS: usize = 160;

/** Writes the constants: V8 would build literals anew at each use, and keeps what is loaded in registers. */
export function storeEluConstants(at: usize): void {
  v128.store(at, f32x4.splat(-87), 0);
  v128.store(at, f32x4.splat(1.44269504088896341), 16);
  v128.store(at, f32x4.splat(12582912), 32);
  v128.store(at, f32x4.splat(0.69314718055994531), 48);
  v128.store(at, f32x4.splat(1), 64);
  v128.store(at, f32x4.splat(0.0013950540276444733), 80);
  v128.store(at, f32x4.splat(0.008368917891303559), 96);
  v128.store(at, f32x4.splat(0.04166620506691976), 112);
  v128.store(at, f32x4.splat(0.1666651860234841), 128);
  v128.store(at, f32x4.splat(0.5), 144);
}

/**
 * v + bias, then exp(v) - 1 where that is below 0; NaN is kept; within 1e-7.
 * @param bias `BIAS_BYTES` of it, repeated: the line begins with the first channel
 */
export function biasElu(line: usize, bytes: usize, bias: usize, constants: usize): void {
  const zero = f32x4.splat(0);
  const lowest = v128.load(constants, 0), log2OfE = v128.load(constants, 16);
  // Adding 1.5 * 2^23 rounds to the nearest integer n and leaves it in the low bits.
  const magic = v128.load(constants, 32);
  const ln2 = v128.load(constants, 48);
  const one = v128.load(constants, 64);
  const c6 = v128.load(constants, 80), c5 = v128.load(constants, 96);
  const c4 = v128.load(constants, 112), c3 = v128.load(constants, 128);
  const c2 = v128.load(constants, 144);
  for (let i: usize = 0; i < bytes; i += 16) {
    const v = f32x4.add(v128.load(line + i), v128.load(bias + (i & (BIAS_BYTES - 1))));
    const x = f32x4.pmax(f32x4.pmin(v, zero), lowest);
    const shifted = f32x4.add(f32x4.mul(x, log2OfE), magic);
    const r = f32x4.sub(x, f32x4.mul(f32x4.sub(shifted, magic), ln2));
    let q = f32x4.add(f32x4.mul(c6, r), c5);
    q = f32x4.add(f32x4.mul(q, r), c4);
    q = f32x4.add(f32x4.mul(q, r), c3);
    q = f32x4.add(f32x4.mul(q, r), c2);
    const expm1OfR = f32x4.add(f32x4.mul(f32x4.mul(q, r), r), r);
    const twoToN = i32x4.add(i32x4.shl(shifted, 23), one); // the bits of 1 are the exponent's bias
    const negative = f32x4.add(f32x4.mul(twoToN, expm1OfR), f32x4.sub(twoToN, one));
    v128.store(line + i, f32x4.add(f32x4.pmax(v, zero), negative));
  }
}

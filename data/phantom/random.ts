/** Small, seeded randomness: every draw depends on its keys alone, never on what was drawn elsewhere. */

/** Avalanche of 32 bits (Wellons' lowbias32). */
export function scramble(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** One 32-bit number from several whole numbers. */
export function hash(...keys: readonly number[]): number {
  return keys.reduce((state, key) => scramble(state ^ Math.imul(key + 1, 0x9e3779b1)), 0x6a09e667);
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** The stream of draws that belongs to the keys (a seed, a subject, a purpose). */
export function randomFor(...keys: readonly number[]): Random {
  const key = hash(...keys);
  let count = 0;
  return () => scramble(key ^ Math.imul(++count, 0x9e3779b1)) / 2 ** 32;
}

export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();

/** Roughly normal, mean 0 and variance 1, never beyond 3.5 (sum of four uniforms). */
export const normal = (random: Random): number =>
  (random() + random() + random() + random() - 2) * Math.sqrt(3);

/** What each stream of draws is for. */
export const purpose = {
  build: 1,
  pose: 2,
  deformation: 3,
  severity: 4,
  emphysema: 5,
  airways: 6,
  veins: 7,
  nodules: 8,
  noise: 9,
  texture: 10,
} as const;

/** Smooth curves through a few measured points: how a proportion of the body changes from head to foot. */

/** A function of z, tabulated so that a call costs one interpolation; constant beyond its ends. */
export type Profile = (z: number) => number;

const STEP = 0.5; // mm

/** Monotone cubic through `[z, value]` points (Fritsch and Carlson 1980): no overshoot between them. */
export function profile(...points: readonly (readonly [z: number, value: number])[]): Profile {
  const knots = points.toSorted((a, b) => a[0] - b[0]);
  const start = knots[0][0];
  const last = Math.ceil((knots.at(-1)![0] - start) / STEP);
  const slopes = monotoneSlopes(knots);
  const table = Float64Array.from({ length: last + 2 }, (_, i) => evaluate(knots, slopes, start + i * STEP));
  return (z) => {
    const at = Math.min(Math.max((z - start) / STEP, 0), last);
    const cell = Math.floor(at);
    return table[cell] + (at - cell) * (table[cell + 1] - table[cell]);
  };
}

function monotoneSlopes(knots: readonly (readonly [number, number])[]): number[] {
  const secants = knots.slice(1).map(([z, v], i) => (v - knots[i][1]) / (z - knots[i][0]));
  return knots.map((_, i) => {
    const [before, after] = [secants[i - 1] ?? secants[i], secants[i] ?? secants[i - 1]];
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
  });
}

function evaluate(knots: readonly (readonly [number, number])[], slopes: number[], z: number): number {
  const next = knots.findIndex(([at]) => at > z);
  if (next === -1) return knots.at(-1)![1];
  const [[z0, v0], [z1, v1]] = [knots[next - 1], knots[next]];
  const width = z1 - z0;
  const t = (z - z0) / width;
  const [t2, t3] = [t * t, t * t * t];
  return (
    (2 * t3 - 3 * t2 + 1) * v0 +
    (t3 - 2 * t2 + t) * width * slopes[next - 1] +
    (3 * t2 - 2 * t3) * v1 +
    (t3 - t2) * width * slopes[next]
  );
}

/** Quasi-Newton minimisation of a smooth function of a few parameters. */

export interface Descent {
  readonly point: Float64Array;
  readonly value: number;
  readonly evaluations: number;
  readonly converged: boolean;
  /** What was learnt of the curvature: approximate inverse Hessian, n x n; a good start for a similar function. */
  readonly inverseHessian: Float64Array | undefined;
}

export interface DescentLimits {
  /** Length of the first step, in the parameters' unit; also the order of the longest. */
  readonly firstStep: number;
  /** Converged when a step is shorter than this. */
  readonly tolerance: number;
  readonly maxEvaluations: number;
}

/** Returns the value at `point` and writes the derivative to `gradient`. */
export type Differentiable = (point: Float64Array, gradient: Float64Array) => number;

/**
 * BFGS (Nocedal & Wright 2006, algorithm 6.1) with a bisecting weak-Wolfe line search (Lewis & Overton 2013), which
 * needs no more smoothness than a gradient. Parameters should share one scale.
 */
export function minimise(
  f: Differentiable,
  start: Float64Array,
  limits: DescentLimits,
  inverseHessian?: Float64Array,
): Descent {
  const n = start.length;
  let point = start;
  let gradient = new Float64Array(n);
  let value = f(point, gradient);
  let evaluations = 1;
  let inverse = inverseHessian;
  const end = (converged: boolean): Descent => ({
    point,
    value,
    evaluations,
    converged,
    inverseHessian: inverse,
  });

  while (evaluations < limits.maxEvaluations) {
    let direction = inverse
      ? product(inverse, gradient).map((d) => -d)
      : steepest(gradient, limits.firstStep);
    if (!(dot(direction, gradient) < 0)) {
      inverse = undefined;
      direction = steepest(gradient, limits.firstStep);
    }
    const descent = dot(direction, gradient);
    if (descent === 0) return end(true);

    let [low, high] = [0, Infinity];
    let step = Math.min(1, (10 * limits.firstStep) / length(direction));
    const trialGradient = new Float64Array(n);
    let trial: Float64Array;
    let trialValue: number;
    for (;;) {
      trial = point.map((p, i) => p + step * direction[i]);
      trialValue = f(trial, trialGradient);
      evaluations++;
      if (trialValue > value + 1e-4 * step * descent) high = step;
      else if (dot(direction, trialGradient) < 0.9 * descent) low = step;
      else break;
      const tooShort = step * length(direction) < limits.tolerance / 10;
      if (evaluations >= limits.maxEvaluations || tooShort) break;
      step = high < Infinity ? (low + high) / 2 : 2 * low;
    }
    if (!(trialValue < value)) return end(evaluations < limits.maxEvaluations);

    const moved = trial.map((p, i) => p - point[i]);
    const bent = trialGradient.map((g, i) => g - gradient[i]);
    [point, value, gradient] = [trial, trialValue, trialGradient];
    if (length(moved) < limits.tolerance) return end(true);
    if (dot(moved, bent) > 1e-12 * length(moved) * length(bent)) inverse = updated(inverse, moved, bent);
  }
  return end(false);
}

/** The BFGS update: (I - r s y') H (I - r y s') + r s s', r = 1 / s'y. */
function updated(inverse: Float64Array | undefined, s: Float64Array, y: Float64Array): Float64Array {
  const n = s.length;
  const sy = dot(s, y);
  const h =
    inverse ?? Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? sy / dot(y, y) : 0));
  const hy = product(h, y);
  const stretch = (1 + dot(y, hy) / sy) / sy;
  return h.map((entry, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return entry + stretch * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / sy;
  });
}

function steepest(gradient: Float64Array, step: number): Float64Array {
  const norm = length(gradient);
  return gradient.map((g) => (norm > 0 ? (-step * g) / norm : 0));
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
const length = (a: Float64Array): number => Math.sqrt(dot(a, a));
const product = (matrix: Float64Array, v: Float64Array): Float64Array =>
  v.map((_, i) => dot(matrix.subarray(i * v.length, (i + 1) * v.length), v));

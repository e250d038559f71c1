import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { minimise, type Differentiable } from '../../../src/imaging/registration/bfgs.js';

const limits = { firstStep: 0.5, tolerance: 1e-8, maxEvaluations: 300 };

const rosenbrock: Differentiable = (p, g) => {
  const [x, y] = p;
  g[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  g[1] = 200 * (y - x * x);
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
};

describe('bfgs', () => {
  it("finds the bottom of Rosenbrock's valley", () => {
    const { point, value, converged } = minimise(rosenbrock, Float64Array.of(-1.2, 1), limits);
    assert.ok(converged && value < 1e-12);
    assert.ok(Math.hypot(point[0] - 1, point[1] - 1) < 1e-5);
  });

  it('finds the kink of a function without a second derivative', () => {
    const kinked: Differentiable = (p, g) => {
      p.forEach((x, i) => (g[i] = Math.sign(x) * (i + 1)));
      return p.reduce((sum, x, i) => sum + Math.abs(x) * (i + 1), 0);
    };
    assert.ok(minimise(kinked, Float64Array.of(3, -2), limits).value < 1e-3);
  });

  it('says so when it runs out of evaluations', () => {
    const { converged, evaluations } = minimise(rosenbrock, Float64Array.of(-1.2, 1), {
      ...limits,
      maxEvaluations: 9,
    });
    assert.equal(converged, false);
    assert.equal(evaluations, 9);
  });

  it('stays where the gradient is 0', () => {
    const { point, converged } = minimise(rosenbrock, Float64Array.of(1, 1), limits);
    assert.deepEqual([...point], [1, 1]);
    assert.ok(converged);
  });

  it('needs three evaluations at most for a parabola whose curvature it has learnt', () => {
    const parabola: Differentiable = ([x, y], g) => {
      [g[0], g[1]] = [2 * x + y, x + 6 * y];
      return x * x + x * y + 3 * y * y;
    };
    const { inverseHessian } = minimise(parabola, Float64Array.of(3, 4), limits);
    const again = minimise(
      parabola,
      Float64Array.of(-1, 0.5),
      { ...limits, tolerance: 1e-3 },
      inverseHessian,
    );
    assert.ok(again.evaluations <= 3 && again.value < 1e-12, `${again.evaluations}: ${again.value}`);
  });
});

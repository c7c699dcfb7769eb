/** Value and gradient of a smooth function at a point; the gradient is written into the second argument. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

const MEMORY = 10;
const SUFFICIENT_DECREASE = 1e-4;

/**
 * Minimises a smooth convex function from 0 by L-BFGS (Nocedal & Wright, Numerical Optimization, algorithm 7.4) with
 * halving of the step until it decreases enough. Deterministic; ends after `iterations`, or when the largest gradient
 * component falls under 1e-4 (the tolerance of scikit-learn's logistic regression).
 */
export function minimize(objective: Objective, size: number, iterations: number): Float64Array {
  let point = new Float64Array(size);
  let gradient = new Float64Array(size);
  let value = objective(point, gradient);
  const history: { step: Float64Array; change: Float64Array; curvature: number }[] = [];
  for (let iteration = 0; iteration < iterations && largest(gradient) > 1e-4; iteration++) {
    const direction = descentDirection(gradient, history);
    const slope = dot(direction, gradient);
    const next = new Float64Array(size);
    const nextGradient = new Float64Array(size);
    let nextValue = Number.POSITIVE_INFINITY;
    let length = history.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    for (; length > 1e-10; length /= 2) {
      for (let i = 0; i < size; i++) next[i] = point[i]! + length * direction[i]!;
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + SUFFICIENT_DECREASE * length * slope) break;
    }
    if (!(nextValue < value)) break;
    const step = next.map((x, i) => x - point[i]!);
    const change = nextGradient.map((g, i) => g - gradient[i]!);
    const curvature = dot(step, change);
    if (curvature > 1e-12) history.push({ step, change, curvature });
    if (history.length > MEMORY) history.shift();
    [point, gradient, value] = [next, nextGradient, nextValue];
  }
  return point;
}

/** −H·gradient with the inverse Hessian H that the last steps suggest. */
function descentDirection(
  gradient: Float64Array,
  history: readonly { step: Float64Array; change: Float64Array; curvature: number }[],
): Float64Array {
  const direction = gradient.map((g) => -g);
  const weights: number[] = [];
  for (const { step, change, curvature } of history.toReversed()) {
    const weight = dot(step, direction) / curvature;
    weights.push(weight);
    addScaled(direction, change, -weight);
  }
  const last = history.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  for (const { step, change, curvature } of history) {
    addScaled(direction, step, weights.pop()! - dot(change, direction) / curvature);
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(target: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * values[i]!;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

import { beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../../../../src/base/random.ts";
import { loadBackend } from "../../../../../src/trainers/tfjs/backends/load.ts";
import { gelu, geluTanh } from "../../../../../src/trainers/tfjs/ops/activations.ts";
import { attention, attentionBias } from "../../../../../src/trainers/tfjs/ops/attention.ts";
import { dropout } from "../../../../../src/trainers/tfjs/ops/dropout.ts";
import { layerNorm } from "../../../../../src/trainers/tfjs/ops/layer-norm.ts";
import { linear } from "../../../../../src/trainers/tfjs/ops/linear.ts";
import { crossEntropy } from "../../../../../src/trainers/tfjs/ops/loss.ts";
import * as tf from "../../../../../src/trainers/tfjs/ops/tf.ts";

const random = createRandom(11);
const normal = (shape: number[]): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.gaussian()),
    shape,
  );

/** float32 leaves about four good digits in a difference quotient at this step. */
const STEP = 1e-2;
const TOLERANCE = 5e-3;

/**
 * Compares the gradient of Σ(output · weights) with central differences, for every element of every input.
 * The weights are fixed random numbers, so that no error can cancel in a plain sum.
 */
function expectGradient(inputs: tf.Tensor[], compute: (...inputs: tf.Tensor[]) => tf.Tensor): void {
  const weights = tf.tidy(() => normal(compute(...inputs).shape));
  const scalar = (...values: tf.Tensor[]): tf.Scalar => tf.sum(tf.mul(compute(...values), weights));
  const gradients = tf.grads(scalar)(inputs);
  inputs.forEach((input, at) => {
    const values = input.dataSync();
    const told = gradients[at]!.dataSync();
    expect(gradients[at]!.shape).toEqual(input.shape);
    for (let element = 0; element < input.size; element++) {
      const moved = (by: number): number => {
        const copy = Float32Array.from(values);
        copy[element]! += by;
        const others = inputs.map((other, index) => (index === at ? tf.tensor(copy, input.shape) : other));
        return tf.tidy(() => scalar(...others)).dataSync()[0]!;
      };
      const quotient = (moved(STEP) - moved(-STEP)) / (2 * STEP);
      expect(Math.abs(told[element]! - quotient)).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(quotient)));
    }
  });
}

describe.each(["cpu", "wasm"] as const)("gradients match finite differences on %s", (backend) => {
  beforeAll(() => loadBackend(backend));

  test("linear", () => {
    expectGradient([normal([3, 4]), normal([4, 2]), normal([2])], (x, weight, bias) =>
      linear(x as tf.Tensor2D, weight as tf.Tensor2D, bias as tf.Tensor1D, false),
    );
  });

  test("a frozen linear layer passes the gradient on to its input only", () => {
    const weight = normal([4, 2]) as tf.Tensor2D;
    const bias = normal([2]) as tf.Tensor1D;
    expectGradient([normal([3, 4])], (x) => linear(x as tf.Tensor2D, weight, bias, true));
  });

  test("layer norm", () => {
    expectGradient([normal([3, 5]), normal([5]), normal([5])], (x, scale, shift) =>
      layerNorm(x as tf.Tensor2D, scale as tf.Tensor1D, shift as tf.Tensor1D, 1e-5, false),
    );
  });

  test("GELU, exact and by tanh", () => {
    expectGradient([normal([4, 3])], (x) => gelu(x as tf.Tensor2D));
    expectGradient([normal([4, 3])], (x) => geluTanh(x as tf.Tensor2D));
  });

  test("attention over two heads with padding", () => {
    const shape = { size: 2, length: 3, heads: 2 };
    const bias = attentionBias(Int32Array.of(1, 1, 1, 1, 1, 0), 2, 3);
    expectGradient([normal([6, 4]), normal([6, 4]), normal([6, 4])], (query, key, value) =>
      attention(query as tf.Tensor2D, key as tf.Tensor2D, value as tf.Tensor2D, bias, shape, (weights) => weights),
    );
  });

  test("dropout with a fixed seed", () => {
    expectGradient([normal([5, 4])], (x) => dropout(x, 0.4, 7));
  });

  test("cross-entropy", () => {
    expectGradient([normal([4, 3])], (logits) => crossEntropy(logits as tf.Tensor2D, Int32Array.of(0, 2, 1, 1)));
  });
});

import { withGradient } from "./custom-gradient.ts";
import * as tf from "./tf.ts";

/**
 * The product of two matrices, or of each pair of two equal stacks of them.
 *
 * Its gradient multiplies explicitly transposed matrices: the wasm backend computes every product with `transposeA` or
 * `transposeB` in a scalar loop, some seven times slower than a plain one.
 */
export function matrixProduct<T extends tf.Tensor>(a: T, b: T): T {
  return withGradient<T>(
    [a, b],
    () => ({ value: tf.matMul(a, b), save: [a, b] }),
    (dy, [savedA, savedB]) => [tf.matMul(dy, flipped(savedB!)), tf.matMul(flipped(savedA!), dy)],
  );
}

/**
 * The sum of each column, as a product with a row of ones: the wasm backend's `sum` over the first axis transposes first and
 * takes some twenty times as long.
 */
export function columnSums(x: tf.Tensor2D): tf.Tensor1D {
  return tf.reshape(tf.matMul(tf.ones([1, x.shape[0]]), x), [x.shape[1]]);
}

/** The matrix, or each matrix of a stack, transposed. */
export function flipped<T extends tf.Tensor>(x: T): T {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

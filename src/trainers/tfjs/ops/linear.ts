import { withGradient } from "./custom-gradient.ts";
import { columnSums, flipped } from "./matrix-product.ts";
import * as tf from "./tf.ts";

/**
 * `x · weight + bias` for x `[rows, in]`, weight `[in, out]`, bias `[out]`. The gradient transposes explicitly, see
 * `matrixProduct`.
 * @param frozen weight and bias are constants: no gradient is computed for them
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D, frozen: boolean): tf.Tensor2D {
  return withGradient<tf.Tensor2D>(
    frozen ? [x] : [x, weight, bias],
    () => ({ value: tf.add(tf.matMul(x, weight), bias), save: frozen ? [weight] : [weight, x] }),
    (dy, [savedWeight, savedX]) => {
      const dx = tf.matMul(dy, flipped(savedWeight as tf.Tensor2D));
      return savedX === undefined ? [dx] : [dx, tf.matMul(flipped(savedX as tf.Tensor2D), dy), columnSums(dy)];
    },
  );
}

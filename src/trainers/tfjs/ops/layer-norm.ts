import { withGradient } from "./custom-gradient.ts";
import { columnSums } from "./matrix-product.ts";
import * as tf from "./tf.ts";

/**
 * Layer normalisation of each row of x `[rows, width]` (Ba et al. 2016): zero mean, unit (biased) variance, then
 * `· scale + shift`. One operation with its own gradient keeps far fewer tensors alive than the same in single operations.
 * @param frozen scale and shift are constants
 */
export function layerNorm(
  x: tf.Tensor2D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
  frozen: boolean,
): tf.Tensor2D {
  return withGradient<tf.Tensor2D>(
    frozen ? [x] : [x, scale, shift],
    () => {
      const centred = tf.sub(x, tf.mean(x, 1, true));
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon));
      const normal = tf.mul<tf.Tensor2D>(centred, inverse);
      return { value: tf.add(tf.mul(normal, scale), shift), save: [normal, inverse, scale] };
    },
    (dy, [normal, inverse, savedScale]) => {
      const scaled = tf.mul(dy, savedScale!);
      const along = tf.mean(tf.mul(scaled, normal!), 1, true);
      const dx = tf.mul(tf.sub(tf.sub(scaled, tf.mean(scaled, 1, true)), tf.mul(normal!, along)), inverse!);
      return frozen ? [dx] : [dx, columnSums(tf.mul(dy, normal as tf.Tensor2D)), columnSums(dy)];
    },
  );
}

import { withGradient } from "./custom-gradient.ts";
import * as tf from "./tf.ts";

/** Mean cross-entropy, in nats, of logits `[rows, classes]` against class indices. */
export function crossEntropy(logits: tf.Tensor2D, labels: Int32Array): tf.Scalar {
  const [rows, classes] = logits.shape;
  return withGradient<tf.Scalar>(
    [logits],
    () => {
      const targets = oneHot(labels, classes);
      const value = tf.neg(tf.div(tf.sum(tf.mul(tf.logSoftmax(logits), targets)), rows)) as tf.Scalar;
      return { value, save: [tf.sub(tf.softmax(logits), targets)] };
    },
    (dy, [difference]) => [tf.mul(difference!, tf.div(dy, rows))],
  );
}

/** Made on the host, since the wasm backend's `oneHot` of type float32 holds the bits of whole numbers. */
function oneHot(labels: Int32Array, classes: number): tf.Tensor2D {
  const targets = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => (targets[row * classes + label] = 1));
  return tf.tensor2d(targets, [labels.length, classes]);
}

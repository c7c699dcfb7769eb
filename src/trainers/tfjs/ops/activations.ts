import { UserError } from "../../../base/errors.ts";
import { withGradient } from "./custom-gradient.ts";
import * as tf from "./tf.ts";

export type Activation = (x: tf.Tensor2D) => tf.Tensor2D;

/** Exact GELU, `x · Φ(x)` with the normal distribution's Φ by the error function (Hendrycks and Gimpel 2016). */
export function gelu(x: tf.Tensor2D): tf.Tensor2D {
  return withGradient<tf.Tensor2D>(
    [x],
    () => {
      const phi = tf.mul<tf.Tensor2D>(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
      return { value: tf.mul(x, phi), save: [x, phi] };
    },
    (dy, [savedX, phi]) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(savedX!), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return [tf.mul(dy, tf.add(phi!, tf.mul(savedX!, density)))];
    },
  );
}

/** GELU by its tanh formula, which some checkpoints were trained with (`gelu_new`). */
export function geluTanh(x: tf.Tensor2D): tf.Tensor2D {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, tf.add(tf.tanh(inner), 1)), 0.5);
}

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  gelu,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  relu: (x) => tf.relu(x),
  tanh: (x) => tf.tanh(x),
};

/** The activation a Hugging Face config names (`hidden_act`). */
export function activationNamed(name: string, file: string): Activation {
  const activation = ACTIVATIONS[name];
  if (activation) return activation;
  throw new UserError("model-activation-unknown", `The activation "${name}" in ${file} is not supported.`, {
    advice: `The embedded trainer knows ${Object.keys(ACTIVATIONS).join(", ")}.`,
    file,
  });
}

import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";
import * as tf from "../ops/tf.ts";
import type { Batch } from "./model.ts";

/** The hidden state of each text's first token: `[size · length, width]` to `[size, width]`. */
export function firstToken(hidden: Tensor2D, { size, length }: Batch): Tensor2D {
  const width = hidden.shape[1];
  return tf.reshape(tf.slice(tf.reshape(hidden, [size, length, width]), [0, 0, 0], [size, 1, width]), [size, width]);
}

/** The mean over each text's tokens, padding left out: `[size · length, width]` to `[size, width]`. A text without tokens gives 0. */
export function meanOfTokens(hidden: Tensor2D, { mask, size, length }: Batch): Tensor2D {
  const weights = new Float32Array(size * length);
  for (let row = 0; row < size; row++) {
    const tokens = mask.subarray(row * length, (row + 1) * length);
    const count = Math.max(
      1,
      tokens.reduce((sum, token) => sum + token, 0),
    );
    tokens.forEach((token, at) => (weights[row * length + at] = token / count));
  }
  const weighted = tf.mul(tf.reshape(hidden, [size, length, hidden.shape[1]]), tf.tensor3d(weights, [size, length, 1]));
  return tf.sum<Tensor2D>(weighted as Tensor3D, 1);
}

import { matrixProduct } from "./matrix-product.ts";
import * as tf from "./tf.ts";

export interface AttentionShape {
  readonly size: number;
  readonly length: number;
  readonly heads: number;
}

/** What is added to a score so that its key gets no weight: far below any score, and still finite in float32. */
const MASKED = -1e9;

/** From a mask (1 token, 0 padding) `[size, length]`: what is added to the scores, `[size, 1, 1, length]`. */
export function attentionBias(mask: Int32Array, size: number, length: number): tf.Tensor4D {
  return tf.tensor4d(
    Float32Array.from(mask, (token) => (token === 0 ? MASKED : 0)),
    [size, 1, 1, length],
  );
}

/**
 * Scaled dot-product attention over several heads (Vaswani et al. 2017).
 * @param query queries, keys and values are `[size · length, heads · width]`
 * @param bias added to the scores, `[size, 1, 1, length]`
 * @param dropWeights dropout on the attention weights; identity outside training
 * @returns `[size · length, heads · width]`
 */
export function attention(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  value: tf.Tensor2D,
  bias: tf.Tensor4D,
  shape: AttentionShape,
  dropWeights: (weights: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor2D {
  const { size, length, heads } = shape;
  const width = query.shape[1] / heads;
  const split = (x: tf.Tensor2D, axes: [number, number, number, number]): tf.Tensor4D =>
    tf.transpose(tf.reshape(x, [size, length, heads, width]) as tf.Tensor4D, axes);
  const byHead = [0, 2, 1, 3] as [number, number, number, number];
  const scores = matrixProduct(
    tf.mul<tf.Tensor4D>(split(query, byHead), 1 / Math.sqrt(width)),
    split(key, [0, 2, 3, 1]),
  );
  const weights = dropWeights(tf.softmax(tf.add<tf.Tensor4D>(scores, bias)));
  const mixed = matrixProduct(weights, split(value, byHead));
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [size * length, heads * width]);
}

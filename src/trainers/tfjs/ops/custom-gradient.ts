import * as tf from "./tf.ts";

/**
 * An operation with its own gradient.
 * @param inputs the tensors that get a gradient; anything else the forward pass uses counts as constant
 * @param forward the value, and which tensors the backward pass needs (only saved ones outlive the forward pass)
 * @param backward from the gradient of the value and the saved tensors: one gradient per input, in order
 */
export function withGradient<T extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: () => { value: T; save: tf.Tensor[] },
  backward: (dy: T, saved: tf.Tensor[]) => tf.Tensor[],
): T {
  return tf.customGrad<T>((...args) => {
    const saver = args.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    const { value, save } = forward();
    saver(save);
    return { value, gradFunc: (dy, saved) => backward(dy, saved) };
  })(...inputs);
}

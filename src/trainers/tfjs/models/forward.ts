import type { Random } from "../../../base/random.ts";
import { dropout } from "../ops/dropout.ts";
import { layerNorm } from "../ops/layer-norm.ts";
import { linear } from "../ops/linear.ts";
import type * as tf from "../ops/tf.ts";
import type { ForwardPass, Place } from "./architecture.ts";
import type { Batch } from "./model.ts";

/** The parts of a forward pass that differ between prediction and training. */
export interface PassInputs {
  readonly batch: Batch;
  /** The batch's rows of the token table, `[size · length, width]`. */
  readonly tokens: tf.Tensor2D;
  /** Tensor and place of each parameter but the token table. */
  readonly parameters: ReadonlyMap<string, { tensor: tf.Tensor; frozen: boolean }>;
  readonly frozen: (place: Place) => boolean;
  readonly rate: number;
  /** Null outside training: no dropout. */
  readonly random: Random | null;
}

/** Binds parameters to operations for one pass. */
export function forwardPass(inputs: PassInputs): ForwardPass {
  const { batch, parameters, frozen, random, rate } = inputs;
  const entry = (name: string): { tensor: tf.Tensor; frozen: boolean } => {
    const found = parameters.get(name);
    if (!found) throw new Error(`the architecture defines no parameter ${name}`);
    return found;
  };
  const weight = <T extends tf.Tensor>(name: string): T => entry(name).tensor as T;
  return {
    batch,
    frozen,
    weight,
    tokens: () => inputs.tokens,
    linear: (x, prefix) =>
      linear(x, weight(`${prefix}.weight`), weight(`${prefix}.bias`), entry(`${prefix}.weight`).frozen),
    layerNorm: (x, prefix, epsilon) =>
      layerNorm(x, weight(`${prefix}.weight`), weight(`${prefix}.bias`), epsilon, entry(`${prefix}.weight`).frozen),
    dropout: (x, place) => (random === null || frozen(place) ? x : dropout(x, rate, random.int(2 ** 32))),
  };
}

import { UserError } from "../../../base/errors.ts";
import type { Parameter } from "../models/model.ts";
import type { Gradients } from "./gradient.ts";

/** What an optimizer needs of a trainable parameter: its name, its decay and the master copy it changes in place. */
export type Trained = Pick<Parameter, "name" | "value" | "decay">;

/** What an optimizer must have back to go on bit by bit: a counter and named arrays of the parameters' sizes. */
export interface OptimizerState {
  step: number;
  arrays: Map<string, Float32Array>;
}

export interface Optimizer {
  /** Changes the parameters' values in place by one step at learning rate `rate`. Parameters without a gradient stay. */
  apply(gradients: Gradients, rate: number): void;
  state(): OptimizerState;
  /** Takes over what `state` gave. @throws UserError when an array is missing or has another size. */
  load(state: OptimizerState): void;
}

/** One array of a saved state, checked against the size it must have. */
export function takeArray(state: OptimizerState, name: string, size: number): Float32Array {
  const array = state.arrays.get(name);
  if (array?.length === size) return array;
  const found = array ? `has ${array.length} numbers instead of ${size}` : "is missing";
  throw new UserError("optimizer-state-mismatch", `The checkpoint's optimizer state does not fit: ${name} ${found}.`, {
    advice: "Resume with the model and method the checkpoint was made with, or start a new run from its weights.",
  });
}

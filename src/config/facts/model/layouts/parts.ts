import type { PlainMap } from "../../../schema/view.ts";
import type { TensorFacts } from "../../facts.ts";
import type { Sizes } from "../sizes.ts";

/** Names and shapes of an architecture's tensors, as its checkpoints on the hub have them. Number formats are told elsewhere. */
export type Layout = (sizes: Sizes, config: PlainMap) => TensorFacts[];

const tensor = (name: string, ...shape: number[]): TensorFacts => ({ name, shape, dtype: "F32" });

/** A linear layer; PyTorch keeps its weight as [outputs, inputs]. */
export const linear = (module: string, inputs: number, outputs: number, hasBias = true): TensorFacts[] => [
  tensor(`${module}.weight`, outputs, inputs),
  ...(hasBias ? [tensor(`${module}.bias`, outputs)] : []),
];

/** GPT-2's `Conv1D`: a linear layer whose weight is kept as [inputs, outputs]. */
export const conv1d = (module: string, inputs: number, outputs: number): TensorFacts[] => [
  tensor(`${module}.weight`, inputs, outputs),
  tensor(`${module}.bias`, outputs),
];

/** Layer norm; RMS norm has no bias. */
export const norm = (module: string, width: number, hasBias = true): TensorFacts[] => [
  tensor(`${module}.weight`, width),
  ...(hasBias ? [tensor(`${module}.bias`, width)] : []),
];

/** A table of embeddings; one without rows is not there. */
export const table = (module: string, rows: number, width: number): TensorFacts[] =>
  rows > 0 ? [tensor(`${module}.weight`, rows, width)] : [];

/** More layers than any model has: a config that says so is not believed. */
export const MAX_LAYERS = 1000;

/** The same layers again for each index. */
export const repeat = (count: number, layer: (index: number) => TensorFacts[]): TensorFacts[] =>
  Array.from({ length: Math.min(count, MAX_LAYERS) }, (_, index) => layer(index)).flat();

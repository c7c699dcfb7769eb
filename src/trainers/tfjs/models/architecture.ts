import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import type { Batch } from "./model.ts";

/** Where a parameter stands in the model, for freezing: the embeddings, encoder layer n (from 0), the rest of the backbone, or the head. */
export type Place = "embeddings" | number | "pooler" | "head";

/** What a parameter of an architecture is; its values come from a file or from `init`. */
export interface ParameterDefinition {
  readonly name: string;
  /** Linear weights are [in, out]. */
  readonly shape: readonly number[];
  readonly place: Place;
  /** How it starts where no file gives it: normal with deviation 0.02 (as BERT does), or constant. */
  readonly init: "normal" | "zeros" | "ones";
  readonly decay: boolean;
  /** The table of token embeddings; each architecture has exactly one. */
  readonly sparse: boolean;
  /** Stored as [out, in], as PyTorch does. */
  readonly storedTransposed: boolean;
}

/** One forward pass over a batch: the parameters, bound to operations that know what is frozen. */
export interface ForwardPass {
  readonly batch: Batch;
  /** Embeddings of the batch's tokens, `[size · length, width]`. */
  tokens(): Tensor2D;
  /** Whether parameters at this place stay as they are. */
  frozen(place: Place): boolean;
  /** The tensor of a parameter. */
  weight<T extends Tensor>(name: string): T;
  /** `x · <prefix>.weight + <prefix>.bias`. */
  linear(x: Tensor2D, prefix: string): Tensor2D;
  /** LayerNorm with `<prefix>.weight` and `<prefix>.bias`. */
  layerNorm(x: Tensor2D, prefix: string, epsilon: number): Tensor2D;
  /** Dropout at the configured rate in training; identity outside it and at frozen places. */
  dropout<T extends Tensor>(x: T, place: Place): T;
}

/** A kind of model with its sizes: which parameters it has and how it computes the logits. */
export interface Architecture {
  /** `use-lite`, `tiny`, or the Hugging Face `model_type`. */
  readonly kind: string;
  readonly layers: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly maxPositions: number;
  readonly pooling: string;
  readonly padId: number;
  /** In the order of the forward pass. */
  readonly definitions: readonly ParameterDefinition[];
  /** Logits, `[size, labels]`. */
  logits(pass: ForwardPass): Tensor2D;
  /** Names under which files may hold a parameter, most likely first. */
  namesInFile(name: string): readonly string[];
  /** Keys that a saved `config.json` gets on top of those the model came with. */
  readonly savedConfig: Readonly<Record<string, unknown>>;
}

/** What every encoder needs to know to be built for a task. */
export interface ArchitectureOptions {
  readonly labels: number;
  readonly pooling: "auto" | "cls" | "mean";
}

/** Definitions of a linear layer's `<prefix>.weight` (PyTorch layout in files) and `<prefix>.bias`. */
export function linearDefinitions(
  prefix: string,
  place: Place,
  inputs: number,
  outputs: number,
): ParameterDefinition[] {
  return [
    {
      ...base(`${prefix}.weight`, place),
      shape: [inputs, outputs],
      init: "normal",
      decay: true,
      storedTransposed: true,
    },
    { ...base(`${prefix}.bias`, place), shape: [outputs], init: "zeros" },
  ];
}

/** Definitions of a LayerNorm's `<prefix>.weight` and `<prefix>.bias`. */
export function layerNormDefinitions(prefix: string, place: Place, width: number): ParameterDefinition[] {
  return [
    { ...base(`${prefix}.weight`, place), shape: [width], init: "ones" },
    { ...base(`${prefix}.bias`, place), shape: [width], init: "zeros" },
  ];
}

/** Definition of an embedding table; `sparse` for the one of tokens. */
export function tableDefinition(name: string, rows: number, width: number, sparse: boolean): ParameterDefinition {
  return { ...base(name, "embeddings"), shape: [rows, width], init: "normal", decay: true, sparse };
}

const base = (name: string, place: Place) => ({ name, place, decay: false, sparse: false, storedTransposed: false });

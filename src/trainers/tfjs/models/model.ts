import type { Random } from "../../../base/random.ts";

/**
 * One named array of numbers of a model. Its master copy is a plain `Float32Array` on the host, which the optimizer
 * changes in place and then makes known with `ClassifierModel.commit`; the backend's own copy is the model's business.
 */
export interface Parameter {
  /** Hugging Face's own name where the model comes from there (`bert.encoder.layer.0.attention.self.query.weight`). */
  readonly name: string;
  /** Shape in the layout that computes fast: linear weights are [in, out]. `saveFolder` writes Hugging Face's [out, in]. */
  readonly shape: readonly number[];
  /** Whether weight decay applies: weights and embeddings, not biases and not LayerNorm. */
  readonly decay: boolean;
  /** False for what the method freezes: it gets no gradient and must stay as it is. */
  readonly trainable: boolean;
  /** An embedding table: its gradient comes as the rows a batch touched (`Gradient.ids`), one row `shape[1]` wide. */
  readonly sparse: boolean;
  /** The master copy, row-major, in the shape above. Change it in place only, then `commit`. */
  readonly value: Float32Array;
}

/** Token ids of some texts, padded on the right to one length. Row-major `[size, length]`. */
export interface Batch {
  readonly ids: Int32Array;
  /** 1 for a token, 0 for padding. */
  readonly mask: Int32Array;
  readonly size: number;
  readonly length: number;
}

/** Gradient of one parameter: dense in the parameter's shape (`ids` null), or the rows `ids` (ascending, unique) of an embedding. */
export interface Gradient {
  readonly ids: Int32Array | null;
  readonly values: Float32Array;
}

/** What one forward and backward pass gives. */
export interface LossAndGradients {
  /** Mean cross-entropy over the rows of the batch, in nats. */
  readonly loss: number;
  /** Row-major `[size, labels]`, with dropout active. */
  readonly logits: Float32Array;
  /** By parameter name; every trainable parameter is in it, a frozen one never. The arrays belong to the caller. */
  readonly gradients: ReadonlyMap<string, Gradient>;
}

/** Plain facts about a model for the run's record. */
export interface ModelFacts {
  /** `use-lite`, `tiny`, or the Hugging Face `model_type`. */
  readonly kind: string;
  /** The setting as written (`builtin:use-lite`, folder, hub id). */
  readonly source: string;
  readonly layers: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly maxPositions: number;
  readonly totalParameters: number;
  readonly trainableParameters: number;
  /** What the classifier reads: `cls` (with the model's own pooler), `mean`, `sqrt-n`. */
  readonly pooling: string;
  readonly dropout: number;
  /** Whether the classifier head came with the weights (same labels) or starts random. */
  readonly headLoaded: boolean;
}

/** A pretrained encoder with a classifier on top, as the training loop sees it. */
export interface ClassifierModel {
  /** Fixed order and names; the optimizer's state follows it. */
  readonly parameters: readonly Parameter[];
  readonly labels: readonly string[];
  readonly facts: ModelFacts;
  /** The id that fills `Batch.ids` where the mask is 0. */
  readonly padId: number;
  /** Token ids of a text with the model's special tokens, cut to at most `maxLength` (and never above the model's positions). Never empty. */
  tokenize(text: string, maxLength: number): number[];
  /** Number of tokens the text has without cutting, special tokens included (for cut-off statistics). */
  countTokens(text: string): number;
  /** Logits, row-major `[size, labels]`, without dropout. */
  predict(batch: Batch): Promise<Float32Array>;
  /**
   * One forward and backward pass with dropout active. Draws one number per dropout mask from `random`, in a fixed order,
   * so that the state of `random` is all that a resume needs.
   * @param labels class index of each row
   */
  lossAndGradients(batch: Batch, labels: Int32Array, random: Random): Promise<LossAndGradients>;
  /** Makes changed parameter values known to the backend: all trainable ones, or those named. */
  commit(names?: Iterable<string>): void;
  /**
   * Writes a model folder that `createModel` loads again and, for Hugging Face models,
   * `AutoModelForSequenceClassification.from_pretrained` too: `config.json`, `model.safetensors`, tokenizer files.
   */
  saveFolder(dir: string): void;
  /** Replaces all parameters by those of a folder that `saveFolder` wrote, and commits them. Missing or misshapen ones are a `UserError`. */
  loadFolder(dir: string): void;
  /** Frees the backend's memory. */
  dispose(): void;
}

/** What the config says about the model, in the trainer's terms. */
export interface ModelSettings {
  /** `builtin:use-lite`, `builtin:tiny`, a folder, or a hub id with an optional `@revision`. */
  readonly nameOrPath: string;
  readonly pooling: "auto" | "cls" | "mean";
  /** Probability of dropout, 0 ≤ p < 1. */
  readonly dropout: number;
  /** `backbone`: only the classifier trains; a number: embeddings and that many first layers stay as they are; null: everything trains. */
  readonly freeze: "backbone" | number | null;
}

/** What building a model needs from its surroundings. */
export interface ModelTools {
  /** Draws the initial values of random layers. */
  readonly random: Random;
  /** Folder that relative model paths start at. */
  readonly baseDir: string;
  /** Progress of a download or a long preparation, for people: one line, and done/total bytes where known. */
  readonly onProgress: (progress: { text: string; done?: number; total?: number }) => void;
  readonly signal: AbortSignal;
}

import type { GpuInfo } from "../../launch/gpus.ts";
import type { DataFile } from "../../data/types.ts";

/** What is known about something outside the config, or why it is not known: one sentence without a full stop. */
export type Known<T> =
  | { readonly known: true; readonly facts: T }
  | {
      readonly known: false;
      readonly reason: string;
      /** What keeps it from being known is itself wrong with the config's world, and is told once, by the check of this id. */
      readonly problem?: {
        readonly id: string;
        readonly code: string;
        readonly sentence: string;
        readonly file?: string;
      };
    };

export const known = <T>(facts: T): Known<T> => ({ known: true, facts });
export const unknown = (reason: string): Known<never> => ({ known: false, reason });

/** A row as a model sees it, for measures that need a tokenizer. */
export interface SampleRow {
  /** Absolute path. */
  file: string;
  /** 1-based data record in the file. */
  row: number;
  /** 1-based line; null for formats without lines. */
  line: number | null;
  /** The text of a classifier; the prompt of a completion, or all messages before the last answer. */
  text: string;
  /** What is learnt after it: completion, last answer, chosen answer; null where the task has none. */
  answer: string | null;
}

/** What was read from `data.train` and `data.eval`. Counts are after the split, unless said otherwise. */
export interface DataFacts {
  rows: { train: number; eval: number };
  /** Class names by index; empty for tasks without classes. */
  labels: string[];
  /** Rows of each class by name. */
  classCounts: { train: Record<string, number>; eval: Record<string, number> };
  /** Columns by role as they are read (guessed or written), and all columns the first file has. */
  columns: {
    roles: Partial<
      Record<"text" | "label" | "prompt" | "completion" | "messages" | "chosen" | "rejected" | "tokens", string>
    >;
    all: string[];
  };
  /** The shape causal-lm rows have; null for other tasks. */
  shape: "text" | "prompt-completion" | "alpaca" | "messages" | "sharegpt" | "preference" | null;
  /** Training files, then evaluation files, each once. */
  files: DataFile[];
  /** At most 2,000 rows spread evenly over the training data. */
  sample: SampleRow[];
  /** Length of all training texts (text and answer together) in UTF-16 units. */
  characters: { mean: number; p50: number; p95: number; max: number };
  /** What was counted while reading, for the checks of quality. */
  quality: DataQuality;
  /** What was found and guessed, for the run's record. */
  facts: Record<string, unknown>;
}

/** Counts that checks judge. A place is the first row the count is about. */
export interface DataQuality {
  /** Rows whose text, or answer, is empty. */
  emptyTexts: number;
  emptyAnswers: number;
  /** Training rows that repeat an earlier one exactly (text and label or answer). */
  duplicates: number;
  /** Training texts that stand with two labels or more. */
  conflicts: number;
  /** Evaluation rows (named in `data.eval`) whose normalised text stands in the training data. */
  overlap: number;
  /** Evaluation and training data are the same file. */
  sameFile: string | null;
  /** Chat data: rows with the faults of C21. */
  chat: { doubleAnswers: number; endsWithUser: number; emptyContents: number; unknownRoles: string[] };
  /** Preference data: rows where chosen or rejected is missing, or both are the same. */
  preference: { missing: number; identical: number };
  /** Labels found in `data.eval` that no training row has. */
  evalOnlyLabels: string[];
}

/** A tensor of the weights, as the safetensors header names it. */
export interface TensorFacts {
  name: string;
  shape: readonly number[];
  /** `F32`, `BF16`, … */
  dtype: string;
}

/** What a model folder, or the cache's snapshot of a hub model, says. */
export interface ModelFacts {
  /** Absolute path; null for `builtin:tiny`, which has no files. */
  dir: string | null;
  /** `model_type` of config.json (`bert`, `llama`). */
  type: string;
  architectures: string[];
  /** All parameters, from the tensors. */
  parameters: number;
  /** Those of embeddings (input and, where untied, output). */
  embeddingParameters: number;
  layers: number;
  hidden: number;
  /** Width of the feed-forward part. */
  intermediate: number;
  heads: number;
  kvHeads: number;
  vocabulary: number;
  /** Positions a text may take; null where there is no limit of that kind. */
  positions: number | null;
  /** Rotary or relative positions: going beyond `positions` works, worse. */
  hasFlexiblePositions: boolean;
  isEncoder: boolean;
  /** Number format the weights lie in: `float32`, `bfloat16`, `float16`. */
  dtype: string;
  /** Method the base is already quantised with (`gptq`, `awq`, `bitsandbytes`); null = not. */
  quantization: string | null;
  tensors: readonly TensorFacts[];
  /** Linear layers by full module name, with their widths. */
  linear: readonly { module: string; inputs: number; outputs: number }[];
  tokenizer: TokenizerFacts | null;
  /** Labels of `id2label`; empty when there are none but the default `LABEL_0`. */
  labels: string[];
  /** `_name_or_path` or the id; what names say of "instruct", "chat" or "it". */
  name: string;
}

export interface TokenizerFacts {
  /** Whether `tokenizer.json` is there, so that tokens can be counted. */
  canCount: boolean;
  padToken: string | null;
  eosToken: string | null;
  chatTemplate: string | null;
  /** Tokens of `tokenizer.json` beyond the model's rows of embeddings. */
  size: number | null;
}

/** What this machine has. Each part says for itself whether it is known. */
export interface MachineFacts {
  /** Empty when there is none that `nvidia-smi` tells of. */
  gpus: readonly (GpuInfo & {
    /** Compute capability, such as 8.6; null when the driver does not tell. */
    capability: number | null;
  })[];
  /** `cuda`, `mps` or `cpu`: what training would use. */
  accelerator: "cuda" | "mps" | "cpu";
  cpu: { cores: number; hasBf16: boolean };
  memory: { totalBytes: number; freeBytes: number };
  /** Free bytes where checkpoints go. */
  diskFreeBytes: number | null;
  python: Known<PythonFacts>;
  /** A default configuration of `accelerate` that would change how a run is launched; null = none. */
  accelerateConfig: string | null;
}

export interface PythonFacts {
  /** Absolute path of the interpreter, and why this one. */
  path: string;
  chosenBy: string;
  version: string;
  /** Versions by distribution name, lower case (`torch`, `transformers`). */
  packages: Readonly<Record<string, string>>;
  /** Whether torch sees CUDA, and why not; null when torch is not there. */
  cuda: { available: boolean; built: string | null; reason: string | null } | null;
  /** Whether bitsandbytes loads with CUDA; null when it is not there. */
  bitsandbytes: { usable: boolean; reason: string | null } | null;
  manager: "pip" | "uv" | "conda";
}

/** What checks and estimates may ask about the world; each is looked up once, and only when asked for. */
export interface Facts {
  data(): Promise<Known<DataFacts>>;
  model(): Promise<Known<ModelFacts>>;
  machine(): Promise<Known<MachineFacts>>;
}

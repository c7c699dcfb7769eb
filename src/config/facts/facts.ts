import type { GpuInfo } from "../../launch/gpus.ts";
import type { Manager } from "../../launch/python/install.ts";
import type { PythonDescription } from "../../launch/python/probe.ts";
import type { RecordedRun } from "../estimate/types.ts";
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
        /** Values that would be right, as far as the data tells. */
        readonly suggestion?: DataSuggestion;
      };
    };

/** What a config could say to fit its data. */
export interface DataSuggestion {
  /** Columns by role; null = this one has to go. */
  columns?: Readonly<Partial<Record<ColumnRole, string | null>>>;
  /** The columns are those written but for a slip of the finger. */
  isSpelling?: boolean;
  /** Class names found in the training data. */
  labels?: readonly string[];
  /** Name of the file that was probably meant. */
  name?: string;
}

/** The keys of `data.columns`. */
export type ColumnRole = "text" | "label" | "prompt" | "completion" | "messages" | "chosen" | "rejected" | "tokens";

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
  /** Rows of each class by name; of a token classification the tokens of each, before the split. */
  classCounts: { train: Record<string, number>; eval: Record<string, number> };
  /** Columns by role as they are read (guessed or written), and all columns the first file has. */
  columns: {
    roles: Partial<Record<ColumnRole, string>>;
    all: string[];
  };
  /** The shape causal-lm rows have; null for other tasks. */
  shape: "text" | "prompt-completion" | "alpaca" | "messages" | "sharegpt" | "preference" | null;
  /** What the rows of an embedding hold; null for other tasks. */
  pairs: PairKind | null;
  /** Training files, then evaluation files, each once. */
  files: DataFile[];
  /** At most 2,000 rows spread evenly over the training data. */
  sample: SampleRow[];
  /** Length of all texts of `data.train` (text and answer together), before the split, in UTF-16 units. */
  characters: {
    mean: number;
    p50: number;
    p95: number;
    max: number;
    total: number;
    /** The smallest length that `share` (0 to 1) of the texts do not exceed. */
    percentile: (share: number) => number;
    /** Share of the texts that are longer than so many units. */
    longerThan: (length: number) => number;
  };
  /** What was counted while reading, for the checks of quality. */
  quality: DataQuality;
  /** What was found and guessed, for the run's record. */
  facts: Record<string, unknown>;
}

/** Two texts that belong together, with a third that does not, or with a score; or texts with a class. */
export type PairKind = "pairs" | "triplets" | "scored" | "classes";

/** A row of a data file. */
export interface RowPlace {
  /** Absolute path. */
  file: string;
  /** 1-based data record. */
  row: number;
}

/** Counts that checks judge. */
export interface DataQuality {
  /** Training rows whose text, or answer, is empty. */
  emptyTexts: number;
  emptyAnswers: number;
  /** Training rows that repeat an earlier one exactly (text and label or answer). */
  duplicates: number;
  /** Training texts that stand with two labels or more. */
  conflicts: number;
  /** Evaluation rows (named in `data.eval` or held out by the split) whose normalised text stands in the training data. */
  overlap: number;
  /** There are so many rows that duplicates, conflicts and overlap were counted on a part and reckoned up. */
  isEstimate: boolean;
  /** Evaluation and training data are the same file. */
  sameFile: string | null;
  /** Chat data: rows of `data.train` with the faults of C21. */
  chat: { doubleAnswers: number; endsWithUser: number; emptyContents: number; unknownRoles: string[] };
  /** Preference data: rows where chosen or rejected is missing, or both are the same. */
  preference: { missing: number; identical: number };
  /** Labels found in `data.eval` that no training row has. */
  evalOnlyLabels: string[];
  /** The first row that each count is about, as far as it is known. */
  first: Partial<Record<RowFault, RowPlace>>;
}

/** What a row can have wrong that `DataQuality` counts. */
export type RowFault =
  | "emptyText"
  | "emptyAnswer"
  | "duplicate"
  | "conflict"
  | "overlap"
  | "doubleAnswer"
  | "endsWithUser"
  | "emptyContent"
  | "unknownRole"
  | "missing"
  | "identical";

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
  /** All parameters, from the tensors; 0 where neither they nor the sizes are known. */
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
  /** As the header of the weights names them; where the weights are not here, as the architecture has them; else empty. */
  tensors: readonly TensorFacts[];
  /** `tensors` and what follows from them are read from the weights, and not worked out from `config.json`. */
  hasWeights: boolean;
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
  /** Tokens whose id is beyond the model's rows of embeddings (added and not yet trained); null where it is not known. */
  tokensBeyond: number | null;
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
  /**
   * The CUDA (or ROCm) version torch was built for (null = for the CPU), whether it sees a GPU (null = it was not loaded to
   * find out), and why not; null when torch is not there.
   */
  cuda: { available: boolean | null; built: string | null; reason: string | null } | null;
  /** Whether bitsandbytes loads and computes (null = not tried), and why not; null when it is not there. */
  bitsandbytes: { usable: boolean | null; reason: string | null } | null;
  manager: Manager;
  /** How it describes itself: what the commands that install something go by. */
  description: PythonDescription;
}

/** What checks and estimates may ask about the world; each is looked up once, and only when asked for. */
export interface Facts {
  data(): Promise<Known<DataFacts>>;
  model(): Promise<Known<ModelFacts>>;
  machine(): Promise<Known<MachineFacts>>;
  /** What earlier runs on this machine took, where the asker has a store. */
  readonly history?: readonly RecordedRun[];
}

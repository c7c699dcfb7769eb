/** Where the memory of a GPU goes at the fullest moment of a training step. Bytes; together the estimated peak. */
export interface MemoryParts {
  /** Of the model that is trained, and of the teacher of a distillation. */
  weights: number;
  gradients: number;
  /** State of the optimizer. */
  optimizer: number;
  /** What the forward pass keeps for the backward pass. */
  activations: number;
  /** Scores of every token over the vocabulary, with their loss and gradient. */
  logits: number;
  /** CUDA context, and what the allocator holds without using it. */
  overhead: number;
}

export interface GpuMemory {
  /** The real peak lies between these two, as far as the run is of the modelled kind. */
  lowBytes: number;
  highBytes: number;
  /** The likeliest peak: the sum of the parts. */
  peakBytes: number;
  parts: MemoryParts;
  /** What the formulas leave out of this run, a phrase each; empty = nothing that is known of. */
  notModelled: string[];
  /** What was decided for values the config leaves to `auto`. */
  assumed: { precision: "fp32" | "fp16" | "bf16"; gradientCheckpointing: boolean; batch: number; tokens: number };
  /** How recorded peaks of this machine changed the formulas' figure; null where there are none. */
  correction: { factor: number; runs: number } | null;
}

/** How much is computed. null where it is not known. */
export interface Work {
  /** Optimizer steps in all. */
  steps: number | null;
  /** Rows seen in all, those seen again included. */
  samples: number | null;
  /** Tokens seen in all, without padding, and with it. */
  tokens: number | null;
  paddedTokens: number | null;
  /** Longest row, and the mean length of a batch once it is padded to its longest row; in tokens, cut at `data.max_length`. */
  longestRow: number;
  paddedLength: number;
  /** Tokens of an optimizer step with padding. */
  tokensPerStep: number;
  /** Whether tokens were counted by the model's tokenizer or guessed from characters; null where no row was read. */
  countedBy: "tokenizer" | "characters" | null;
}

/** What a run will take. */
export interface Estimate {
  work: Work;
  /** null where nothing of it is on a GPU, or the model is not known. */
  gpuMemory: GpuMemory | null;
  /** Main memory of the trainer. */
  hostMemoryBytes: number | null;
  /** Checkpoints and exports at their most. */
  diskBytes: number | null;
  /** Wall time. null before a run of this kind was recorded; `from` says where the figures are from, or why there are none. */
  seconds: { low: number | null; high: number | null; from: string };
  /** What could not be estimated, and why: sentences without a full stop. */
  unknown: { what: "work" | "gpuMemory" | "hostMemory" | "disk"; reason: string }[];
}

/** The kinds of method whose memory behaves alike. */
export type MethodFamily = "full" | "lora" | "qlora";

/** What an earlier run on this machine took. Whoever has the store hands these in. */
export interface RecordedRun {
  framework: string;
  family: MethodFamily;
  /** Name of the GPU; `cpu` without one. */
  accelerator: string;
  /** Model as the config names it, and its parameters. */
  model: string;
  parameters: number | null;
  /** Peak that was estimated before the run by the formulas alone, and the one that was measured. Bytes. */
  estimatedBytes: number | null;
  peakBytes: number | null;
  /** Wall time of an optimizer step, evaluations and saving included. */
  secondsPerStep: number | null;
  /** Tokens of an optimizer step with padding. */
  tokensPerStep: number | null;
  /** Name in lists. */
  name?: string;
  /** `runKey` of its settings and data, when it came to its end. */
  key?: string;
  /** Of a two-step smoke run: when it was made (ms since 1970), and what its pace is true for. */
  smoke?: { atMs: number; rowsPerStep: number; maxLength: number };
}

/** What a run's record keeps of its estimate, so that the next ones can be corrected by what came of it. */
export interface RecordedEstimate {
  /** Peak of GPU memory by the formulas alone, bytes; null where there was none. */
  gpuPeakBytes: number | null;
  tokensPerStep: number;
}

/** A run whose measured peak can be held against its estimate. */
export type RecordedPeak = Pick<RecordedRun, "family" | "accelerator"> & { estimatedBytes: number; peakBytes: number };

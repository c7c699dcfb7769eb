import type { RandomState } from "../../../base/random.ts";
import type { JsonNumber } from "../../../base/numbers.ts";
import type { ScheduleState } from "../optim/schedule.ts";
import type { BestState } from "../train/best.ts";

/** Files of a checkpoint folder beside those of the model (`config.json`, `model.safetensors`, tokenizer files). */
export const CHECKPOINT_FILES = {
  /** `CheckpointManifest`. */
  manifest: "tuning-fork.json",
  /** The optimizer's arrays, float32, by name; absent with `checkpoint.save_optimizer: false`. */
  optimizer: "optimizer.safetensors",
} as const;

/** Where training stands: all that a resume needs beside weights and optimizer arrays. Rows are a function of seed and step. */
export interface TrainingState {
  /** Updates the optimizer has made (its bias correction depends on it). */
  optimizerStep: number;
  /** Generator of the dropout masks. */
  dropout: RandomState;
  schedule: ScheduleState;
  best: BestState;
  /** The next row: epoch (from 0) and optimizer step within it. */
  position: { epoch: number; step: number };
  /** True when the run was stopped before the evaluation that belongs to this step: a resume makes up for it first. */
  evaluationDue: boolean;
}

/** Settings that decide whether another run can take the state over. */
export interface StateSettings {
  seed: number;
  optim: string;
  scheduler: string;
  metric: string;
}

/** `tuning-fork.json`. */
export interface CheckpointManifest {
  version: 1;
  run: string;
  step: number;
  /** Epochs done, with fraction. */
  epoch: number;
  /** Optimizer steps planned in all when it was saved. */
  total: number;
  savedMs: number;
  /** Measured at this step; empty when nothing was. */
  metrics: Record<string, JsonNumber>;
  /** SHA-256 of the run's resolved config. */
  configHash: string;
  /** Class names in the order of their index. */
  labels: string[];
  versions: Record<string, string>;
  settings: StateSettings;
  state: TrainingState;
}

/** How names of folders begin that are being written or removed; what a killed trainer left of them is swept up. */
export const TEMPORARY = ".tmp-";

/** Name of a step's folder. */
export const checkpointName = (step: number): string => `step-${step}`;

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeJsonAtomic } from "../../../../src/base/files.ts";
import { toJsonNumber } from "../../../../src/base/numbers.ts";
import { runFile } from "../../../../src/runs/layout.ts";
import type { EvaluationRecord } from "../../../../src/runs/using/evaluate.ts";

/** What of an evaluation of a checkpoint on another file differs from run to run. */
export interface EvaluationSeed {
  step: number;
  /** Absolute. */
  file: string;
  rows: number;
  metrics: Record<string, number>;
  timeMs: number;
}

/** Keeps an evaluation with a run, as `evaluateCheckpoint` would. */
export function seedEvaluation(run: { id: string; dir: string }, seed: EvaluationSeed): void {
  const { step, file, rows, metrics, timeMs } = seed;
  const record: EvaluationRecord = {
    version: 1,
    run: run.id,
    step,
    checkpoint: join(run.dir, `checkpoints/step-${step}`),
    timeMs,
    by: "ada (editor)",
    files: [{ path: file, bytes: 120_000, sha256: "9f2c" }],
    rows,
    judgedRows: rows,
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, toJsonNumber(value)])),
    tables: [],
  };
  const folder = runFile(run.dir, "evaluations");
  mkdirSync(folder, { recursive: true });
  writeJsonAtomic(join(folder, `${timeMs}.json`), record);
}

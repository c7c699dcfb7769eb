import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeJsonAtomic } from "../../base/files.ts";
import type { JsonNumber } from "../../base/numbers.ts";
import type { DataFileFacts } from "../../launch/environment.ts";
import { runFile } from "../layout.ts";
import type { RunRecord } from "../model.ts";
import { usableCheckpoint, useCheckpoint, type UseOptions } from "./use.ts";

/** What a checkpoint reached on a file. Stable: the files in a run's `evaluations/`, and `evaluate --json`. */
export interface EvaluationRecord {
  version: 1;
  run: string;
  step: number;
  /** Absolute path it had then. */
  checkpoint: string;
  /** When it was done, epoch ms, and who asked for it. */
  timeMs: number;
  by: string;
  files: DataFileFacts[];
  /** Records in them, and those that were judged. */
  rows: number;
  judgedRows: number;
  /** `eval/loss` …, as the run's own evaluations name them. */
  metrics: Record<string, JsonNumber>;
  tables: { name: string; columns: string[]; rows: unknown[][] }[];
}

type Found = Pick<EvaluationRecord, "files" | "rows" | "judgedRows" | "metrics" | "tables">;

/**
 * Judges the checkpoint `at` a step, “best” or “last”, by the rows of a file, and keeps the result in the run's
 * `evaluations/`.
 *
 * @param file absolute
 * @returns the record, and the file it lies in
 */
export async function evaluateCheckpoint(
  run: RunRecord,
  at: string,
  file: string,
  options: UseOptions,
): Promise<{ record: EvaluationRecord; path: string }> {
  const checkpoint = usableCheckpoint(run, at);
  const request = { action: "evaluate", runDir: run.dir, checkpoint: checkpoint.path, data: file } as const;
  const { files, rows, judgedRows, metrics, tables } = await useCheckpoint<Found>(run, request, options);
  const record: EvaluationRecord = {
    version: 1,
    run: run.id,
    step: checkpoint.step,
    checkpoint: checkpoint.path,
    timeMs: Date.now(),
    by: options.by,
    files,
    rows,
    judgedRows,
    metrics,
    tables,
  };
  const folder = runFile(run.dir, "evaluations");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${new Date(record.timeMs).toISOString().replaceAll(":", "-")}.json`);
  writeJsonAtomic(path, record);
  return { record, path };
}

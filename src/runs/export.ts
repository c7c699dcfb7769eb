import { createWriteStream, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { jsonReplacer } from "../base/numbers.ts";
import type { Points, RunStore } from "../store/port.ts";
import type { RunRecord } from "./model.ts";

/** A run as scripts get it: the record, of its checkpoints those that exist. */
export const runJson = (run: RunRecord): RunRecord => ({
  ...run,
  checkpoints: run.checkpoints.filter((checkpoint) => checkpoint.present),
});

export type ExportFormat = "json" | "csv";

/**
 * A run as one text, in pieces: with `json` the record and every point that counts,
 * `{"run": …, "series": {"train/loss": [[step, value, timeMs], …]}}`; with `csv` the points, a line each
 * (`metric,step,value,time_ms`, RFC 4180). Secrets are redacted where the record was written. One series is in memory at a time.
 */
export async function* exportRun(store: RunStore, run: RunRecord, format: ExportFormat): AsyncGenerator<string> {
  yield format === "json"
    ? `{"run":${JSON.stringify(runJson(run), jsonReplacer)},"series":{`
    : "metric,step,value,time_ms\r\n";
  let first = true;
  for (const metric of Object.keys(run.metrics).sort()) {
    const points = (await store.series({ run: run.id, metric })) as Points;
    yield format === "json"
      ? `${first ? "" : ","}${JSON.stringify(metric)}:${pointsJson(points)}`
      : csvLines(metric, points);
    first = false;
  }
  if (format === "json") yield "}}\n";
}

/** `[[step,value,timeMs],…]`, NaN and infinities as strings: the stable form of a series. */
export const pointTriples = (points: Points): number[][] =>
  Array.from(points.steps, (step, index) => [
    step,
    points.values[index] ?? Number.NaN,
    points.timesMs[index] ?? Number.NaN,
  ]);

const pointsJson = (points: Points): string => JSON.stringify(pointTriples(points), jsonReplacer);

function csvLines(metric: string, points: Points): string {
  const name = /[",\r\n]/.test(metric) ? `"${metric.replaceAll('"', '""')}"` : metric;
  return pointTriples(points)
    .map(([step, value, timeMs]) => `${name},${step},${value},${timeMs}\r\n`)
    .join("");
}

/** Writes pieces of text to a file that appears whole or not at all; returns its size in bytes. Throws `file-exists` rather than replace one unasked. */
export async function writeExport(file: string, pieces: AsyncIterable<string>, replace: boolean): Promise<number> {
  if (!replace && existsSync(file)) {
    throw new UserError("file-exists", t("{0} exists already.", file), {
      advice: t("Choose another file, or force it."),
      file,
    });
  }
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(temporary));
    renameSync(temporary, file);
    return statSync(file).size;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

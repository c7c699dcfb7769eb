import { dataFiles, resolvePath } from "../../../data/locations.ts";
import { error, type Path } from "../../diagnostic.ts";
import type { ResolvedConfig } from "../../types.ts";
import { unchecked, type CheckContext, type CheckResult } from "../check.ts";

/** Place of an error of the data reader; every other one stands at the file's own entry. */
const PLACES: Readonly<Record<string, Path>> = {
  "data-text-column-missing": ["data", "columns", "text"],
  "data-label-column-missing": ["data", "columns", "label"],
  "data-label-unknown": ["data", "labels"],
  "data-label-unused": ["data", "labels"],
  "data-label-mixed": ["data", "labels"],
  "data-label-many": ["data", "columns", "label"],
  "data-label-not-a-class": ["data", "columns", "label"],
  "data-one-class": ["data", "columns", "label"],
  "data-text-not-text": ["data", "columns", "text"],
  "data-hub": ["data", "format"],
};

/** What kept the data from being read, where it belongs to this check; each problem is told by one check. */
export async function dataProblem(id: string, context: CheckContext): Promise<CheckResult> {
  const data = await context.facts.data();
  if (data.known) return [];
  if (!data.problem) return unchecked(data.reason);
  if (data.problem.id !== id) return [];
  return [error(id, placeOf(data.problem, context), data.problem.sentence)];
}

function placeOf({ code, file }: { code: string; file?: string }, { config, baseDir }: CheckContext): Path {
  const place = PLACES[code];
  return place && hasValue(config, place) ? place : entryOf(file, config, baseDir);
}

/** Where the config names a data file: `data.train`, an entry of its list, or the same of `data.eval`. */
export function entryOf(file: string | undefined, { data }: ResolvedConfig, baseDir: string): Path {
  if (file === undefined) return ["data", "train"];
  for (const part of ["train", "eval"] as const) {
    const spec = data[part];
    const entries = spec === null ? [] : [spec].flat();
    const index = entries.findIndex((entry) => names(entry, file, baseDir));
    if (index >= 0) return Array.isArray(spec) ? ["data", part, index] : ["data", part];
  }
  return ["data", "train"];
}

function names(entry: string, file: string, baseDir: string): boolean {
  if (resolvePath(entry, baseDir) === file) return true;
  try {
    return dataFiles(entry, baseDir).includes(file);
  } catch {
    return false; // this entry has a problem of its own
  }
}

function hasValue(config: ResolvedConfig, path: Path): boolean {
  const value = path.reduce<unknown>(
    (inner, step) => (inner as Record<string, unknown> | null | undefined)?.[step],
    config,
  );
  return value !== undefined && value !== null;
}

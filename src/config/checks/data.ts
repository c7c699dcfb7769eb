import { UserError } from "../../base/errors.ts";
import { loadClassificationData } from "../../data/classification.ts";
import { dataFiles, resolvePath } from "../../data/locations.ts";
import { error, type Finding, type Path } from "../diagnostic.ts";
import type { ResolvedConfig } from "../types.ts";
import type { Check, CheckContext } from "./check.ts";

/** Check and place of an error of the data reader; every other one is C14 at the file's own entry. */
const PLACES: Readonly<Record<string, { id: string; path: Path }>> = {
  "data-text-column-missing": { id: "C15", path: ["data", "columns", "text"] },
  "data-label-column-missing": { id: "C15", path: ["data", "columns", "label"] },
  "data-label-unknown": { id: "C17", path: ["data", "labels"] },
  "data-label-unused": { id: "C17", path: ["data", "labels"] },
  "data-label-mixed": { id: "C17", path: ["data", "labels"] },
  "data-label-many": { id: "C17", path: ["data", "columns", "label"] },
  "data-label-not-a-class": { id: "C17", path: ["data", "columns", "label"] },
  "data-one-class": { id: "C17", path: ["data", "columns", "label"] },
  "data-text-not-text": { id: "C14", path: ["data", "columns", "text"] },
  "data-hub": { id: "C14", path: ["data", "format"] },
};

/** Reads all the data, as the run will, and says what would stop it. */
export const dataCheck: Check = {
  finds: {
    C14: "data that is missing, empty, unreadable, or broken in a row",
    C15: "a column that the data does not have",
    C17: "labels that do not fit the data",
    C20: "rows without any text (a warning)",
  },
  async run(context) {
    const { config, baseDir, signal } = context;
    if (config.task !== "text-classification") {
      return { findings: [], skipped: [{ id: "C14", reason: `data of ${config.task} is not read by this version` }] };
    }
    try {
      const {
        train,
        eval: evaluation,
        ...found
      } = await loadClassificationData(config, baseDir, signal ? { signal } : {});
      const rows = { train: train.length, eval: evaluation.length };
      return { findings: emptyTexts(found.facts), data: { ...found, rows } };
    } catch (problem) {
      if (!(problem instanceof UserError)) throw problem;
      return { findings: [findingOf(problem, context)] };
    }
  },
};

function findingOf(problem: UserError, { config, baseDir }: CheckContext): Finding {
  const place = PLACES[problem.code];
  const entry = entryOf(problem.file, config, baseDir);
  const isWritten = place && hasValue(config, place.path);
  return error(place?.id ?? "C14", place && isWritten ? place.path : entry, problem.sentence);
}

/** Where the config names a data file: `data.train`, an entry of its list, or the same of `data.eval`. */
function entryOf(file: string | undefined, { data }: ResolvedConfig, baseDir: string): Path {
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

function emptyTexts(facts: Record<string, unknown>): Finding[] {
  const count = Number(facts["emptyTexts"]);
  if (count === 0) return [];
  const message = `${count === 1 ? "One row has" : `${count} rows have`} an empty text. Fill them in or remove them.`;
  return [{ ...error("C20", ["data", "train"], message), severity: "warning" }];
}

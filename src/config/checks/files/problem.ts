import { t } from "../../../base/l10n.ts";
import { dataFiles, resolvePath } from "../../../data/locations.ts";
import { error, type Path } from "../../diagnostic.ts";
import type { ConfigEdit, Fix } from "../../edit/fix.ts";
import type { DataSuggestion } from "../../facts/facts.ts";
import { code, joinWords } from "../../schema/words.ts";
import type { ResolvedConfig } from "../../types.ts";
import { unchecked, type CheckContext, type CheckResult } from "../check.ts";

/** Place of an error of the data reader; every other one stands at the file's own entry. */
const PLACES: Readonly<Record<string, Path>> = {
  "data-label-unknown": ["data", "labels"],
  "data-label-unused": ["data", "labels"],
  "data-label-mixed": ["data", "labels"],
  "data-label-id": ["data", "labels"],
  "data-label-many": ["data", "columns", "label"],
  "data-label-count": ["data", "columns", "label"],
  "data-label-not-a-class": ["data", "columns", "label"],
  "data-one-class": ["data", "columns", "label"],
  "data-text-not-text": ["data", "columns", "text"],
  "data-hub": ["data", "format"],
};

/** Labels that a fix writes at most: more are no classes. */
const MOST_LABELS = 50;

/** What kept the data from being read, where it belongs to this check; each problem is told by one check. */
export async function dataProblem(id: string, context: CheckContext): Promise<CheckResult> {
  const data = await context.facts.data();
  if (data.known) return [];
  if (!data.problem) return unchecked(data.reason);
  const { problem } = data;
  if (problem.id !== id) return [];
  const place = placeOf(problem, context);
  const fixes = problem.suggestion ? fixesFor(problem.suggestion, context.config, place) : [];
  return [error(id, place, problem.sentence, { fixes })];
}

function placeOf(problem: { code: string; file?: string }, { config, baseDir }: CheckContext): Path {
  const { file } = problem;
  const role = /^data-(\w+)-column-missing$/.exec(problem.code)?.[1];
  const place = role === undefined ? PLACES[problem.code] : ["data", "columns", role];
  return place && hasValue(config, place) ? place : entryOf(file, config, baseDir);
}

/** Where the config names a data file: `data.train`, an entry of its list, or the same of `data.eval`. */
export function entryOf(file: string | undefined, { data }: Pick<ResolvedConfig, "data">, baseDir: string): Path {
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

function fixesFor(
  { columns, labels, name, isSpelling = false }: DataSuggestion,
  { data }: ResolvedConfig,
  place: Path,
): Fix[] {
  if (name !== undefined) return renamed(place, data, name);
  const named: Readonly<Record<string, string | undefined>> = data.columns;
  const changes = Object.entries(columns ?? {}).filter(([role, name]) => (named[role] ?? null) !== name);
  if (changes.length > 0) {
    const written = changes.filter(([, name]) => name !== null).map(([role, name]) => `${role}: ${name}`);
    const edits = changes.map(([role, name]): ConfigEdit => {
      const path = ["data", "columns", role];
      return name === null ? { kind: "remove", path } : { kind: "set", path, value: name };
    });
    const removed = changes.map(([role]) => code(`data.columns.${role}`));
    const title =
      written.length > 0
        ? t("Write `{0}` in `data.columns`", written.join(", "))
        : t("Remove {0}", joinWords(removed, "and"));
    return [{ title, safe: isSpelling, edits }];
  }
  if (!labels || labels.length > MOST_LABELS) return [];
  const values = labels.map((label) => (String(Number(label)) === label ? Number(label) : label));
  return [
    {
      title: t("Write the {0} labels of the data in `data.labels`", labels.length),
      safe: false,
      edits: [{ kind: "set", path: ["data", "labels"], value: values }],
    },
  ];
}

/** The path of a data file with another name in the same folder. */
function renamed(place: Path, data: ResolvedConfig["data"], name: string): Fix[] {
  const [, part, index] = place;
  const spec = data[part as "train" | "eval"];
  const written = typeof index === "number" ? spec?.[index] : spec;
  if (typeof written !== "string") return [];
  const value = written.replace(/[^/\\]*$/, name);
  return [{ title: t("Write `{0}`", value), safe: false, edits: [{ kind: "set", path: place, value }] }];
}

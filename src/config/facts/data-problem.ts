import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { nearest } from "../../base/nearest.ts";
import { shownPath } from "../../data/complaint.ts";
import { usualFor } from "../../data/columns.ts";
import { describeFile } from "../../data/describe-file.ts";
import { dataFiles, extensionOf } from "../../data/locations.ts";
import { openTable } from "../../data/readers.ts";
import { recognised } from "../../data/scan/language.ts";
import type { ResolvedConfig } from "../types.ts";
import type { ColumnRole, DataFacts, DataSuggestion, Known } from "./facts.ts";

/** Check an error of the data reader belongs to; every other one is C14. */
const CHECK_OF: Readonly<Record<string, string>> = {
  "data-shape-unknown": "C15",
  "data-label-unknown": "C17",
  "data-label-unused": "C17",
  "data-label-mixed": "C17",
  "data-label-many": "C17",
  "data-label-not-a-class": "C17",
  "data-label-count": "C17",
  "data-label-id": "C17",
  "data-one-class": "C17",
  "data-label-untrained": "C18",
  "data-preference-missing": "C16",
};

/** Errors that other class names in `data.labels` would mend. */
const LABELS_MEND = ["data-label-unknown", "data-label-unused", "data-label-mixed"];

type Unknown = Extract<Known<DataFacts>, { known: false }>;

/** Why data could not be read, as the check it belongs to tells it, with what the data says would be right. */
export async function describeProblem(
  problem: UserError,
  config: ResolvedConfig,
  baseDir: string,
  labels: readonly string[] | undefined,
): Promise<Unknown> {
  const { code, sentence, file } = problem;
  const at = file === undefined ? {} : { file };
  const reason = t("the data cannot be read");
  const isColumn = code.endsWith("-column-missing");
  if (file !== undefined && (isColumn || code === "data-shape-unknown")) {
    if (isPlainText(file, config)) {
      const plain = t(
        "{0} is plain text without columns. Write its rows as JSON lines, one object with a `text` on each.",
        shownPath(file),
      );
      return { known: false, reason, problem: { id: "C14", code: "data-plain-text", sentence: plain, ...at } };
    }
    const suggestion = await suggestColumns(file, config).catch(() => undefined); // the rest of the file is broken too
    const isEverywhere = await haveAll(config, baseDir, Object.values(suggestion?.columns ?? {}));
    return {
      known: false,
      reason,
      problem: { id: "C15", code, sentence, ...at, ...optional(isEverywhere ? suggestion : undefined) },
    };
  }
  if (file !== undefined && code === "data-file-missing") {
    const near = nearest(basename(file), namesIn(dirname(file)));
    return { known: false, reason, problem: { id: "C14", code, sentence, ...at, ...optional(near && { name: near }) } };
  }
  const isMended = labels !== undefined && labels.length >= 2 && LABELS_MEND.includes(code);
  const suggestion = isMended ? { labels } : undefined;
  return {
    known: false,
    reason,
    problem: { id: CHECK_OF[code] ?? "C14", code, sentence, ...at, ...optional(suggestion) },
  };
}

const optional = (suggestion: DataSuggestion | "" | undefined) => (suggestion ? { suggestion } : {});

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const isPlainText = (file: string, { data }: ResolvedConfig): boolean =>
  data.format === "auto" && ["txt", "text", "md"].includes(extensionOf(file));

/** More files are not opened for a suggestion. */
const MOST_FILES = 20;

/** Whether each data file has these columns: naming one that another file lacks would only move the error there. */
async function haveAll({ data }: ResolvedConfig, baseDir: string, names: readonly (string | null)[]): Promise<boolean> {
  const wanted = names.filter((name) => name !== null);
  if (wanted.length === 0) return true;
  try {
    const files = [data.train, data.eval ?? []].flat().flatMap((entry) => dataFiles(entry, baseDir));
    for (const file of files.slice(0, MOST_FILES)) {
      const { columns } = await openTable(file, data.format === "hf" ? "auto" : data.format);
      if (!wanted.every((name) => columns.includes(name))) return false;
    }
    return true;
  } catch {
    return false; // a file that cannot be read is told of when its turn comes
  }
}

/** Columns that the config could name instead; undefined when the file does not tell. */
async function suggestColumns(file: string, config: ResolvedConfig): Promise<DataSuggestion | undefined> {
  const { task, data } = config;
  const { columns } = await openTable(file, data.format === "hf" ? "auto" : data.format);
  const missing = Object.entries(data.columns).filter(([, name]) => name !== undefined && !columns.includes(name));
  const near = missing.map(([role, name]) => [role, nearest(name, columns)] as const);
  if (near.length > 0 && near.every(([, name]) => name !== undefined)) {
    return { columns: Object.fromEntries(near), isSpelling: true };
  }
  if (task === "causal-lm") {
    const found = recognised(columns);
    if (!found) return undefined;
    const stale = Object.fromEntries((Object.keys(data.columns) as ColumnRole[]).map((role) => [role, null]));
    // An instruction's `input` is read only where no column is named.
    return { columns: found.shape === "alpaca" ? stale : { ...stale, ...found.roles } };
  }
  return task === "text-classification" ? suggestClassifier(file, data.columns) : undefined;
}

async function suggestClassifier(
  file: string,
  named: ResolvedConfig["data"]["columns"],
): Promise<DataSuggestion | undefined> {
  const { columns, textColumn, labelColumn } = await describeFile(file);
  const chosen = (role: "text" | "label", guess: string | undefined) => {
    const name = named[role];
    return name !== undefined && columns.includes(name) ? name : (usualFor(role, columns) ?? guess);
  };
  const text = chosen("text", textColumn);
  const label = chosen("label", labelColumn);
  if (text === undefined || label === undefined || text === label) return undefined;
  // What is found by its usual name needs no line of its own.
  const isFound = (role: "text" | "label") => named[role] === undefined && usualFor(role, columns) !== undefined;
  return { columns: { ...(isFound("text") ? {} : { text }), ...(isFound("label") ? {} : { label }) } };
}

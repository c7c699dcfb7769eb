import { readdirSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";

/** Names of the files that training data is read from. */
const DATA_FILE = /\.(?:csv|tsv|jsonl|ndjson|parquet)$/i;

/** Folders beside the config that data usually lies in. */
const USUAL_FOLDERS = ["", "data", "dataset", "datasets"];

/** A path as a config has it: relative to its folder, with forward slashes. */
export const configPath = (folder: string, path: string): string => relative(folder, path).split(sep).join("/");

/** Data files of a folder and of those in it where data usually lies, as a config there names them. */
export const dataFilesIn = (folder: string): string[] =>
  USUAL_FOLDERS.flatMap((name) => filesIn(join(folder, name)).map((file) => configPath(folder, file)));

/** Data files beside one of them, as a config in a folder names them. */
export const dataFilesBeside = (file: string, folder: string): string[] =>
  filesIn(dirname(file)).map((one) => configPath(folder, one));

/** Throws a `UserError` unless there is a file: reading a pipe would wait for whoever writes to it. */
export function requireDataFile(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile()) return;
  const message = stats ? t("{0} is not a file.", file) : t("The data file {0} does not exist.", file);
  throw new UserError("data-missing", message, { file });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && DATA_FILE.test(entry.name))
      .map(({ name }) => join(folder, name))
      .toSorted();
  } catch {
    return []; // there is no such folder, or it may not be read
  }
}

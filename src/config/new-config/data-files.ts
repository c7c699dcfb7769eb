import { readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

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

import { accessSync, constants, readdirSync, statSync, type Stats } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { errnoOf, UserError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { shownPath } from "./complaint.ts";
import { glob, isGlob } from "./glob.ts";

/** Extensions by the format they stand for. */
export const EXTENSIONS: Readonly<Record<string, "csv" | "tsv" | "jsonl" | "parquet">> = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  parquet: "parquet",
};

export const extensionOf = (file: string): string => /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? "";

/**
 * The files a `data.train` or `data.eval` names, absolute, in the order written; a folder's and a glob's sorted by name.
 * A folder gives the data files directly in it. Every file exists, is a regular file and can be read.
 */
export function dataFiles(spec: string | readonly string[], baseDir: string): string[] {
  const files = [spec].flat().flatMap((one) => filesOf(one, resolvePath(one, baseDir)));
  for (const file of files) requireReadable(file);
  return [...new Set(files)];
}

/** An absolute path for one written in a config; `~` is the home folder. */
export const resolvePath = (path: string, baseDir: string): string =>
  path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : resolve(baseDir, path);

function filesOf(written: string, path: string): string[] {
  const stats = statOf(path);
  if (stats?.isDirectory()) return filesIn(path);
  if (stats) return [path];
  if (!isGlob(written)) throw missing(path);
  const files = glob(path);
  if (files.length > 0) return files;
  throw new UserError("data-glob-empty", `No file matches the pattern ${shownPath(path)}.`, {
    file: path,
    advice: "Check the pattern and the folder it starts in; relative paths start at the config file.",
  });
}

function filesIn(folder: string): string[] {
  const names = namesIn(folder);
  const files = names
    .filter((name) => extensionOf(name) in EXTENSIONS && !name.startsWith("."))
    .map((name) => join(folder, name));
  if (files.length > 0) return files;
  const found = names.length === 0 ? "is empty" : "holds no data file";
  throw new UserError("data-folder-empty", `The folder ${shownPath(folder)} ${found}.`, {
    file: folder,
    advice: `Data files end in ${Object.keys(EXTENSIONS)
      .map((extension) => `.${extension}`)
      .join(", ")}; a pattern such as data/*.txt names others.`,
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw unreadable(folder, "folder", error);
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return undefined;
    throw unreadable(path, "file", error);
  }
}

function missing(path: string): UserError {
  const folder = dirname(path);
  const folderExists = statOf(folder)?.isDirectory() === true;
  const near = folderExists ? nearest(basename(path), namesIn(folder)) : undefined;
  const hint = near === undefined ? "Check the path" : `Did you mean ${near}? Check the path`;
  const where = folderExists ? "" : `, and neither does its folder`;
  return new UserError("data-file-missing", `The data file ${shownPath(path)} does not exist${where}.`, {
    file: path,
    advice: `${hint}; relative paths start at the config file.`,
  });
}

function requireReadable(file: string): void {
  const stats = statOf(file);
  if (!stats?.isFile()) {
    const kind = stats?.isFIFO() ? "a named pipe" : stats?.isSocket() ? "a socket" : stats ? "a device" : "gone";
    throw new UserError("data-not-a-file", `${shownPath(file)} is ${kind}, not a file.`, {
      file,
      advice: "Write the rows to a file and name that; they are read more than once.",
    });
  }
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw unreadable(file, "file", error);
  }
  if (stats.size === 0) throw emptyFile(file);
}

function unreadable(path: string, kind: "file" | "folder", cause: unknown): UserError {
  const denied = ["EACCES", "EPERM"].includes(errnoOf(cause) ?? "");
  const reason = denied ? "no permission" : cause instanceof Error ? cause.message : String(cause);
  return new UserError("data-unreadable", `The ${kind} ${shownPath(path)} cannot be read: ${reason}.`, {
    file: path,
    advice: denied ? "Check its permissions (ls -l)." : "Check the disk and the path.",
    cause,
  });
}

/** The error for a file without a single data row. */
export function emptyFile(file: string): UserError {
  return new UserError("data-empty", `The data file ${shownPath(file)} has no rows.`, {
    file,
    advice: "A data file needs rows with a text and a label each.",
  });
}

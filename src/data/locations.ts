import { accessSync, constants, readdirSync, statSync, type Stats } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { errnoOf, UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
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
  throw new UserError("data-glob-empty", t("No file matches the pattern {0}.", shownPath(path)), {
    file: path,
    advice: t("Check the pattern and the folder it starts in; relative paths start at the config file."),
  });
}

function filesIn(folder: string): string[] {
  const names = namesIn(folder);
  const files = names
    .filter((name) => extensionOf(name) in EXTENSIONS && !name.startsWith("."))
    .map((name) => join(folder, name));
  if (files.length > 0) return files;
  const shown = shownPath(folder);
  const problem =
    names.length === 0 ? t("The folder {0} is empty.", shown) : t("The folder {0} holds no data file.", shown);
  throw new UserError("data-folder-empty", problem, {
    file: folder,
    advice: t(
      "Data files end in {0}; a pattern such as data/*.txt names others.",
      Object.keys(EXTENSIONS)
        .map((extension) => `.${extension}`)
        .join(", "),
    ),
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
  const hint = near === undefined ? "" : `${t("Did you mean {0}?", near)} `;
  const problem = folderExists
    ? t("The data file {0} does not exist.", shownPath(path))
    : t("The data file {0} does not exist, and neither does its folder.", shownPath(path));
  return new UserError("data-file-missing", problem, {
    file: path,
    advice: hint + t("Check the path; relative paths start at the config file."),
  });
}

function requireReadable(file: string): void {
  const stats = statOf(file);
  if (!stats?.isFile()) {
    const kind = kindOf(stats);
    throw new UserError("data-not-a-file", t("{0} is {1}, not a file.", shownPath(file), kind), {
      file,
      advice: t("Write the rows to a file and name that; they are read more than once."),
    });
  }
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw unreadable(file, "file", error);
  }
  if (stats.size === 0) throw emptyFile(file);
}

function kindOf(stats: Stats | undefined): string {
  if (stats?.isDirectory()) return t("a folder");
  if (stats?.isFIFO()) return t("a named pipe");
  if (stats?.isSocket()) return t("a socket");
  return stats ? t("a device") : t("gone");
}

function unreadable(path: string, kind: "file" | "folder", cause: unknown): UserError {
  const errno = errnoOf(cause) ?? "";
  const denied = ["EACCES", "EPERM"].includes(errno);
  const known = denied
    ? t("no permission")
    : errno === "ELOOP"
      ? t("its symbolic links lead to each other in a circle")
      : "";
  const reason = known !== "" ? known : cause instanceof Error ? cause.message : String(cause);
  const shown = shownPath(path);
  const problem =
    kind === "file"
      ? t("The file {0} cannot be read: {1}.", shown, reason)
      : t("The folder {0} cannot be read: {1}.", shown, reason);
  return new UserError("data-unreadable", problem, {
    file: path,
    advice: denied ? t("Check its permissions (ls -l).") : t("Check the disk and the path."),
    cause,
  });
}

/** The error for a file without a single data row. */
export function emptyFile(file: string): UserError {
  return new UserError("data-empty", t("The data file {0} has no rows.", shownPath(file)), {
    file,
    advice: t("Write rows into it, or name another file."),
  });
}

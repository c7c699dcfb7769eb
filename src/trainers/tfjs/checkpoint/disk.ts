import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  statfsSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { errnoOf, UserError } from "../../../base/errors.ts";
import { formatFileSize } from "../../../base/format.ts";

/** All files of a folder, at any depth, with their sizes in bytes. */
export function filesOf(dir: string): { path: string; bytes: number }[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: statSync(path).size }));
}

/** Makes a folder's files, and then its list of names, outlast a power cut. */
export function syncFolder(dir: string): void {
  for (const { path } of filesOf(dir)) syncPath(path, "r+");
  syncDirectory(dir);
}

/** Makes renames inside a folder outlast a power cut. Windows cannot open folders and does not need it. */
export function syncDirectory(dir: string): void {
  if (process.platform !== "win32") syncPath(dir, "r");
}

function syncPath(path: string, flags: string): void {
  const fd = openSync(path, flags);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The error number behind an error, also of one that was wrapped. */
function rootErrno(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const errno = errnoOf(at);
    if (errno) return errno;
  }
  return undefined;
}

const FULL: Record<string, (free: string) => string> = {
  ENOSPC: (free) => `${free} are free there`,
  EDQUOT: (free) => `the disk quota is used up (${free} are free for others)`,
  EFBIG: () => "files there may not become that large (a limit of the file system or of ulimit -f)",
};

/**
 * A checkpoint that did not fit, as a sentence with the bytes it needs and those that are free; any other error as it is.
 * Called after what was written of it is gone again.
 */
export function explainDiskError(error: unknown, step: number, folder: string, neededBytes: number): unknown {
  const errno = rootErrno(error) ?? "";
  const full = FULL[errno];
  if (full) {
    const message = `The checkpoint at step ${step} needs about ${formatFileSize(neededBytes)} in ${folder}; ${full(freeSpace(folder))}.`;
    return new UserError("disk-full", message, {
      advice: "Free some space (or set run.output_dir to another disk), then resume the run.",
      file: folder,
      cause: error,
    });
  }
  return errno === "" ? error : notWritable(folder, error);
}

/** @throws UserError when checkpoints cannot be written to a folder, which is made when it is not there */
export function requireWritableFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

const notWritable = (folder: string, cause: unknown): UserError =>
  new UserError("checkpoint-not-writable", `Checkpoints cannot be written to ${folder} (${rootErrno(cause)}).`, {
    advice: "Set run.output_dir to a folder you may write to.",
    file: folder,
    cause,
  });

function freeSpace(folder: string): string {
  const { bavail, bsize } = statfsSync(folder);
  return formatFileSize(bavail * bsize);
}

import { constants, type Stats } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { t } from "../base/l10n.ts";
import { errnoOf, UserError } from "../base/errors.ts";

/**
 * Opens a file for reading that must be a regular one: a pipe, a socket or a folder is told instead of waited for. What
 * cannot be read is a `UserError`; undefined when there is no such file.
 */
export async function openRegular(path: string): Promise<{ file: FileHandle; stats: Stats } | undefined> {
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK (which Windows lacks and does not need) opening a pipe waits for somebody who writes to it.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await file.stat();
    if (stats.isFile()) return { file, stats };
    await file.close();
  } catch (cause) {
    await file?.close();
    const errno = errnoOf(cause);
    if (errno === "ENOENT" || errno === "ENOTDIR") return undefined;
    throw new UserError("model-file-unreadable", t("{0} cannot be read ({1}).", path, errno ?? String(cause)), {
      file: path,
      cause,
    });
  }
  throw new UserError("model-file-unreadable", t("{0} is not a file.", path), { file: path });
}

/** The text of a regular file of at most `limit` bytes; undefined when there is none. Everything else is a `UserError`. */
export async function readText(path: string, limit: number): Promise<string | undefined> {
  const opened = await openRegular(path);
  if (!opened) return undefined;
  const { file, stats } = opened;
  try {
    if (stats.size <= limit) return await file.readFile("utf8");
  } finally {
    await file.close();
  }
  throw new UserError("model-file-large", t("{0} is too large to be read: {1} bytes.", path, stats.size), {
    file: path,
  });
}

/** The object a JSON file holds; undefined when there is no file or an empty one. Any other content is a `UserError`. */
export async function readJsonObject(path: string, limit: number): Promise<Record<string, unknown> | undefined> {
  const text = await readText(path, limit);
  if (text === undefined || text === "") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // told below, like any other text that is no JSON object
  }
  throw new UserError("model-file-broken", t("{0} is not a JSON object.", path), {
    advice: t("Fetch or copy it again."),
    file: path,
  });
}

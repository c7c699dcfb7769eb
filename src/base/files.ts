import { closeSync, fchmodSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { errnoOf } from "./errors.ts";

let serial = 0;

/**
 * Replaces a file's content so that a reader sees the old or the new text, never a part: temporary file beside it,
 * fsync, rename. Large content may come in chunks, made one at a time. On failure the temporary file is removed and the error passed on.
 * `mode` gives the file these permissions.
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array | Iterable<Uint8Array>,
  { mode }: { mode?: number } = {},
): void {
  const temporary = `${path}.${process.pid}.${++serial}.tmp`;
  try {
    const fd = openSync(temporary, "w");
    try {
      for (const bytes of chunksOf(content)) {
        for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
      }
      if (mode !== undefined) fchmodSync(fd, mode);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function chunksOf(content: string | Uint8Array | Iterable<Uint8Array>): Iterable<Uint8Array> {
  if (typeof content === "string") return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}

/** Parses a JSON file; undefined when it is absent or not (yet) whole JSON. */
export function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Writes a value as indented JSON, atomically. */
export function writeJsonAtomic(path: string, value: unknown): void {
  writeFileAtomic(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

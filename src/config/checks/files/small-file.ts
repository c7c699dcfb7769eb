import { readdirSync, readFileSync, statSync, type Dirent } from "node:fs";
import { isMap, type PlainMap } from "../../schema/view.ts";

/** A file that is larger is none of those that are looked for. */
const LARGEST = 32 << 20;

/** The JSON object in a file; undefined when there is none that can be read. */
export function jsonIn(path: string): PlainMap | undefined {
  try {
    const stats = statSync(path);
    if (!stats.isFile() || stats.size > LARGEST) return undefined;
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Folders in a folder, sorted by name; none where it cannot be read. */
export function foldersIn(folder: string): string[] {
  return entriesIn(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

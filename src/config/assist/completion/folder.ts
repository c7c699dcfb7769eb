import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** What a folder holds, as far as completions show it. */
export interface Entry {
  name: string;
  isFolder: boolean;
}

/** Most entries of one folder that are shown. */
const MOST_ENTRIES = 500;

/** Entries of a folder by name; none where there is no such folder. */
export async function entriesOf(folder: string, showsHidden: boolean): Promise<Entry[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const shown = entries.filter(({ name }) => showsHidden || !name.startsWith("."));
    const inOrder = shown.toSorted((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MOST_ENTRIES);
    return await Promise.all(
      inOrder.map(async (entry) => {
        const isFolder = entry.isSymbolicLink() ? await isThere(join(folder, entry.name), true) : entry.isDirectory();
        return { name: entry.name, isFolder };
      }),
    );
  } catch {
    return []; // a folder that is not there, or not ours to read, has nothing to offer
  }
}

/** Whether there is a file, or a folder, of this path. */
export async function isThere(path: string, asFolder = false): Promise<boolean> {
  try {
    const stats = await stat(path);
    return asFolder ? stats.isDirectory() : stats.isFile();
  } catch {
    return false;
  }
}

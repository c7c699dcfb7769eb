import { statSync } from "node:fs";
import { readJson } from "../base/files.ts";

/** JSON files that seldom change and are asked for often: read again only when their size or time says so. */
export class KeptJson {
  readonly #kept = new Map<string, { mark: string; value: unknown }>();

  /** A file's value; undefined when it is absent or not (yet) whole JSON. Whoever gets it must not change it. */
  read(path: string): unknown {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return undefined;
    const mark = `${stat.size}.${stat.mtimeMs}.${stat.ino}`;
    const kept = this.#kept.get(path);
    if (kept?.mark === mark) return kept.value;
    const value = readJson(path);
    this.#kept.set(path, { mark, value });
    return value;
  }
}

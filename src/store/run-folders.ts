import { readdirSync, statSync } from "node:fs";
import { errnoOf } from "../base/errors.ts";
import { isRunId } from "../runs/id.ts";

/** A folder's time is coarse: a change this close to a look at it may not show in it. */
const SETTLED_MS = 2_000;

/** The run folders of a store, read again only when the folder that holds them has changed. */
export class RunFolders {
  readonly #path: string;
  #names: ReadonlySet<string> = new Set();
  #readMs = 0;
  #changedMs = Number.NaN;

  constructor(path: string) {
    this.#path = path;
  }

  /** The ids of the runs that have a folder now. */
  look(nowMs: number): ReadonlySet<string> {
    const changedMs = statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changedMs === this.#changedMs && changedMs + SETTLED_MS < this.#readMs) return this.#names;
    this.#changedMs = changedMs;
    this.#readMs = nowMs;
    this.#names = new Set(namesIn(this.#path).filter(isRunId));
    return this.#names;
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

import { existsSync, watch, type FSWatcher } from "node:fs";
import { basename, join } from "node:path";
import { RUN_FILES } from "../runs/layout.ts";
import type { Disposable } from "./source.ts";

/** The folders a store's readers look at. */
export interface Watchable {
  /** The store's folder, which holds the database. */
  store: string;
  /** The folder of all runs. */
  runs: string;
  /** Folders of single runs, by id. */
  shown: ReadonlyMap<string, string>;
}

const DATABASE = "runs.db";
/** What is added to a run by others than its runner: it has to be looked at anew. */
const BY_PEOPLE: readonly string[] = [RUN_FILES.meta, RUN_FILES.evaluations];

/** Tells when something changed in a store's folders; costs nothing while nothing does. */
export class FolderWatch implements Disposable {
  readonly #changed: (touched: string | undefined) => void;
  readonly #report: (error: unknown) => void;
  readonly #open = new Map<string, FSWatcher>();

  /** @param changed called with a run's id when what people change about it or keep with it changed, else with undefined */
  constructor(changed: (touched: string | undefined) => void, report: (error: unknown) => void) {
    this.#changed = changed;
    this.#report = report;
  }

  /** Watches these folders, in place of those before. */
  watch({ store, runs, shown }: Watchable): void {
    const wanted = new Map<string, (file: string) => void>([
      [store, (file) => file.startsWith(DATABASE) && this.#changed(undefined)],
      [runs, () => this.#changed(undefined)],
    ]);
    for (const [run, folder] of shown) {
      const evaluations = join(folder, RUN_FILES.evaluations);
      const tell = (): void => this.#changed(run);
      if (existsSync(evaluations)) wanted.set(evaluations, tell);
      wanted.set(folder, (file) => {
        if (file === RUN_FILES.evaluations && existsSync(evaluations)) this.#begin(evaluations, tell);
        this.#changed(BY_PEOPLE.includes(file) ? run : undefined);
      });
    }
    for (const [folder, watcher] of this.#open) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#open.delete(folder);
    }
    for (const [folder, tell] of wanted) this.#begin(folder, tell);
  }

  dispose(): void {
    for (const watcher of this.#open.values()) watcher.close();
    this.#open.clear();
  }

  #begin(folder: string, tell: (file: string) => void): void {
    if (this.#open.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_event, file) => tell(basename(file ?? "")));
      watcher.on("error", () => this.#end(folder, watcher)); // the folder is gone
      this.#open.set(folder, watcher);
    } catch (error) {
      this.#report(error);
    }
  }

  #end(folder: string, watcher: FSWatcher): void {
    watcher.close();
    if (this.#open.get(folder) === watcher) this.#open.delete(folder);
  }
}

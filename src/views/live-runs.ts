import { watch, type FSWatcher } from "node:fs";
import type { RunsHome } from "../runs/open.ts";
import type { Disposable } from "./source.ts";

/** How often journals are read: for a page that draws curves, and for lists. */
const PACE_MS = { page: 200, list: 1000 } as const;
export type Pace = keyof typeof PACE_MS;

/** How often a live store looks whether its runs' processes are still there. */
const RECONCILE_EVERY_MS = 5000;

type Changed = (runs: readonly string[]) => void;

/**
 * Tells watchers which runs changed. While a run is live and somebody watches, it reads the journals at the pace of the
 * most eager watcher; while nothing is live it has no timer and waits for the runs' folder to change.
 */
export class LiveRuns implements Disposable {
  readonly #home: RunsHome;
  readonly #report: (error: unknown) => void;
  /** False in a folder that is only looked at: then nothing is put right, for that may start a runner. */
  readonly #mayReconcile: boolean;
  readonly #watchers = new Set<{ changed: Changed; pace: Pace }>();
  #folder: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #again = false;
  #live: readonly string[] = [];
  #reconciledMs = 0;

  constructor(home: RunsHome, report: (error: unknown) => void, mayReconcile = true) {
    this.#home = home;
    this.#report = report;
    this.#mayReconcile = mayReconcile;
  }

  /** Ids of the runs that have not ended, as of the last look. */
  get live(): readonly string[] {
    return this.#live;
  }

  watch(changed: Changed, pace: Pace): Disposable {
    const watcher = { changed, pace };
    this.#watchers.add(watcher);
    this.#folder ??= this.#watchFolder();
    void this.look();
    return {
      dispose: () => {
        this.#watchers.delete(watcher);
        if (this.#watchers.size === 0) this.dispose();
      },
    };
  }

  /** Reads what the journals gained now, and tells whoever watches. */
  look(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined;
      if (this.#again) {
        this.#again = false;
        void this.look();
      } else this.#schedule();
    });
    return this.#reading;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#folder?.close();
    this.#folder = undefined;
  }

  async #read(): Promise<void> {
    try {
      const now = Date.now();
      if (this.#mayReconcile && this.#live.length > 0 && now - this.#reconciledMs >= RECONCILE_EVERY_MS) {
        this.#reconciledMs = now;
        await this.#home.reconcile();
      }
      const { runs } = await this.#home.store.sync();
      this.#live = await this.#home.store.open();
      if (runs.length > 0) for (const { changed } of this.#watchers) changed(runs);
    } catch (error) {
      this.#report(error);
    }
  }

  #schedule(): void {
    if (this.#watchers.size === 0 || this.#live.length === 0) return;
    const pace = Math.min(...[...this.#watchers].map((watcher) => PACE_MS[watcher.pace]));
    this.#timer = setTimeout(() => void this.look(), pace);
  }

  /** New runs appear as new folders; what people change about a run makes no new folder, and is told by `touch`. */
  #watchFolder(): FSWatcher | undefined {
    try {
      const folder = watch(this.#home.paths.runs, () => void this.look());
      folder.on("error", (error) => this.#report(error));
      return folder;
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }
}

import type { RunsHome } from "../runs/open.ts";
import { FolderWatch } from "./folder-watch.ts";
import type { Disposable } from "./source.ts";

/** How often journals are read: for a page that draws curves, and for lists. */
const PACE_MS = { page: 200, list: 1000 } as const;
export type Pace = keyof typeof PACE_MS;
/** Each further live run costs a look more: pages are told by so much less often, yet at least so often. */
const PER_RUN_MS = 50;
const SLOWEST_PAGE_MS = 350;

const paceMs = (pace: Pace, liveRuns: number): number =>
  pace === "page" ? Math.min(SLOWEST_PAGE_MS, PACE_MS.page + PER_RUN_MS * Math.max(0, liveRuns - 1)) : PACE_MS[pace];
/** A timer may be a little early: this part of a pace counts as all of it. */
const PUNCTUALITY = 0.9;

/** How often a live store looks whether its runs' processes are still there. */
const RECONCILE_EVERY_MS = 5000;
/** A store that could not be read is tried again after this time while somebody watches. */
const RETRY_MS = 2000;
/** Changes of files are waited for this long, so that a burst of them is one look. */
const SETTLE_MS = 100;
/** After a run that has ended changed, it is looked at again so often: the runner of a resume takes a moment to begin. */
const AFTERWARDS_MS = [300, 1000, 3000];
/** More than these changing at once is a store that is read for the first time, not people at work. */
const STIRRING_LIMIT = 20;

type Changed = (runs: readonly string[]) => void;

interface Watcher {
  changed: Changed;
  pace: Pace;
  runs: readonly string[];
  /** What is to be told, and when it may be: lists hear less often than pages. */
  waiting: Set<string>;
  nextMs: number;
}

/**
 * Tells watchers which runs changed. While a run is live and somebody watches, it reads the journals at the pace of the
 * most eager watcher; while nothing is live it has no timer and waits for files to change: a new run's folder, the
 * database (another process resumed, renamed or removed a run), the folders of the runs that pages show.
 */
export class LiveRuns implements Disposable {
  readonly #home: RunsHome;
  readonly #report: (error: unknown) => void;
  /** False in a folder that is only looked at: then nothing is put right, for that may start a runner. */
  readonly #mayReconcile: boolean;
  readonly #watchers = new Set<Watcher>();
  readonly #folders: FolderWatch;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #reconciling: Promise<void> | undefined;
  #isWanted = false;
  /** Whether the next look tells everybody, however short the time since the last. */
  #isUrgent = false;
  #live: readonly string[] = [];
  #reconciledMs = 0;
  /** Ended runs that changed, and how often they were looked at since. */
  readonly #stirring = new Map<string, number>();
  /** What went wrong at the last look; undefined when nothing did. */
  #problem: string | undefined;

  constructor(home: RunsHome, report: (error: unknown) => void, mayReconcile = true) {
    this.#home = home;
    this.#report = report;
    this.#mayReconcile = mayReconcile;
    this.#folders = new FolderWatch((run) => this.#stirred(run), report);
  }

  /** Ids of the runs that have not ended, as of the last look. */
  get live(): readonly string[] {
    return this.#live;
  }

  /**
   * Calls back with the ids of runs that may have changed.
   * @param runs runs whose folders are watched as well, so that their resume or renaming elsewhere shows at once
   */
  watch(changed: Changed, pace: Pace, runs: readonly string[] = []): Disposable {
    const watcher: Watcher = { changed, pace, runs, waiting: new Set(), nextMs: 0 };
    this.#watchers.add(watcher);
    this.#watchFolders();
    void this.#look();
    return {
      dispose: () => {
        this.#watchers.delete(watcher);
        if (this.#watchers.size === 0) this.#rest();
        else this.#watchFolders();
      },
    };
  }

  /** Reads what the journals gained now, and tells everybody who watches at once: somebody just did something. */
  look(): Promise<void> {
    this.#isUrgent = true;
    return this.#look();
  }

  /** A look that comes during another follows it. */
  #look(): Promise<void> {
    if (this.#reading) {
      this.#isWanted = true;
      return this.#reading;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#reading = this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  dispose(): void {
    this.#watchers.clear();
    this.#rest();
  }

  async #read(): Promise<void> {
    do {
      this.#isWanted = false;
      try {
        await this.#lookOnce();
        this.#problem = undefined;
      } catch (error) {
        // Said once, not at each try.
        if (String(error) !== this.#problem) this.#report(error);
        this.#problem = String(error);
      }
    } while (this.#isWanted);
    this.#schedule();
  }

  async #lookOnce(): Promise<void> {
    const { store } = this.#home;
    const isUrgent = this.#isUrgent;
    this.#isUrgent = false;
    this.#reconcile();
    // A question about a closed run finds out whether its journals grew after all.
    for (const run of this.#stirring.keys()) await store.get(run);
    const { runs } = await store.sync();
    const before = this.#live;
    this.#live = await store.open();
    this.#noteStirring(runs);
    // Commands and the reconcile read the journals too, and what changed is told to one reader only. So whatever is live,
    // or was, counts as changed.
    this.#tell([...runs, ...before, ...this.#live], isUrgent);
  }

  #tell(changed: readonly string[], isUrgent: boolean): void {
    const now = Date.now();
    for (const watcher of this.#watchers) {
      for (const run of changed) watcher.waiting.add(run);
      if (watcher.waiting.size === 0 || (now < watcher.nextMs && !isUrgent)) continue;
      watcher.nextMs = now + paceMs(watcher.pace, this.#live.length) * PUNCTUALITY;
      const told = [...watcher.waiting];
      watcher.waiting.clear();
      watcher.changed(told);
    }
  }

  /** In the background: starting a runner takes longer than a look may. */
  #reconcile(): void {
    const now = Date.now();
    if (!this.#mayReconcile || this.#reconciling || this.#live.length === 0) return;
    if (now - this.#reconciledMs < RECONCILE_EVERY_MS) return;
    this.#reconciledMs = now;
    this.#reconciling = this.#home
      .reconcile()
      .catch(this.#report)
      .finally(() => (this.#reconciling = undefined));
  }

  #noteStirring(changed: readonly string[]): void {
    for (const [run, looks] of this.#stirring)
      if (looks >= AFTERWARDS_MS.length || this.#live.includes(run)) this.#stirring.delete(run);
      else this.#stirring.set(run, looks + 1);
    if (changed.length > STIRRING_LIMIT) return;
    for (const run of changed) if (!this.#live.includes(run) && !this.#stirring.has(run)) this.#stirring.set(run, 0);
  }

  #schedule(): void {
    if (this.#watchers.size === 0) return;
    if (this.#problem !== undefined) return this.#lookIn(RETRY_MS);
    const live = this.#live.length;
    if (live > 0) return this.#lookIn(Math.min(...[...this.#watchers].map(({ pace }) => paceMs(pace, live))));
    const now = Date.now();
    const waits = [...this.#watchers].flatMap(({ waiting, nextMs }) => (waiting.size > 0 ? nextMs - now : []));
    waits.push(...[...this.#stirring.values()].flatMap((looks) => AFTERWARDS_MS[looks] ?? []));
    if (waits.length > 0) this.#lookIn(Math.max(0, Math.min(...waits)));
  }

  #lookIn(ms: number): void {
    this.#timer ??= setTimeout(() => void this.#look(), ms);
  }

  /** A file changed. While a look is planned anyway, nothing more is needed. */
  #stirred(run: string | undefined): void {
    if (this.#watchers.size === 0) return;
    // What people change about a run is read again only when the store is told of it.
    if (run !== undefined) void this.#home.store.touch(run).catch(this.#report);
    if (!this.#reading) this.#lookIn(SETTLE_MS);
    else if (this.#live.length === 0) this.#isWanted = true;
  }

  #watchFolders(): void {
    const { paths } = this.#home;
    const shown = new Set([...this.#watchers].flatMap(({ runs }) => runs));
    this.#folders.watch({
      store: paths.root,
      runs: paths.runs,
      shown: new Map([...shown].map((run) => [run, paths.run(run)])),
    });
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#folders.dispose();
  }
}

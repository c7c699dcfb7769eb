import { type Clock, systemClock } from "../base/clock.ts";
import { errnoOf } from "../base/errors.ts";
import type { StorePaths } from "../runs/layout.ts";
import { commitTails } from "./commit.ts";
import { type Database, isWriteRefused, sqliteCode } from "./driver.ts";
import { Lease } from "./lease.ts";
import { isDue, isFull, isWorthClosing } from "./policy.ts";
import { RunFolders } from "./run-folders.ts";
import { deleteRun, standings } from "./run-rows.ts";
import { RunTail } from "./run-tail.ts";
import type { Turns } from "./turns.ts";

/** Journal text read between two looks at whether to commit. */
const SLICE_BYTES = 1 << 20;

export interface IngestOptions {
  /** Whether this process may commit. */
  writable: boolean;
  clock?: Clock;
  /** The turns of the connection, for renewing the lease; without them it is not kept beyond a commit. */
  turns?: Turns;
}

/**
 * Keeps what is known of a store true: which runs it has, which of them can still change, and for those the tail of their
 * journals. Writes the tails to the database when that is due and this process holds, or can take, the lease.
 *
 * Its methods use the one database connection and must be given their turns by the caller.
 */
export class Ingest {
  /** Runs that may still gain something. */
  readonly tails = new Map<string, RunTail>();
  readonly #lease: Lease;
  readonly #turns: Turns | undefined;
  readonly #db: Database;
  readonly #paths: StorePaths;
  readonly #writable: boolean;
  readonly #clock: Clock;
  readonly #folders: RunFolders;
  /** The database's runs, and whether they are closed: those need no look. */
  readonly #rows = new Map<string, { isClosed: boolean }>();
  /** Runs that changed since `takeChanged`. */
  readonly #changed = new Set<string>();
  #names: ReadonlySet<string> | undefined;
  #dataVersion = -1;

  constructor(db: Database, paths: StorePaths, { writable, clock = systemClock, turns }: IngestOptions) {
    this.#db = db;
    this.#paths = paths;
    this.#writable = writable;
    this.#clock = clock;
    this.#folders = new RunFolders(paths.runs);
    this.#turns = turns;
    this.#lease = new Lease(db, clock);
  }

  /** Whether a run has a folder (rows of removed runs may outlive it a little). */
  has(uuid: string): boolean {
    return this.#names?.has(uuid) ?? false;
  }

  /** Finds new and removed run folders; returns the runs to `advance`. */
  async look(): Promise<string[]> {
    const names = this.#folders.look(this.#clock());
    const before = this.#names ?? names;
    this.#names = names;
    for (const uuid of before) {
      if (names.has(uuid)) continue;
      this.#changed.add(uuid);
      this.tails.delete(uuid);
    }
    if (names !== before) for (const uuid of names) if (!before.has(uuid)) this.#changed.add(uuid);
    await this.follow();
    return [...names].filter((uuid) => !this.#rows.get(uuid)?.isClosed);
  }

  /** The runs that gained something, came or went since the last call. */
  takeChanged(): string[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  /** Reads one slice more of a run's journals; false when that was the end, or the run's files cannot be read (now). */
  async advance(uuid: string): Promise<boolean> {
    try {
      return await this.#advance(uuid);
    } catch (error) {
      // One folder without permission, or on a disk that fails, must not hide the others.
      if (errnoOf(error) === undefined || sqliteCode(error) !== undefined) throw error;
      return false;
    }
  }

  async #advance(uuid: string): Promise<boolean> {
    const known = this.tails.get(uuid);
    const tail = known ?? (await this.#open(uuid));
    if (!tail) return false;
    if (known ? known.readFiles() : tail.rowId === undefined || tail.rowChanged) this.#changed.add(uuid);
    const more = this.#read(tail);
    if (isFull(this.tails.values())) await this.commit();
    return more;
  }

  /** Catches up with what other processes committed. Belongs at the start of every read transaction. */
  async follow(): Promise<void> {
    const version = (await this.#db.get<{ data_version: number }>("PRAGMA data_version"))!.data_version;
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    const before = new Map(this.#rows);
    this.#rows.clear();
    for (const { uuid, revision, closed } of await standings(this.#db)) {
      const isClosed = closed === 1;
      this.#rows.set(uuid, { isClosed });
      if (before.get(uuid)?.isClosed && !isClosed) this.#changed.add(uuid); // somebody opened it again
      const tail = this.tails.get(uuid);
      if (!tail || (tail.revision === revision && !isClosed)) continue;
      this.tails.delete(uuid);
      if (isClosed) this.#changed.add(uuid);
      else await this.#readAll(uuid);
    }
    for (const [uuid, tail] of this.tails) {
      if (tail.rowId !== undefined && !this.#rows.has(uuid)) await this.#readAll(uuid);
    }
  }

  /** Makes the next `follow` look at everything again: the database was replaced through this very connection. */
  forget(): void {
    this.#dataVersion = -1;
  }

  /** The tail of a run that was closed, read again because its folder may have changed. */
  async reopen(uuid: string): Promise<RunTail | undefined> {
    this.#changed.add(uuid);
    const row = this.#rows.get(uuid);
    if (row) row.isClosed = false;
    const tail = this.tails.get(uuid);
    if (!tail) return this.#readAll(uuid);
    tail.readFiles();
    return tail;
  }

  /** Commits if that is due; a lease left by a dead process is taken at once. */
  async commitIfDue(): Promise<void> {
    const tails = [...this.tails.values()];
    if (!this.#writable || !tails.some((tail) => tail.isPending)) return;
    if (isDue(tails, this.#clock()) || (await this.#lease.look()) === "stale") await this.commit();
  }

  /** The last commit of this process, if it is worth one, and the end of its lease. */
  async close(): Promise<void> {
    if (!this.#writable) return;
    if (isWorthClosing(this.tails.values())) await this.commit();
    await this.#lease.release();
  }

  /**
   * Writes every pending tail in one transaction; does nothing when another process holds the lease. A disk that takes no
   * writes is no error: the journals keep everything, and the tails go on answering.
   */
  async commit(): Promise<void> {
    if (!this.#writable || (await this.#lease.look()) === "taken") return;
    const pending = [...this.tails.values()].filter((tail) => tail.isPending || tail.isEnded);
    try {
      const done = await this.#db.transaction("write", async () =>
        (await this.#lease.holds()) ? await commitTails(this.#db, pending) : undefined,
      );
      if (!done) return this.#lease.stopRenewing();
      const turns = this.#turns;
      if (turns) this.#lease.keep((work) => turns.take(work));
      for (const { tail, rowId, revision } of done.written) {
        const ended = tail.isEnded;
        tail.committed(rowId, revision);
        this.#rows.set(tail.uuid, { isClosed: ended });
        if (ended) this.tails.delete(tail.uuid);
      }
      // With every run closed there is nothing to ingest, and renewing the lease would keep the disk awake.
      if (this.tails.size === 0) await this.#lease.release();
      for (const tail of done.overtaken) await this.#readAll(tail.uuid);
    } catch (error) {
      if (!isWriteRefused(error)) throw error;
    }
  }

  #read(tail: RunTail): boolean {
    const more = tail.read(this.#clock(), SLICE_BYTES);
    if (more) this.#changed.add(tail.uuid);
    return more;
  }

  async #open(uuid: string): Promise<RunTail | undefined> {
    const tail = await RunTail.open(this.#db, this.#paths.run(uuid), uuid, this.#clock());
    if (tail) this.tails.set(uuid, tail);
    return tail;
  }

  async #readAll(uuid: string): Promise<RunTail | undefined> {
    this.tails.delete(uuid);
    const tail = await this.#open(uuid);
    while (tail && this.#read(tail));
    return tail;
  }

  /** Takes the rows of runs whose folder is gone out of the database. */
  async dropRemoved(): Promise<void> {
    const gone = [...this.#rows.keys()].filter((uuid) => !this.has(uuid));
    if (gone.length === 0 || !this.#writable || (await this.#lease.look()) === "taken") return;
    try {
      await this.#db.transaction("write", async () => {
        if (!(await this.#lease.holds())) return;
        for (const uuid of gone) await deleteRun(this.#db, uuid);
      });
    } catch (error) {
      if (!isWriteRefused(error)) throw error;
    }
    for (const uuid of gone) this.#rows.delete(uuid);
  }
}

import { existsSync } from "node:fs";
import { type Clock, systemClock } from "../base/clock.ts";
import type { TableEvent } from "../journal/events.ts";
import { type StorePaths } from "../runs/layout.ts";
import type { RunListItem, RunRecord } from "../runs/model.ts";
import { describeRecord } from "./describe.ts";
import { Database, isWriteRefused } from "./driver.ts";
import { Ingest } from "./ingest.ts";
import type { Buckets, ListQuery, Points, RunStore, SeriesQuery, StepTimes, StoreChange } from "./port.ts";
import { type PackedList, unpackList } from "./packed-list.ts";
import { findRuns, readList, readTable } from "./read-runs.ts";
import { readSeries } from "./read-series.ts";
import { readClock } from "./read-clock.ts";
import { rebuild } from "./rebuild.ts";
import { deleteRun, reopenRun } from "./run-rows.ts";
import { RunTail } from "./run-tail.ts";
import { SharedReads } from "./shared-reads.ts";
import { Turns } from "./turns.ts";

export interface StoreOptions {
  /** Whether this process may ingest. */
  writable: boolean;
  clock?: Clock;
}

/**
 * The store over one database connection. Everything takes turns on it, in steps short enough that a read never waits for
 * the whole of a long ingest; every read sees one state.
 */
export class SqliteRunStore implements RunStore {
  readonly #db: Database;
  readonly #paths: StorePaths;
  readonly #ingest: Ingest;
  readonly #writable: boolean;
  readonly #clock: Clock;
  readonly #turns = new Turns();
  readonly #reads: SharedReads;
  /** The first reading of the journals, under way or done. */
  #caughtUp: Promise<void> | undefined;

  /** Takes over the connection, whose schema is up to date. */
  constructor(db: Database, paths: StorePaths, { writable, clock = systemClock }: StoreOptions) {
    this.#db = db;
    this.#paths = paths;
    this.#writable = writable;
    this.#clock = clock;
    this.#ingest = new Ingest(db, paths, { writable, clock, turns: this.#turns });
    this.#reads = new SharedReads(db, this.#turns, () => this.#ingest.follow());
  }

  async sync(): Promise<StoreChange> {
    await this.#catchUp();
    return { runs: this.#ingest.takeChanged() };
  }

  /** Reads the journals to their ends, in slices between which others have their turns. */
  async #catchUp(): Promise<void> {
    const open = await this.#reads.read(() => this.#ingest.look());
    for (const uuid of open) while (await this.#turns.take(() => this.#ingest.advance(uuid)));
    await this.#turns.take(async () => {
      await this.#ingest.dropRemoved();
      await this.#ingest.commitIfDue();
    });
    this.#caughtUp ??= Promise.resolve();
  }

  async list(query?: ListQuery): Promise<RunListItem[]> {
    return unpackList(await this.listPacked(query));
  }

  /** `list` in the form in which it crosses between threads. */
  listPacked(query: ListQuery = {}): Promise<PackedList> {
    return this.#query(() => readList(this.#db, this.#ingest, query));
  }

  get(id: string): Promise<RunRecord | undefined> {
    return this.#query(async () => {
      const tail = await this.#tailOf(id);
      return tail && describeRecord(this.#db, tail);
    });
  }

  find(text: string): Promise<string[]> {
    return this.#query(() => findRuns(this.#db, this.#ingest, text));
  }

  open(): Promise<string[]> {
    const tails = () => [...this.#ingest.tails.values()];
    return this.#query(() => Promise.resolve(tails().flatMap((tail) => (tail.isEnded ? [] : [tail.uuid]))));
  }

  series(query: SeriesQuery): Promise<Points | Buckets> {
    return this.#query(() => this.#series(query));
  }

  seriesMany(queries: SeriesQuery[]): Promise<(Points | Buckets)[]> {
    return this.#query(async () => {
      const answers: (Points | Buckets)[] = [];
      for (const query of queries) answers.push(await this.#series(query));
      return answers;
    });
  }

  clock(run: string): Promise<StepTimes> {
    return this.#query(async () => {
      const tail = await this.#tailOf(run);
      const none = new Float64Array(0);
      return tail ? readClock(this.#db, tail) : { kind: "clock", steps: none, timesMs: none };
    });
  }

  table(run: string, name: string, step?: number): Promise<TableEvent | undefined> {
    return this.#query(async () => {
      const tail = await this.#tailOf(run);
      return tail && readTable(this.#db, tail, name, step);
    });
  }

  async reindex(progress?: (done: number, total: number) => void): Promise<void> {
    const fresh = await rebuild(this.#paths, progress, this.#clock);
    try {
      await this.#turns.take(async () => {
        await this.#db.copyFrom(fresh.path);
        this.#ingest.forget();
      });
    } finally {
      await fresh.remove();
    }
    await this.sync();
  }

  async touch(run: string): Promise<void> {
    await this.#initial();
    await this.#turns.take(async () => {
      const isGone = !existsSync(this.#paths.run(run));
      try {
        if (this.#writable) await (isGone ? deleteRun(this.#db, run) : reopenRun(this.#db, run));
      } catch (error) {
        if (!isWriteRefused(error)) throw error; // the next sync of this process sees the change all the same
      }
      await this.#db.transaction("read", () => this.#ingest.reopen(run));
    });
  }

  async close(): Promise<void> {
    await this.#turns.take(async () => {
      await this.#ingest.close();
      await this.#db.close();
    });
  }

  /** A read that sees everything up to the last `sync`; the first one of a store makes one. */
  async #query<T>(work: () => Promise<T>): Promise<T> {
    await this.#initial();
    return this.#reads.read(work);
  }

  async #initial(): Promise<void> {
    this.#caughtUp ??= this.#catchUp();
    try {
      await this.#caughtUp;
    } catch (error) {
      this.#caughtUp = undefined; // the next call tries again
      throw error;
    }
  }

  #series(query: SeriesQuery): Promise<Points | Buckets> {
    return this.#ingest.has(query.run)
      ? readSeries(this.#db, this.#ingest.tails.get(query.run), query)
      : readSeries(this.#db, undefined, { ...query, run: "" });
  }

  /** A run's tail; of a closed run an empty one, made for this question, unless its folder has changed after all. */
  async #tailOf(id: string): Promise<RunTail | undefined> {
    if (!this.#ingest.has(id)) return undefined;
    const known = this.#ingest.tails.get(id);
    if (known) return known;
    const tail = await RunTail.open(this.#db, this.#paths.run(id), id, this.#clock());
    return tail?.isBehind() ? this.#ingest.reopen(id) : tail;
  }
}

import { statSync } from "node:fs";
import { readJson } from "../base/files.ts";
import type { AnyEvent, RunState, TableEvent } from "../journal/events.ts";
import { type JournalName, JournalTail } from "../journal/reader.ts";
import { RunFold, SYSTEM_SEGMENT, type StoredFold } from "../runs/fold.ts";
import { runFile } from "../runs/layout.ts";
import { isTerminal, type RunManifest, type RunMeta } from "../runs/model.ts";
import type { Database } from "./driver.ts";
import { KeptJson } from "./kept-json.ts";
import { PointBuffer } from "./point-buffer.ts";
import { cursorRow, stateRow } from "./run-rows.ts";
import { seriesByMetric, type StoredSeries } from "./series-rows.ts";
import { stampOf } from "./stamp.ts";

/** The points of one metric of one segment that the database does not have yet. */
export interface TailSeries {
  metric: string;
  segment: number;
  points: PointBuffer;
}

/**
 * What one run's journals say beyond the cursor kept in the database: the fold brought up to date, and the points read on
 * the way. The ingesting process writes it to the database from time to time; every other process answers queries with it.
 */
export class RunTail {
  readonly uuid: string;
  readonly dir: string;
  /** Row id in the database; undefined for a run it does not know yet. */
  rowId: number | undefined;
  /** The revision of that row this tail goes on from; 0 for none. */
  revision: number;
  readonly fold: RunFold;
  readonly series = new Map<string, TailSeries>();
  readonly tables = new Map<string, TableEvent>();
  manifest: RunManifest;
  meta: RunMeta = {};
  config: Record<string, unknown> = {};
  stamp = "";
  damaged: number;
  /** Points and journal bytes the database does not have yet, and when the first of them was read (epoch ms). */
  pendingPoints = 0;
  pendingBytes = 0;
  pendingSinceMs = 0;
  /** The row itself differs from the database: new, or its files changed. */
  rowChanged = false;
  /** What the run's folder says beyond what the row is made from. */
  readonly files = new KeptJson();
  readonly #tails: Record<JournalName, JournalTail>;
  #atEnd = false;
  #stored: Promise<Map<string, StoredSeries[]>> | undefined;
  #state: RunState | null;

  private constructor(dir: string, manifest: RunManifest, from: Start) {
    this.uuid = manifest.id;
    this.dir = dir;
    this.manifest = manifest;
    this.rowId = from.rowId;
    this.revision = from.revision;
    this.fold = from.fold;
    this.#state = from.fold.view().state;
    this.damaged = from.damaged;
    this.#tails = {
      events: new JournalTail(runFile(dir, "events"), from.offsets.events),
      runner: new JournalTail(runFile(dir, "runner"), from.offsets.runner),
    };
  }

  /**
   * Goes on where the database stopped. A journal shorter than its cursor was replaced: the run is read anew.
   * @returns undefined while the folder holds no manifest (it is being made, or is no run)
   */
  static async open(db: Database, dir: string, uuid: string, nowMs: number): Promise<RunTail | undefined> {
    const manifest = readJson<RunManifest>(runFile(dir, "manifest"));
    if (!manifest || manifest.id !== uuid) return undefined;
    const start = await startFrom(db, dir, uuid);
    const tail = new RunTail(dir, manifest, start);
    tail.readFiles();
    tail.rowChanged = start.stamp !== tail.stamp;
    tail.pendingSinceMs = nowMs;
    return tail;
  }

  get offsets(): Record<JournalName, number> {
    return { events: this.#tails.events.offset, runner: this.#tails.runner.offset };
  }

  /** The run has ended and its journals are read to their ends: nothing more is to come unless somebody resumes it. */
  get isEnded(): boolean {
    return this.#atEnd && this.#state !== null && isTerminal(this.#state);
  }

  get isPending(): boolean {
    return this.rowChanged || this.pendingBytes > 0;
  }

  /** Reads `meta.json` and the like again when they changed; false when they had not. */
  readFiles(): boolean {
    const stamp = stampOf(this.dir);
    if (stamp === this.stamp) return false;
    this.rowChanged = true;
    this.stamp = stamp;
    this.manifest = readJson<RunManifest>(runFile(this.dir, "manifest")) ?? this.manifest;
    this.meta = readJson<RunMeta>(runFile(this.dir, "meta")) ?? {};
    this.config = readJson<Record<string, unknown>>(runFile(this.dir, "config")) ?? {};
    return true;
  }

  /** Reads about `maxBytes` more of each journal; false when there was nothing. */
  read(nowMs: number, maxBytes: number): boolean {
    let grown = 0;
    for (const source of ["events", "runner"] as const) {
      const tail = this.#tails[source];
      const before = tail.offset;
      const { events, offset, damaged } = tail.read(maxBytes);
      for (const event of events) this.#apply(source, event);
      this.damaged += damaged;
      grown += offset - before;
    }
    this.#atEnd = grown === 0;
    if (grown === 0) return false;
    if (!this.isPending) this.pendingSinceMs = nowMs;
    this.pendingBytes += grown;
    return true;
  }

  /** Whether the run's files or journals have changed since the database saw them. */
  isBehind(): boolean {
    const { events, runner } = this.offsets;
    return this.rowChanged || (sizeOf(this.dir, "events") ?? 0) > events || (sizeOf(this.dir, "runner") ?? 0) > runner;
  }

  /** What the database has of a metric, segment by segment: read once, for it changes only with the revision. */
  async stored(db: Database, metric: string): Promise<readonly StoredSeries[]> {
    if (this.rowId === undefined) return [];
    this.#stored ??= seriesByMetric(db, this.rowId);
    try {
      return (await this.#stored).get(metric) ?? [];
    } catch (error) {
      this.#stored = undefined;
      throw error;
    }
  }

  /** Everything pending lies in the database now. */
  committed(rowId: number, revision: number): void {
    this.rowId = rowId;
    this.revision = revision;
    this.rowChanged = false;
    this.pendingPoints = this.pendingBytes = 0;
    this.series.clear();
    this.tables.clear();
    this.#stored = undefined;
  }

  #apply(source: JournalName, event: AnyEvent): void {
    this.fold.apply(source, event);
    if (event.t === "metrics" && source === "events") this.#add(this.fold.segmentOf("events"), event);
    else if (event.t === "system" && source === "runner") this.#add(SYSTEM_SEGMENT, event);
    else if (event.t === "state" && source === "runner") this.#state = event.state;
    else if (event.t === "table" && source === "events") this.tables.set(tableKey(event.name, event.step), event);
  }

  #add(
    segment: number,
    { step, timeMs, values }: { step: number; timeMs: number; values: Record<string, number> },
  ): void {
    for (const metric in values) {
      const key = seriesKey(segment, metric);
      let series = this.series.get(key);
      if (!series) this.series.set(key, (series = { metric, segment, points: new PointBuffer() }));
      series.points.push(step, values[metric]!, timeMs);
      this.pendingPoints++;
    }
  }
}

export const tableKey = (name: string, step: number): string => `${step} ${name}`;
const seriesKey = (segment: number, metric: string): string => `${segment} ${metric}`;

interface Start {
  rowId: number | undefined;
  revision: number;
  stamp: string;
  fold: RunFold;
  damaged: number;
  offsets: Record<JournalName, number>;
}

async function startFrom(db: Database, dir: string, uuid: string): Promise<Start> {
  const row = await cursorRow(db, uuid);
  const offsets = { events: row?.events_offset ?? 0, runner: row?.runner_offset ?? 0 };
  const state = row && isContinued(dir, offsets) ? await stateRow(db, row.id) : undefined;
  if (!row || !state) {
    const revision = row?.revision ?? 0;
    return {
      rowId: undefined,
      revision,
      stamp: "",
      fold: new RunFold(),
      damaged: 0,
      offsets: { events: 0, runner: 0 },
    };
  }
  const fold = new RunFold(JSON.parse(state.fold) as StoredFold);
  return { rowId: row.id, revision: row.revision, stamp: row.stamp, fold, damaged: state.damaged, offsets };
}

/** Whether the journals are still those that were counted: not shorter than that. A compressed one is never replaced. */
const isContinued = (dir: string, offsets: Record<JournalName, number>): boolean =>
  (sizeOf(dir, "events") ?? offsets.events) >= offsets.events &&
  (sizeOf(dir, "runner") ?? offsets.runner) >= offsets.runner;

/** Bytes of an uncompressed journal; undefined when there is none (yet, or any more). */
const sizeOf = (dir: string, name: JournalName): number | undefined =>
  statSync(runFile(dir, name), { throwIfNoEntry: false })?.size;

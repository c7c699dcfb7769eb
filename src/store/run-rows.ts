import type { Database } from "./driver.ts";

/** A run as lists read it. */
export interface ListRow {
  uuid: string;
  created_ms: number;
  head: string;
  metrics: Uint8Array;
  /** Only when asked for. */
  config?: string;
}

/** What an ingester or a reader of the tail goes on from. */
export interface CursorRow {
  id: number;
  uuid: string;
  closed: number;
  events_offset: number;
  runner_offset: number;
  revision: number;
  stamp: string;
  segments: string;
}

export interface StateRow {
  fold: string;
  damaged: number;
  config: string;
}

/** Everything about a run that one commit writes beside its points. */
export interface RunWrite {
  uuid: string;
  createdMs: number;
  trashed: boolean;
  closed: boolean;
  eventsOffset: number;
  runnerOffset: number;
  revision: number;
  stamp: string;
  segments: string;
  head: string;
  metrics: Uint8Array;
  fold: string;
  damaged: number;
  config: string;
}

export const cursorRow = (db: Database, uuid: string): Promise<CursorRow | undefined> =>
  db.get<CursorRow>(
    "SELECT id, uuid, closed, events_offset, runner_offset, revision, stamp, segments FROM run WHERE uuid = ?",
    uuid,
  );

export const stateRow = (db: Database, id: number): Promise<StateRow | undefined> =>
  db.get<StateRow>("SELECT fold, damaged, config FROM run_state WHERE run_id = ?", id);

/** Id, revision and whether it is closed, of every run. */
export const standings = (db: Database): Promise<{ uuid: string; id: number; revision: number; closed: number }[]> =>
  db.all("SELECT uuid, id, revision, closed FROM run");

/** Rows read at a time: memory stays small, and a list that needs only the first ones stops there. */
const PAGE = 2_000;

/** The rows of all runs, newest first. `usual`: how many are likely needed. */
export async function* listRows(
  db: Database,
  { withConfig, withTrashed, usual = PAGE }: { withConfig: boolean; withTrashed: boolean; usual?: number | undefined },
): AsyncGenerator<ListRow> {
  const from = withConfig ? "run JOIN run_state ON run_id = id" : "run";
  const sql = `SELECT uuid, created_ms, head, metrics${withConfig ? ", config" : ""} FROM ${from}
    WHERE (created_ms, uuid) < (?, ?) ${withTrashed ? "" : "AND trashed = 0"} ORDER BY created_ms DESC, uuid DESC LIMIT ?`;
  for (let after: Pick<ListRow, "created_ms" | "uuid"> = { created_ms: Number.MAX_VALUE, uuid: "" }; ;) {
    const page = Math.min(PAGE, usual);
    const rows = await db.all<ListRow>(sql, after.created_ms, after.uuid, page);
    yield* rows;
    if (rows.length < page) return;
    after = rows.at(-1)!;
  }
}

/** Writes a run's row, new or known; returns its id. */
export async function writeRun(db: Database, run: RunWrite): Promise<number> {
  const row = await db.get<{ id: number }>(
    `INSERT INTO run (uuid, created_ms, trashed, closed, events_offset, runner_offset, revision, stamp, segments, head, metrics)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (uuid) DO UPDATE SET created_ms = excluded.created_ms, trashed = excluded.trashed, closed = excluded.closed,
       events_offset = excluded.events_offset, runner_offset = excluded.runner_offset, revision = excluded.revision,
       stamp = excluded.stamp, segments = excluded.segments, head = excluded.head, metrics = excluded.metrics
     RETURNING id`,
    run.uuid,
    run.createdMs,
    Number(run.trashed),
    Number(run.closed),
    run.eventsOffset,
    run.runnerOffset,
    run.revision,
    run.stamp,
    run.segments,
    run.head,
    run.metrics,
  );
  await db.run(
    `INSERT INTO run_state (run_id, fold, damaged, config) VALUES (?, ?, ?, ?)
     ON CONFLICT (run_id) DO UPDATE SET fold = excluded.fold, damaged = excluded.damaged, config = excluded.config`,
    row!.id,
    run.fold,
    run.damaged,
    run.config,
  );
  return row!.id;
}

/** Takes a run and all it has out of the database. */
export const deleteRun = (db: Database, uuid: string): Promise<unknown> =>
  db.run("DELETE FROM run WHERE uuid = ?", uuid);

/** Makes every process look at a run's folder again. */
export const reopenRun = (db: Database, uuid: string): Promise<unknown> =>
  db.run("UPDATE run SET closed = 0, stamp = '' WHERE uuid = ?", uuid);

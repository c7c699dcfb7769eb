import { randomInt } from "node:crypto";
import { describeItem } from "./describe.ts";
import { cutsOf } from "./read-series.ts";
import type { Database } from "./driver.ts";
import { cursorRow, deleteRun, writeRun } from "./run-rows.ts";
import type { RunTail } from "./run-tail.ts";
import { SeriesWriter } from "./series-writer.ts";
import { encodeSummaries } from "./summary.ts";

/** What became of the tails given to `commitTails`. */
export interface Committed {
  written: { tail: RunTail; rowId: number; revision: number }[];
  /** Their rows were changed by another process since; they must be opened again. */
  overtaken: RunTail[];
}

/**
 * Writes tails to the database: cursor, fold, summary, chunks and rollups together. Runs inside one write transaction, so
 * that each journal byte is counted once whatever dies when. The caller tells the tails once the transaction has committed.
 */
export async function commitTails(db: Database, tails: Iterable<RunTail>): Promise<Committed> {
  const done: Committed = { written: [], overtaken: [] };
  const writer = await SeriesWriter.begin(db);
  for (const tail of tails) {
    const row = await cursorRow(db, tail.uuid);
    if ((row?.revision ?? 0) !== tail.revision) {
      done.overtaken.push(tail);
      continue;
    }
    if (row && tail.rowId === undefined) await deleteRun(db, tail.uuid);
    done.written.push({ tail, ...(await writeTail(db, writer, tail)) });
  }
  await writer.flush();
  return done;
}

async function writeTail(
  db: Database,
  writer: SeriesWriter,
  tail: RunTail,
): Promise<{ rowId: number; revision: number }> {
  const { metrics, ...head } = await describeItem(db, tail);
  const ids = new Map<string, number>();
  for (const name of Object.keys(metrics)) ids.set(name, await writer.metricId(name));
  // A random revision, so that a row made anew can never pass for the one it replaced.
  const revision = randomInt(1, 2 ** 47);
  const { events, runner } = tail.offsets;
  const rowId = await writeRun(db, {
    uuid: tail.uuid,
    createdMs: head.createdMs,
    trashed: head.trashed,
    closed: tail.isEnded,
    eventsOffset: events,
    runnerOffset: runner,
    revision,
    stamp: tail.stamp,
    segments: JSON.stringify([...cutsOf(tail.fold)]),
    head: JSON.stringify(head),
    metrics: encodeSummaries(metrics, (name) => ids.get(name)!),
    fold: JSON.stringify(tail.fold),
    damaged: tail.damaged,
    config: JSON.stringify(tail.config),
  });
  const logged = [...tail.series.values()].map((series) => ({ ...series, points: series.points.columns() }));
  await writer.append(rowId, logged, tail.rowId === undefined);
  for (const table of tail.tables.values()) {
    await db.run(
      `INSERT INTO run_table (run_id, name, step, event) VALUES (?, ?, ?, ?)
       ON CONFLICT (run_id, name, step) DO UPDATE SET event = excluded.event`,
      rowId,
      table.name,
      table.step,
      JSON.stringify(table),
    );
  }
  return { rowId, revision };
}

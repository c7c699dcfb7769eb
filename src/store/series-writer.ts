import { type Cells, joinCells, sliceCells } from "./cells.ts";
import { CHUNK_POINTS, encodeChunk, type PointColumns } from "./chunk.ts";
import type { Database } from "./driver.ts";
import { joinPoints, NO_STEPS, slicePoints, type StepShape, widen } from "./point-buffer.ts";
import { encodeCells, LEVELS, rollUp, ROW_CELLS } from "./rollup.ts";
import { RowBatch } from "./row-batch.ts";
import { readCells, readPoints, seriesOfRun, type StoredSeries } from "./series-rows.ts";

/** Points logged to one metric of one segment. */
export interface LoggedSeries {
  metric: string;
  segment: number;
  points: PointColumns;
}

/**
 * Writes points to series within one transaction, the one that moves the journal cursors past these points. Ends with
 * `flush`; a run is given to it once.
 */
export class SeriesWriter {
  readonly #db: Database;
  readonly #metrics: Map<string, number>;
  #lastSeriesId: number;
  readonly #series: RowBatch;
  readonly #chunks: RowBatch;
  readonly #rollups: RowBatch;

  private constructor(db: Database, metrics: Map<string, number>, lastSeriesId: number) {
    this.#db = db;
    this.#metrics = metrics;
    this.#lastSeriesId = lastSeriesId;
    this.#series = new RowBatch(
      db,
      "series",
      ["id", "run_id", "metric_id", "segment", "n", "sorted", "min_step", "max_step"],
      `ON CONFLICT (id) DO UPDATE SET n = excluded.n, sorted = excluded.sorted,
         min_step = excluded.min_step, max_step = excluded.max_step`,
    );
    this.#chunks = new RowBatch(
      db,
      "chunk",
      ["series_id", "seq", "n", "max_step", "steps", "vals", "times"],
      `ON CONFLICT (series_id, seq) DO UPDATE SET n = excluded.n, max_step = excluded.max_step,
         steps = excluded.steps, vals = excluded.vals, times = excluded.times`,
    );
    this.#rollups = new RowBatch(
      db,
      "rollup",
      ["series_id", "level", "seq", "n", "cells"],
      "ON CONFLICT (series_id, level, seq) DO UPDATE SET n = excluded.n, cells = excluded.cells",
    );
  }

  static async begin(db: Database): Promise<SeriesWriter> {
    const metrics = await db.all<{ id: number; name: string }>("SELECT id, name FROM metric");
    const last = await db.get<{ id: number | null }>("SELECT max(id) AS id FROM series");
    return new SeriesWriter(db, new Map(metrics.map(({ id, name }) => [name, id])), last?.id ?? 0);
  }

  /** The number of a metric's name, made when it is new. */
  async metricId(name: string): Promise<number> {
    const known = this.#metrics.get(name);
    if (known !== undefined) return known;
    const { lastId } = await this.#db.run("INSERT INTO metric (name) VALUES (?)", name);
    this.#metrics.set(name, lastId);
    return lastId;
  }

  /** Adds to a run's series what was logged since. `isNew`: the database has none of them yet. */
  async append(runId: number, logged: Iterable<LoggedSeries>, isNew: boolean): Promise<void> {
    const stored = isNew ? undefined : await seriesOfRun(this.#db, runId);
    for (const { metric, segment, points } of logged) {
      const metricId = await this.metricId(metric);
      await this.#append([runId, metricId, segment], stored?.get(`${metricId} ${segment}`), points);
    }
  }

  async flush(): Promise<void> {
    await this.#series.flush(); // first: the others refer to it
    await this.#chunks.flush();
    await this.#rollups.flush();
  }

  /** Seals what fills chunks, rolls those up, replaces the open chunk. */
  async #append(
    key: [run: number, metric: number, segment: number],
    before: StoredSeries | undefined,
    points: PointColumns,
  ): Promise<void> {
    const { n: had }: StepShape = before ?? NO_STEPS;
    const { n, sorted, minStep, maxStep } = widen(before ?? NO_STEPS, points.steps);
    const id = before?.id ?? ++this.#lastSeriesId;
    await this.#makeRoom(this.#series);
    this.#series.add(id, ...key, n, Number(sorted), minStep, maxStep);

    const firstSeq = Math.floor(had / CHUNK_POINTS);
    const start = firstSeq * CHUNK_POINTS;
    const open = had > start ? [await readPoints(this.#db, id, start, had, true)] : [];
    const all = joinPoints([...open, points]);
    const sealed: Cells[][] = [];
    for (let at = 0, seq = firstSeq; at < all.steps.length; at += CHUNK_POINTS, seq++) {
      const part = slicePoints(all, at, Math.min(all.steps.length, at + CHUNK_POINTS));
      const chunk = encodeChunk(seq, part);
      await this.#makeRoom(this.#chunks);
      this.#chunks.add(id, chunk.seq, chunk.n, chunk.max_step, chunk.steps, chunk.vals, chunk.times);
      if (part.steps.length === CHUNK_POINTS) sealed.push(rollUp(part));
    }
    if (sealed.length > 0) await this.#appendCells(id, firstSeq, sealed);
  }

  /** Adds the pyramids of the sealed chunks from `firstSeq` on to the rollup rows. */
  async #appendCells(seriesId: number, firstSeq: number, sealed: Cells[][]): Promise<void> {
    for (const [i, level] of LEVELS.entries()) {
      const firstCell = (firstSeq * CHUNK_POINTS) / level;
      const firstRow = Math.floor(firstCell / ROW_CELLS);
      const parts = sealed.map((pyramid) => pyramid[i]!);
      if (firstCell % ROW_CELLS > 0) {
        const begun = await readCells(this.#db, seriesId, level, firstRow * ROW_CELLS, firstCell);
        parts.unshift(...[...begun].map(({ cells }) => cells));
      }
      const cells = joinCells(parts);
      for (let at = 0, seq = firstRow; at < cells.count.length; at += ROW_CELLS, seq++) {
        const row = sliceCells(cells, at, Math.min(cells.count.length, at + ROW_CELLS));
        await this.#makeRoom(this.#rollups);
        this.#rollups.add(seriesId, level, seq, row.count.length, encodeCells(row));
      }
    }
  }

  async #makeRoom(batch: RowBatch): Promise<void> {
    if (!batch.isFull) return;
    await this.#series.flush();
    await batch.flush();
  }
}

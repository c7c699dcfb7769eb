import { unpackColumn } from "./columns.ts";
import { type Cells, emptyCells } from "./cells.ts";
import { CHUNK_POINTS, type ChunkRow, decodeChunk, makeColumns, type PointColumns } from "./chunk.ts";
import type { Database } from "./driver.ts";
import type { StepShape } from "./point-buffer.ts";
import { decodeCells, type Level, ROW_CELLS } from "./rollup.ts";

/** One metric of one segment as the database knows it. */
export interface StoredSeries extends StepShape {
  id: number;
  segment: number;
}

interface SeriesRow {
  id: number;
  segment: number;
  n: number;
  sorted: number;
  min_step: number;
  max_step: number;
}

const SERIES_COLUMNS = "id, segment, n, sorted, min_step, max_step";

const fromRow = (row: SeriesRow): StoredSeries => ({
  id: row.id,
  segment: row.segment,
  n: row.n,
  sorted: row.sorted === 1,
  minStep: row.min_step,
  maxStep: row.max_step,
});

/** Every series of a run by its metric, in the order of the segments. */
export async function seriesByMetric(db: Database, runId: number): Promise<Map<string, StoredSeries[]>> {
  const rows = await db.all<SeriesRow & { name: string }>(
    `SELECT name, series.id, segment, n, sorted, min_step, max_step
     FROM series JOIN metric ON metric.id = metric_id WHERE run_id = ? ORDER BY segment`,
    runId,
  );
  const byMetric = new Map<string, StoredSeries[]>();
  for (const row of rows) byMetric.set(row.name, [...(byMetric.get(row.name) ?? []), fromRow(row)]);
  return byMetric;
}

/**
 * Every segment of a metric of a run given by its folder's name, in the order of the segments, with where these were cut;
 * undefined when it has no such metric.
 */
export async function storedSeriesOf(
  db: Database,
  uuid: string,
  metric: string,
): Promise<{ cuts: [segment: number, cutStep: number][]; series: StoredSeries[] } | undefined> {
  const rows = await db.all<SeriesRow & { segments: string }>(
    `SELECT segments, series.id, segment, n, sorted, min_step, max_step
     FROM run JOIN series ON run_id = run.id AND metric_id = (SELECT id FROM metric WHERE name = ?)
     WHERE uuid = ? ORDER BY segment`,
    metric,
    uuid,
  );
  const [first] = rows;
  return first && { cuts: JSON.parse(first.segments) as [number, number][], series: rows.map(fromRow) };
}

/** All series of a run, by `<metric id> <segment>`. */
export async function seriesOfRun(db: Database, runId: number): Promise<Map<string, StoredSeries>> {
  const rows = await db.all<SeriesRow & { metric_id: number }>(
    `SELECT metric_id, ${SERIES_COLUMNS} FROM series WHERE run_id = ?`,
    runId,
  );
  return new Map(rows.map((row) => [`${row.metric_id} ${row.segment}`, fromRow(row)]));
}

/** Points `from` to `to` (exclusive) of a series, all of them in the database. `timesMs` is filled only when wanted. */
export async function readPoints(
  db: Database,
  seriesId: number,
  from: number,
  to: number,
  withTimes: boolean,
): Promise<PointColumns> {
  const columns = makeColumns(to - from, withTimes);
  const rows = await db.all<Pick<ChunkRow, "seq" | "steps" | "vals"> & { times?: Uint8Array }>(
    `SELECT seq, steps, vals${withTimes ? ", times" : ""} FROM chunk WHERE series_id = ? AND seq BETWEEN ? AND ?`,
    seriesId,
    Math.floor(from / CHUNK_POINTS),
    Math.floor((to - 1) / CHUNK_POINTS),
  );
  for (const row of rows) {
    const start = row.seq * CHUNK_POINTS;
    const first = Math.max(from, start);
    const last = Math.min(to, start + CHUNK_POINTS);
    decodeChunk(row, [first - start, last - start], columns, first - from);
  }
  return columns;
}

/** Of a sorted series: the steps of the first chunk that reaches `step`, and the number of points before that chunk. */
export async function chunkReaching(
  db: Database,
  seriesId: number,
  step: number,
): Promise<{ before: number; steps: Float64Array }> {
  const row = await db.get<Pick<ChunkRow, "seq" | "n" | "steps">>(
    "SELECT seq, n, steps FROM chunk WHERE series_id = ? AND max_step >= ? ORDER BY max_step, seq LIMIT 1",
    seriesId,
    step,
  );
  const steps = new Float64Array(row!.n);
  unpackColumn(row!.steps, steps);
  return { before: row!.seq * CHUNK_POINTS, steps };
}

/** Neighbouring rollup cells of one level; `first` is the number of the first one. Good until the next piece is taken. */
export interface CellPiece {
  first: number;
  cells: Cells;
}

/**
 * Rollup cells `from` to `to` (exclusive) of a level in pieces of a database row; all of them must lie in sealed chunks. Each
 * piece is unpacked when its turn comes, so that an overview holds little in memory.
 */
export async function readCells(
  db: Database,
  seriesId: number,
  level: Level,
  from: number,
  to: number,
): Promise<Iterable<CellPiece>> {
  const rows = await db.all<{ seq: number; cells: Uint8Array }>(
    "SELECT seq, cells FROM rollup WHERE series_id = ? AND level = ? AND seq BETWEEN ? AND ? ORDER BY seq",
    seriesId,
    level,
    Math.floor(from / ROW_CELLS),
    Math.floor((to - 1) / ROW_CELLS),
  );
  return unpackPieces(rows, level, from, to);
}

function* unpackPieces(
  rows: { seq: number; cells: Uint8Array }[],
  level: Level,
  from: number,
  to: number,
): Generator<CellPiece> {
  let cells = emptyCells(0);
  for (const row of rows) {
    const start = row.seq * ROW_CELLS;
    const first = Math.max(from, start);
    const last = Math.min(to, start + ROW_CELLS);
    if (cells.count.length !== last - first) cells = emptyCells(last - first);
    decodeCells(row.cells, first - start, level, cells);
    yield { first, cells };
  }
}

import { CellBuilder, type Cells } from "./cells.ts";
import { CHUNK_POINTS, type PointColumns } from "./chunk.ts";
import { levelWithin } from "./rollup.ts";
import type { SeriesSource } from "./series-source.ts";

/** Points `from` to `to` (exclusive) of one sorted source. */
export interface Slice {
  source: SeriesSource;
  from: number;
  to: number;
}

/** Buckets of `width` points, counted from point 0, that a stretch touches. */
const bucketsOf = (from: number, to: number, width: number): number =>
  to <= from ? 0 : Math.floor((to - 1) / width) - Math.floor(from / width) + 1;

/**
 * How many points a bucket holds: the smallest power of two with which no more buckets than asked come out. Buckets begin at
 * multiples of it, so that they stay where they are while a curve grows or is panned; at least about half as many as asked
 * come out. A bucket never spans two stretches; more stretches than buckets asked end at one bucket each.
 */
function bucketWidth(stretches: { from: number; to: number }[], asked: number): number {
  const longest = Math.max(1, ...stretches.map(({ to }) => to));
  for (let width = 1; ; width *= 2) {
    const buckets = stretches.reduce((sum, { from, to }) => sum + bucketsOf(from, to, width), 0);
    if (buckets <= asked || width >= longest) return width;
  }
}

/** Sums sorted slices up into at most `asked` buckets, from rollup cells as far as they reach, else from points. */
export async function bucketSlices(slices: Slice[], asked: number): Promise<Cells> {
  const width = bucketWidth(slices, asked);
  const total = slices.reduce((sum, { from, to }) => sum + bucketsOf(from, to, width), 0);
  const builder = new CellBuilder(total);
  for (const slice of slices) if (slice.to > slice.from) await bucketSlice(slice, width, builder);
  return thin(builder.done(), asked);
}

/** The same for points that already lie in memory, sorted. */
export function bucketPoints({ steps, values }: PointColumns, asked: number): Cells {
  const to = steps.length;
  const width = bucketWidth([{ from: 0, to }], asked);
  const builder = new CellBuilder(bucketsOf(0, to, width));
  for (let at = 0; at < to; at += width) {
    builder.open();
    builder.addPoints(steps, values, at, Math.min(to, at + width));
  }
  return builder.done();
}

/** Feeds a slice to the builder from its first point to its last, a piece at a time, so that little lies in memory. */
async function bucketSlice({ source, from, to }: Slice, width: number, builder: CellBuilder): Promise<void> {
  const level = levelWithin(width);
  const firstCell = level ? Math.ceil(from / level) : 0;
  const lastCell = level ? Math.floor(Math.min(to, source.sealed) / level) : 0;
  const hasCells = lastCell > firstCell;
  let bucket = -1;
  /** Splits a stretch of points where buckets begin. */
  const split = (start: number, end: number, add: (from: number, to: number) => void): void => {
    for (let at = start; at < end;) {
      const own = Math.floor(at / width);
      if (own !== bucket) builder.open();
      bucket = own;
      const next = Math.min(end, (own + 1) * width);
      add(at, next);
      at = next;
    }
  };
  const addPoints = async (start: number, end: number): Promise<void> => {
    for (let at = start; at < end; at += CHUNK_POINTS) {
      const last = Math.min(end, at + CHUNK_POINTS);
      const { steps, values } = await source.points(at, last, false);
      split(at, last, (a, b) => builder.addPoints(steps, values, a - at, b - at));
    }
  };
  if (!level || !hasCells) return addPoints(from, to);
  await addPoints(from, firstCell * level);
  for (const { first, cells } of await source.cells(level, firstCell, lastCell)) {
    const start = first * level;
    split(start, start + cells.count.length * level, (a, b) =>
      builder.addCells(cells, a / level - first, b / level - first),
    );
  }
  await addPoints(lastCell * level, to);
}

/** Joins neighbours when there are still more buckets than asked (one each for many segments). */
function thin(cells: Cells, asked: number): Cells {
  const n = cells.count.length;
  if (n <= asked) return cells;
  const group = Math.ceil(n / asked);
  const builder = new CellBuilder(Math.ceil(n / group));
  for (let at = 0; at < n; at += group) {
    builder.open();
    builder.addCells(cells, at, Math.min(n, at + group));
  }
  return builder.done();
}

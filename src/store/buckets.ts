import { CellBuilder, type Cells } from "./cells.ts";
import type { PointColumns } from "./chunk.ts";
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
export function bucketWidth(stretches: { from: number; to: number }[], asked: number): number {
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

async function bucketSlice({ source, from, to }: Slice, width: number, builder: CellBuilder): Promise<void> {
  const level = levelWithin(width);
  const firstCell = level ? Math.ceil(from / level) : 0;
  const lastCell = level ? Math.floor(Math.min(to, source.sealed) / level) : 0;
  const cells = level && lastCell > firstCell ? await source.cells(level, firstCell, lastCell) : undefined;
  const cellsFrom = cells ? firstCell * level! : from;
  const cellsTo = cells ? lastCell * level! : from;
  const head = await source.points(from, cellsFrom, false);
  const tail = await source.points(cellsTo, to, false);
  for (let at = Math.floor(from / width) * width; at < to; at += width) {
    const clip = (point: number): number => Math.min(Math.max(point, at), at + width);
    builder.open();
    builder.addPoints(head.steps, head.values, clip(from) - from, clip(cellsFrom) - from);
    if (cells) builder.addCells(cells, clip(cellsFrom) / level! - firstCell, clip(cellsTo) / level! - firstCell);
    builder.addPoints(tail.steps, tail.values, clip(cellsTo) - cellsTo, clip(to) - cellsTo);
  }
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

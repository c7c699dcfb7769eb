import { CellBuilder, type Cells } from "./cells.ts";
import { packColumn, unpackColumn } from "./columns.ts";
import { CHUNK_POINTS, type PointColumns } from "./chunk.ts";

/** Points a cell of each level of the pyramid sums up. Each divides a chunk, so a cell never spans two. */
export const LEVELS = [64, 256, 1024, 4096] as const;
export type Level = (typeof LEVELS)[number];

/** Cells of one level in a row of the database. */
export const ROW_CELLS = 256;

/** The pyramid over one sealed chunk: `CHUNK_POINTS / level` cells at each level, finest first. */
export function rollUp({ steps, values }: PointColumns): Cells[] {
  const pyramid: Cells[] = [];
  for (const level of LEVELS) {
    const finer = pyramid.at(-1);
    const builder = new CellBuilder(CHUNK_POINTS / level);
    for (let at = 0; at < CHUNK_POINTS; at += level) {
      builder.open();
      if (finer) builder.addCells(finer, (at / level) * 4, (at / level) * 4 + 4);
      else builder.addPoints(steps, values, at, at + level);
    }
    pyramid.push(builder.done());
  }
  return pyramid;
}

/** The finest to coarsest level whose cells fit into buckets of `width` points; undefined: only points do. */
export function levelWithin(width: number): Level | undefined {
  return LEVELS.findLast((level) => level <= width);
}

/** `count` is the level itself in every stored cell, so it is not stored. */
const STORED = ["step0", "step1", "min", "max", "mean", "finite"] as const satisfies (keyof Cells)[];

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** Cells as one blob: each column packed, with its byte length (u32, at the front) so that it can be found; 8-byte aligned. */
export function encodeCells(cells: Cells): Uint8Array {
  const packed = STORED.map((name) => packColumn(cells[name]));
  const header = STORED.length * 4;
  const blob = new Uint8Array(packed.reduce((sum, bytes) => sum + padded(bytes.length), header));
  const sizes = new DataView(blob.buffer);
  let at = header;
  packed.forEach((bytes, i) => {
    sizes.setUint32(i * 4, bytes.length, true);
    blob.set(bytes, at);
    at += padded(bytes.length);
  });
  return blob;
}

/** Fills `cells` with those of a blob, from the one numbered `from` on. */
export function decodeCells(blob: Uint8Array, from: number, level: Level, cells: Cells): void {
  const sizes = new DataView(blob.buffer, blob.byteOffset);
  let offset = STORED.length * 4;
  STORED.forEach((name, i) => {
    const size = sizes.getUint32(i * 4, true);
    unpackColumn(blob.subarray(offset, offset + size), cells[name], from);
    offset += padded(size);
  });
  cells.count.fill(level);
}

/**
 * Byte-exact packing of a stretch of journal text. Lines of metrics carry some seven bytes of number in forty of text, and
 * no general compressor finds them: so lines in the canonical spelling are taken apart into columns of numbers, whose bytes
 * are laid out by significance, and every other line stays text. The result is meant to be compressed. Layout: docs/formats.md.
 */
import { fromJsonNumber } from "../base/numbers.ts";
import { metricKey, metricsLine } from "./metrics-line.ts";

/** Bytes are handled as Latin-1 characters, so that damaged UTF-8 comes back as it was. */
const BYTES = "latin1";
const PACKED_KINDS = new Set<unknown>(["metrics", "system"]);
const MAX_SHAPES = 255;

/** Lines of one kind with the same names in the same order: a table of numbers, time and step first. */
interface Shape {
  kind: string;
  names: string[];
  rows: number[][];
}

export function packBlock(text: Buffer): Buffer {
  const lines = text.toString(BYTES).split("\n");
  const unended = lines.pop()!;
  const shapes = new Map<string, Shape>();
  const order: Shape[] = [];
  const operations: number[] = [];
  let rest = "";
  for (const line of lines) {
    const shape = packLine(line, shapes, order);
    operations.push(shape);
    if (shape === 0) rest += `${line}\n`;
  }
  const parts = [
    sized(Buffer.from(operations)),
    sized(Buffer.from(rest + unended, BYTES)),
    sized(Buffer.from(JSON.stringify(order.map(({ kind, names }) => [kind, ...names])), BYTES)),
  ];
  for (const { names, rows } of order) {
    for (let column = 0; column < names.length + 2; column++) {
      parts.push(
        packColumn(
          rows.map((row, at) => (column < 2 && at > 0 ? row[column]! - rows[at - 1]![column]! : row[column]!)),
        ),
      );
    }
  }
  return Buffer.concat(parts);
}

export function unpackBlock(packed: Buffer): Buffer {
  let at = 0;
  const part = (): Buffer => {
    const start = at + 4;
    at = start + packed.readUInt32LE(at);
    return packed.subarray(start, at);
  };
  const operations = part();
  const rest = part().toString(BYTES);
  const heads = JSON.parse(part().toString(BYTES)) as string[][];
  const counts = new Uint32Array(heads.length + 1);
  for (const operation of operations) counts[operation]!++;
  const tables = heads.map(([kind, ...names], index) => {
    const rows = counts[index + 1]!;
    const columns = Array.from({ length: names.length + 2 }, () => {
      const { values, size } = unpackColumn(packed, at, rows);
      at += size;
      return values;
    });
    for (const column of columns.slice(0, 2)) for (let row = 1; row < rows; row++) column[row]! += column[row - 1]!;
    return { kind: kind!, keys: names.map(metricKey), columns, row: 0 };
  });
  let text = "";
  let restAt = 0;
  for (const operation of operations) {
    if (operation === 0) {
      const end = rest.indexOf("\n", restAt) + 1;
      text += rest.slice(restAt, end);
      restAt = end;
    } else {
      const table = tables[operation - 1]!;
      const row = table.row++;
      const cell = (column: number) => table.columns[column]![row]!;
      const { kind, keys } = table;
      text += `${metricsLine(
        kind,
        cell(0),
        cell(1),
        keys.length,
        (index) => keys[index]!,
        (index) => cell(index + 2),
      )}\n`;
    }
  }
  return Buffer.from(text + rest.slice(restAt), BYTES);
}

/** Puts a line into the table of its shape. Returns the shape's number from 1, or 0 for a line that stays text. */
function packLine(line: string, shapes: Map<string, Shape>, order: Shape[]): number {
  const row = readRow(line);
  if (!row) return 0;
  const { kind, names, numbers } = row;
  const key = JSON.stringify([kind, names]);
  let shape = shapes.get(key);
  if (!shape) {
    if (order.length === MAX_SHAPES) return 0;
    shapes.set(key, (shape = { kind, names, rows: [] }));
    order.push(shape);
  }
  const before = shape.rows.at(-1);
  if (before && [0, 1].some((column) => before[column]! + (numbers[column]! - before[column]!) !== numbers[column]))
    return 0;
  shape.rows.push(numbers);
  return order.indexOf(shape) + 1;
}

/** The numbers of a line, if writing them again gives the very same bytes. */
function readRow(line: string): { kind: string; names: string[]; numbers: number[] } | undefined {
  if (!line.startsWith('{"t":"')) return undefined;
  let event: Record<string, unknown>;
  try {
    event = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { t, timeMs, step, values } = event;
  if (!PACKED_KINDS.has(t) || typeof timeMs !== "number" || typeof step !== "number") return undefined;
  if (typeof values !== "object" || values === null) return undefined;
  const names = Object.keys(values);
  const numbers = Object.values(values).map((value) => fromJsonNumber(value) ?? Number.NaN);
  const again = metricsLine(
    t as string,
    timeMs,
    step,
    names.length,
    (at) => metricKey(names[at]!),
    (at) => numbers[at]!,
  );
  return again === line ? { kind: t as string, names, numbers: [timeMs, step, ...numbers] } : undefined;
}

/** Width of a column's numbers (4 when all are exact as float32, else 8), then its bytes: all first bytes, all second… */
function packColumn(values: number[]): Buffer {
  const single = values.every((value) => Object.is(Math.fround(value), value));
  const array = single ? Float32Array.from(values) : Float64Array.from(values);
  const bytes = new Uint8Array(array.buffer);
  const width = array.BYTES_PER_ELEMENT;
  const out = Buffer.alloc(1 + bytes.length);
  out[0] = width;
  for (let plane = 0, to = 1; plane < width; plane++) {
    for (let from = plane; from < bytes.length; from += width) out[to++] = bytes[from]!;
  }
  return out;
}

function unpackColumn(packed: Buffer, at: number, count: number): { values: Float64Array; size: number } {
  const width = packed[at]!;
  const bytes = new Uint8Array(count * width);
  for (let plane = 0, from = at + 1; plane < width; plane++) {
    for (let to = plane; to < bytes.length; to += width) bytes[to] = packed[from++]!;
  }
  const values = width === 4 ? Float64Array.from(new Float32Array(bytes.buffer)) : new Float64Array(bytes.buffer);
  return { values, size: 1 + bytes.length };
}

function sized(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  return Buffer.concat([size, bytes]);
}

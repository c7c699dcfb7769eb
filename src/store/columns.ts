/**
 * Columns of numbers as compact, self-describing blobs (little-endian).
 *
 * Byte 0 is the kind, bytes 1–7 are zero:
 * - `float64`, `float32`: the values follow at byte 8. float32 only when no value loses a bit by it.
 * - `delta`: integers; the first value (f64, byte 8), the smallest difference between neighbours (f64, byte 16), then for
 *   each further value its difference minus that smallest one, as u8, u16 or u32. A column of equal differences (regular
 *   steps, a constant) has no further bytes.
 */
const KIND = { float64: 1, float32: 2, delta0: 3, delta8: 4, delta16: 5, delta32: 6 } as const;
const PLAIN_HEADER = 8;
const DELTA_HEADER = 24;

/** Packs a column in the smallest of the forms that gives every value back as it was (any NaN comes back as NaN). */
export function packColumn(column: Float64Array): Uint8Array {
  const shape = inspect(column);
  const plainWidth = shape.float32 ? 4 : 8;
  if (shape.integers) {
    const range = shape.maxDelta - shape.minDelta;
    const width = range === 0 ? 0 : range <= 0xff ? 1 : range <= 0xffff ? 2 : range <= 0xffffffff ? 4 : 8;
    if (width < plainWidth) return packDeltas(column, shape.minDelta, width);
  }
  const bytes = new Uint8Array(PLAIN_HEADER + column.length * plainWidth);
  bytes[0] = shape.float32 ? KIND.float32 : KIND.float64;
  if (shape.float32) new Float32Array(bytes.buffer, PLAIN_HEADER).set(column);
  else new Float64Array(bytes.buffer, PLAIN_HEADER).set(column);
  return bytes;
}

/** Fills `target` with values of a packed column, from the one numbered `from` on. */
export function unpackColumn(blob: Uint8Array, target: Float64Array, from = 0): void {
  const bytes = aligned(blob);
  const { buffer, byteOffset, byteLength } = bytes;
  const plain = byteOffset + PLAIN_HEADER;
  const deltas = byteOffset + DELTA_HEADER;
  const rest = byteLength - DELTA_HEADER;
  switch (bytes[0]) {
    case KIND.float64:
      return target.set(new Float64Array(buffer, plain + from * 8, target.length));
    case KIND.float32:
      return target.set(new Float32Array(buffer, plain + from * 4, target.length));
    case KIND.delta0:
      return unpackDeltas(bytes, undefined, target, from);
    case KIND.delta8:
      return unpackDeltas(bytes, new Uint8Array(buffer, deltas, rest), target, from);
    case KIND.delta16:
      return unpackDeltas(bytes, new Uint16Array(buffer, deltas, rest >> 1), target, from);
    case KIND.delta32:
      return unpackDeltas(bytes, new Uint32Array(buffer, deltas, rest >> 2), target, from);
    default:
      throw new Error(`unknown column kind ${bytes[0]}`);
  }
}

function inspect(column: Float64Array) {
  let integers = column.length > 0;
  let float32 = true;
  let minDelta = Number.POSITIVE_INFINITY;
  let maxDelta = Number.NEGATIVE_INFINITY;
  let before = column[0] ?? 0;
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (float32 && Math.fround(value) !== value && value === value) float32 = false;
    if (integers) {
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) integers = false;
      else if (i > 0) {
        const delta = value - before;
        if (delta < minDelta) minDelta = delta;
        if (delta > maxDelta) maxDelta = delta;
        before = value;
      }
    }
    if (!integers && !float32) break;
  }
  if (column.length < 2) minDelta = maxDelta = 0;
  // Differences beyond 2^53 are rounded and would not add up again.
  integers &&= Number.isSafeInteger(minDelta) && Number.isSafeInteger(maxDelta);
  return { integers, float32, minDelta, maxDelta };
}

function packDeltas(column: Float64Array, base: number, width: number): Uint8Array {
  const rest = column.length - 1;
  const bytes = new Uint8Array(DELTA_HEADER + rest * width);
  const view = new DataView(bytes.buffer);
  view.setFloat64(8, column[0]!, true);
  view.setFloat64(16, base, true);
  bytes[0] = width === 0 ? KIND.delta0 : width === 1 ? KIND.delta8 : width === 2 ? KIND.delta16 : KIND.delta32;
  if (width === 0) return bytes;
  const Deltas = width === 1 ? Uint8Array : width === 2 ? Uint16Array : Uint32Array;
  const deltas = new Deltas(bytes.buffer, DELTA_HEADER, rest);
  for (let i = 0; i < rest; i++) deltas[i] = column[i + 1]! - column[i]! - base;
  return bytes;
}

function unpackDeltas(
  bytes: Uint8Array,
  deltas: Uint8Array | Uint16Array | Uint32Array | undefined,
  target: Float64Array,
  from: number,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const base = view.getFloat64(16, true);
  let value = view.getFloat64(8, true);
  if (deltas) for (let i = 0; i < from; i++) value += base + deltas[i]!;
  else value += base * from;
  for (let i = 0; i < target.length; i++) {
    target[i] = value;
    value += base + (deltas ? (deltas[from + i] ?? 0) : 0);
  }
}

/** The same bytes at an 8-byte boundary, copied only when they lie elsewhere. */
function aligned(blob: Uint8Array): Uint8Array {
  return blob.byteOffset % 8 === 0 ? blob : new Uint8Array(blob);
}

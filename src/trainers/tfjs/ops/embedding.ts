/** Gradient rows of an embedding table: those ids that were looked up, ascending, and one row for each. */
export interface RowGradient {
  readonly ids: Int32Array;
  readonly values: Float32Array;
}

/** Looks up rows of a row-major table that is `width` wide: `[ids.length, width]`. */
export function gatherRows(table: Float32Array, ids: Int32Array, width: number): Float32Array {
  const rows = new Float32Array(ids.length * width);
  for (let at = 0; at < ids.length; at++)
    rows.set(table.subarray(ids[at]! * width, (ids[at]! + 1) * width), at * width);
  return rows;
}

/**
 * The gradient of a table from that of the rows looked up in it: rows of the same id are summed, in order.
 *
 * Lookup and sum are done here on the host and not by `tf.gather`: its gradient needs a kernel that the wasm backend lacks
 * and that takes time in proportion to the vocabulary elsewhere, while a batch touches few rows.
 * @param rows gradient of `gatherRows`' result
 */
export function sumRows(rows: Float32Array, ids: Int32Array, width: number): RowGradient {
  const unique = Int32Array.from(new Set(ids)).sort();
  const placeOf = new Map(Array.from(unique, (id, place) => [id, place]));
  const values = new Float32Array(unique.length * width);
  for (let at = 0; at < ids.length; at++) {
    const to = placeOf.get(ids[at]!)! * width;
    const from = at * width;
    for (let i = 0; i < width; i++) values[to + i]! += rows[from + i]!;
  }
  return { ids: unique, values };
}

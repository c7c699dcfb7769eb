import { withGradient } from "./custom-gradient.ts";
import * as tf from "./tf.ts";

/** The distinct ids of a batch, ascending, and for each position the place of its id among them. */
export interface UniqueIds {
  readonly unique: Int32Array;
  readonly places: Int32Array;
}

export function uniqueIds(ids: Int32Array): UniqueIds {
  const unique = Int32Array.from(new Set(ids)).sort();
  const placeOf = new Map(Array.from(unique, (id, place) => [id, place]));
  return { unique, places: ids.map((id) => placeOf.get(id)!) };
}

/** Copies the rows `ids` of a row-major table that is `width` wide. */
export function gatherRows(table: Float32Array, ids: Int32Array, width: number): Float32Array {
  const rows = new Float32Array(ids.length * width);
  ids.forEach((id, at) => rows.set(table.subarray(id * width, (id + 1) * width), at * width));
  return rows;
}

/**
 * Rows of a small table by place: `rows [n, width]` and `places` give `[places.length, width]`.
 * The gradient sums by `scatterND`, since that of `tf.gather` needs a kernel which the wasm backend lacks.
 */
export function lookup(rows: tf.Tensor2D, places: Int32Array, frozen: boolean): tf.Tensor2D {
  const value = (): tf.Tensor2D => tf.gather(rows, tf.tensor1d(places, "int32"));
  if (frozen) return value();
  return withGradient<tf.Tensor2D>(
    [rows],
    () => ({ value: value(), save: [] }),
    (dy) => [tf.scatterND(tf.tensor2d(places, [places.length, 1], "int32"), dy, rows.shape)],
  );
}

import type { MetricSummary, RunListItem } from "../runs/model.ts";
import { decodeSummaries, encodeSummaries } from "./summary.ts";

/**
 * A list of runs in the form it lies in the database: few large pieces, so that a list of thousands is put together, and
 * sent between threads, without an object for each of its numbers.
 */
export interface PackedList {
  kind: "packed-list";
  /** JSON array of the list items without their metrics. */
  heads: string;
  /** Summary blobs of all runs, one after another. */
  numbers: Float64Array;
  /** Where in `numbers` each run's blob ends. */
  ends: Float64Array;
  /** Names of the metrics, and the number each goes by in the blobs. */
  names: string[];
  ids: number[];
}

/** Gathers a packed list run by run. */
export class ListPacker {
  readonly #heads: string[] = [];
  readonly #blobs: Uint8Array[] = [];
  readonly #ids: Map<string, number>;
  #nextId: number;

  /** `ids`: the numbers that metric names have in the database. */
  constructor(ids: ReadonlyMap<string, number>) {
    this.#ids = new Map(ids);
    this.#nextId = Math.max(0, ...ids.values()) + 1;
  }

  get length(): number {
    return this.#heads.length;
  }

  /** A run as its database row has it. */
  addRow(head: string, metrics: Uint8Array): void {
    this.#heads.push(head);
    this.#blobs.push(metrics);
  }

  addItem({ metrics, ...head }: RunListItem): void {
    this.addRow(
      JSON.stringify(head),
      encodeSummaries(metrics, (name) => this.#idOf(name)),
    );
  }

  done(): PackedList {
    const bytes = new Uint8Array(this.#blobs.reduce((sum, blob) => sum + blob.length, 0));
    const ends = new Float64Array(this.#blobs.length);
    let at = 0;
    this.#blobs.forEach((blob, i) => {
      bytes.set(blob, at);
      at += blob.length;
      ends[i] = at / 8;
    });
    return {
      kind: "packed-list",
      heads: `[${this.#heads.join(",")}]`,
      numbers: new Float64Array(bytes.buffer),
      ends,
      names: [...this.#ids.keys()],
      ids: [...this.#ids.values()],
    };
  }

  /** A metric that no commit has written yet gets a number for this list only. */
  #idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#ids.set(name, this.#nextId);
    return this.#nextId++;
  }
}

/** The list items themselves. */
export function unpackList({ heads, numbers, ends, names, ids }: PackedList): RunListItem[] {
  const nameById = new Map(ids.map((id, i) => [id, names[i]!]));
  const items = JSON.parse(heads) as (Omit<RunListItem, "metrics"> & { metrics?: Record<string, MetricSummary> })[];
  items.forEach((item, i) => {
    item.metrics = decodeSummaries(numbers.subarray(ends[i - 1] ?? 0, ends[i]), (id) => nameById.get(id));
  });
  return items as RunListItem[];
}

import type { RunListItem, RunRecord } from "../runs/model.ts";
import type { TableEvent } from "../journal/events.ts";
import type { Cells } from "./cells.ts";

/** A stretch of one metric. Columns of equal length, sorted by step (equal steps in order of arrival). */
export interface Points {
  kind: "points";
  steps: Float64Array;
  values: Float64Array;
  /** Epoch milliseconds. */
  timesMs: Float64Array;
}

/**
 * The same stretch in buckets, for drawing. `mean`, `min` and `max` are over finite values, NaN in a bucket without one;
 * `count` is of all points, `finite` of the finite ones, so that a NaN among thousands is not overlooked.
 */
export interface Buckets extends Cells {
  kind: "buckets";
}

/** When steps happened: columns of equal length, both rising, at most 2,048 pairs; between two pairs time runs evenly. */
export interface StepTimes {
  kind: "clock";
  steps: Float64Array;
  /** Epoch milliseconds. */
  timesMs: Float64Array;
}

export interface SeriesQuery {
  /** Run id. */
  run: string;
  metric: string;
  /** Step range, both ends included. */
  from?: number;
  to?: number;
  /** At most this many buckets; absent = every point. A stretch with no more points than asked comes as buckets of one. */
  buckets?: number;
  /** `counting` (default): what the run's curve is. `abandoned`: what resumes cut off. */
  part?: "counting" | "abandoned";
}

export interface ListQuery {
  /** Filter expression (`src/store/filter.ts`); absent = all. */
  filter?: string;
  /** Include runs in the trash (default no). */
  trashed?: boolean;
  /** Newest first; at most this many. */
  limit?: number;
}

/** What changed in the store, for watchers. */
export interface StoreChange {
  /** Runs with new data or a new state. */
  runs: string[];
}

/**
 * Everything readers need. Answers are the same whether they come from sealed chunks, from a journal's tail, from this
 * process or from another that ingests.
 */
export interface RunStore {
  /** It can answer no more, for its thread has ended: another has to be opened. */
  readonly isEnded?: boolean;
  /** Reads what journals have gained since the last call; ingests it when this process holds (or can take) the lease. */
  sync(): Promise<StoreChange>;
  list(query?: ListQuery): Promise<RunListItem[]>;
  /** By id; undefined when there is none. */
  get(id: string): Promise<RunRecord | undefined>;
  /** Ids of the runs whose id or name starts with, or whose name equals, the text; newest first. */
  find(text: string): Promise<string[]>;
  /** Ids of the runs that have not ended, as far as their journals say: those that may have processes. */
  open(): Promise<string[]>;
  series(query: SeriesQuery): Promise<Points | Buckets>;
  /** Several series in one call, in the order asked. */
  seriesMany(queries: SeriesQuery[]): Promise<(Points | Buckets)[]>;
  /** When the steps of a run happened, by its densest training metric; no pairs before the first point. */
  clock(run: string): Promise<StepTimes>;
  table(run: string, name: string, step?: number): Promise<TableEvent | undefined>;
  /** Rebuilds the database from the journals; the old one stays until the new one is whole. */
  reindex(progress?: (done: number, total: number) => void): Promise<void>;
  /** Tells that a run's folder changed outside its journals (meta.json, folder removed, resumed). */
  touch(run: string): Promise<void>;
  close(): Promise<void>;
}

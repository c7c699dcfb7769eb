import type { DataFacts, DataQuality } from "../../config/facts/facts.ts";
import type { ReadOptions } from "../types.ts";
import type { Lengths } from "./lengths.ts";

/** Rows up to which it is worked out which ones are held out; of more, counts are reckoned by the share that is. */
export const SPLIT_ROWS = 200_000;

export interface ScanOptions extends ReadOptions {
  /** Told the class names of the training data, sorted, before they are held against `data.labels`. */
  onLabels?: (labels: string[]) => void;
}

export const lengthFacts = (lengths: Lengths): DataFacts["characters"] => ({
  mean: lengths.mean,
  p50: lengths.percentile(0.5),
  p95: lengths.percentile(0.95),
  max: lengths.max,
  total: lengths.total,
  percentile: (share) => lengths.percentile(share),
  longerThan: (length) => lengths.above(length),
});

/** The counts of data without any fault. */
export const noFaults = (): DataQuality => ({
  emptyTexts: 0,
  emptyAnswers: 0,
  duplicates: 0,
  conflicts: 0,
  overlap: 0,
  isEstimate: false,
  sameFile: null,
  chat: { doubleAnswers: 0, endsWithUser: 0, emptyContents: 0, unknownRoles: [] },
  preference: { missing: 0, identical: 0 },
  evalOnlyLabels: [],
  first: {},
});

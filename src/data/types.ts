/** One labelled text, ready for a trainer. */
export interface Example {
  text: string;
  /** Index into the labels. */
  label: number;
  /** Absolute path of the data file. */
  file: string;
  /** 1-based data record in that file (a CSV header is not counted). */
  row: number;
}

/** One record of a data file. */
export interface DataRow {
  /** Absolute path. */
  file: string;
  /** 1-based data record in that file (a CSV header is not counted). */
  row: number;
  /** 1-based line the record starts at; null for formats without lines. */
  line: number | null;
  values: Record<string, unknown>;
}

/** A data file as it was read. */
export interface DataFile {
  /** Absolute path. */
  path: string;
  bytes: number;
  sha256: string;
  rows: number;
}

/** Formats that are read from files. */
export type FileFormat = "csv" | "tsv" | "jsonl" | "parquet";

/** What a classifier is trained and evaluated on. */
export interface ClassificationData {
  train: Example[];
  /** Empty when nothing is held out and no evaluation data is named. */
  eval: Example[];
  /** Class names by index. */
  labels: string[];
  /** Rows of each class, by name, after the split. */
  classCounts: { train: Record<string, number>; eval: Record<string, number> };
  /** Training files, then evaluation files. */
  files: DataFile[];
  /** What was found and guessed, for the run's record: `textColumn`, `labelColumn`, `guessedColumns`, `inferredLabels`, `format`, `delimiter`. */
  facts: Record<string, unknown>;
}

/** How far reading is. */
export interface ReadProgress {
  file: string;
  /** Rows read from this file so far. */
  rows: number;
}

export interface ReadOptions {
  signal?: AbortSignal;
  /** Called every few thousand rows and at the end of each file. */
  onProgress?: (progress: ReadProgress) => void;
}

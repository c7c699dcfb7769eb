import type { ColumnRole, DataFacts, DataQuality, PairKind } from "../../config/facts/facts.ts";
import type { LabelTally } from "../labels.ts";
import type { DataRow } from "../types.ts";

/** Columns as a config names them, by role. */
export type NamedColumns = Readonly<Partial<Record<ColumnRole, string | undefined>>>;

/** What one row says, whatever the task. */
export interface Reading {
  /** What the model gets to see. */
  text: string;
  /** What it learns to answer; null where the task has no answers. */
  answer: string | null;
  /** What is no fault here: a text that is empty, or an answer too, because another count tells of it. */
  mayBeEmpty?: "text" | "both";
}

/** Where readers of rows note what they find; one for `data.train`, one for `data.eval`. */
export interface Notes {
  quality: Pick<DataQuality, "chat" | "preference" | "first">;
  labels: LabelTally;
}

/** Reads the rows of a table for one task. */
export interface RowReader {
  roles: Partial<Record<ColumnRole, string>>;
  /** Columns that are needed. */
  columns: string[];
  shape: DataFacts["shape"];
  /** Of an embedding. */
  pairs?: PairKind;
  read(row: DataRow, notes: Notes): Reading;
}

/** A table as far as its columns tell. */
export interface Columns {
  file: string;
  columns: readonly string[];
}

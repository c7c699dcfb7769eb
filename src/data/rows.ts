import { createHash } from "node:crypto";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { dataFiles, emptyFile } from "./locations.ts";
import { Pauses } from "./pause.ts";
import { openTable, type Table } from "./readers.ts";
import type { DataFile, DataRow, FileFormat, ReadOptions } from "./types.ts";

/** Rows between two looks at the signal and calls of `onProgress`. */
const PROGRESS_ROWS = 4096;
/** Rows between two looks at the clock. */
const PAUSE_ROWS = 64;

export interface RowOptions extends ReadOptions {
  /** Which of a file's columns are needed; all when left out. */
  columns?: (table: Table) => string[];
  /** Gets each file with its size and hash once its last row was given out. */
  onFile?: (file: DataFile, table: Table) => void;
}

/** The part of a config that says where rows come from. */
export interface RowSource {
  /** A path, a glob, or a list of them (`data.train`, `data.eval`). */
  spec: string | readonly string[];
  format: "auto" | FileFormat | "hf";
  baseDir: string;
}

/** Every row of every file, read as a stream and hashed in the same pass. What is wrong is a `UserError` with its place. */
export async function* readRows(source: RowSource, options: RowOptions = {}): AsyncGenerator<DataRow> {
  const { format } = source;
  const { signal, onProgress, onFile, columns } = options;
  if (format === "hf") throw hubData(source.spec);
  const pauses = new Pauses();
  for (const file of dataFiles(source.spec, source.baseDir)) {
    const table = await openTable(file, format);
    const hash = createHash("sha256");
    let bytes = 0;
    let rows = 0;
    const onBytes = (chunk: Uint8Array): void => {
      hash.update(chunk);
      bytes += chunk.length;
    };
    for await (const row of table.rows({ onBytes, signal, ...(columns ? { columns: columns(table) } : {}) })) {
      rows++;
      if (rows % PAUSE_ROWS === 0) await pauses.give(signal);
      if (rows % PROGRESS_ROWS === 0) {
        signal?.throwIfAborted();
        onProgress?.({ file, rows });
      }
      yield row;
    }
    if (rows === 0) throw emptyFile(file);
    onProgress?.({ file, rows });
    onFile?.({ path: file, bytes, sha256: hash.digest("hex"), rows }, table);
  }
}

function hubData(spec: string | readonly string[]): UserError {
  return new UserError(
    "data-hub",
    t(
      "`data.format: hf` names the hub's data set {0}, which this trainer does not download.",
      [spec].flat().join(", "),
    ),
    {
      advice: t("Download it as Parquet or CSV and name the files in `data.train`."),
    },
  );
}

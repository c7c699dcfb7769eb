import { csvColumns, csvRows, delimiterOf } from "./csv.ts";
import { jsonlColumns, jsonlRows } from "./jsonl.ts";
import { parquetColumns, parquetRows } from "./parquet.ts";
import { formatOf } from "./sniff.ts";
import type { TextOptions } from "./text.ts";
import type { DataRow, FileFormat } from "./types.ts";

/** A data file whose format is known. */
export interface Table {
  file: string;
  format: FileFormat;
  /** Of CSV and TSV, else null. */
  delimiter: string | null;
  /** Names of the columns; of JSONL those of the first row. */
  columns: string[];
  /** The rows, once more at each call. `columns` limits what is decoded where the format allows it (Parquet). */
  rows(options?: TextOptions & { columns?: string[] }): AsyncGenerator<DataRow>;
}

/** Opens a data file: finds its format and its columns. */
export async function openTable(file: string, declared: "auto" | FileFormat): Promise<Table> {
  const format = formatOf(file, declared);
  switch (format) {
    case "csv":
    case "tsv": {
      const delimiter = format === "tsv" ? "\t" : delimiterOf(file);
      const columns = await csvColumns(file, delimiter);
      return { file, format, delimiter, columns, rows: (options = {}) => csvRows(file, delimiter, options) };
    }
    case "jsonl": {
      const columns = await jsonlColumns(file);
      return { file, format, delimiter: null, columns, rows: (options = {}) => jsonlRows(file, options) };
    }
    case "parquet": {
      const columns = await parquetColumns(file);
      const rows: Table["rows"] = (options = {}) => parquetRows(file, options.columns, options);
      return { file, format, delimiter: null, columns, rows };
    }
  }
}

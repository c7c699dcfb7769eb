import { createReadStream } from "node:fs";
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type AsyncBuffer,
  type FileMetaData,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { shownPath } from "./complaint.ts";
import type { TextOptions } from "./text.ts";
import type { DataRow } from "./types.ts";

/** Rows decoded at once. */
const BATCH = 8192;

/** Names of the top-level columns. */
export async function parquetColumns(file: string): Promise<string[]> {
  const { metadata } = await open(file);
  return parquetSchema(metadata).children.map(({ element }) => element.name);
}

/** Rows with the given columns (all when undefined), a batch of a row group at a time. Whole 64-bit numbers become plain numbers. */
export async function* parquetRows(
  file: string,
  columns: string[] | undefined,
  options: TextOptions,
): AsyncGenerator<DataRow> {
  if (options.onBytes) await readBytes(file, options);
  const { buffer, metadata } = await open(file);
  let row = 0;
  for (const { start, end } of batches(metadata)) {
    options.signal?.throwIfAborted();
    for (const values of await decode(file, buffer, metadata, columns, start, end)) {
      row++;
      yield { file, row, line: null, values: plainValues(values) };
    }
  }
}

async function open(file: string): Promise<{ buffer: AsyncBuffer; metadata: FileMetaData }> {
  try {
    const buffer = await asyncBufferFromFile(file);
    return { buffer, metadata: await parquetMetadataAsync(buffer) };
  } catch (cause) {
    throw damaged(file, cause);
  }
}

async function decode(
  file: string,
  buffer: AsyncBuffer,
  metadata: FileMetaData,
  columns: string[] | undefined,
  rowStart: number,
  rowEnd: number,
): Promise<Record<string, unknown>[]> {
  try {
    return await parquetReadObjects({
      file: buffer,
      metadata,
      compressors,
      rowStart,
      rowEnd,
      ...(columns ? { columns } : {}),
    });
  } catch (cause) {
    throw damaged(file, cause);
  }
}

/** Ranges of rows that do not cross a row group. */
function* batches(metadata: FileMetaData): Generator<{ start: number; end: number }> {
  let first = 0;
  for (const group of metadata.row_groups) {
    const last = first + Number(group.num_rows);
    for (let start = first; start < last; start += BATCH) yield { start, end: Math.min(last, start + BATCH) };
    first = last;
  }
}

const plainValues = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isSmall = typeof value === "bigint" && Number.isSafeInteger(Number(value));
      return [name, isSmall ? Number(value) : value];
    }),
  );

async function readBytes(file: string, { onBytes, signal }: TextOptions): Promise<void> {
  for await (const bytes of createReadStream(file, signal ? { signal } : {}) as AsyncIterable<Buffer>) onBytes?.(bytes);
}

function damaged(file: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    "data-parquet-damaged",
    t("{0} cannot be read as Parquet: {1}.", shownPath(file), reason.replace(/\.$/, "")),
    {
      file,
      advice: t("Check that the file is whole and is Parquet; `data.format` names another format."),
      cause,
    },
  );
}

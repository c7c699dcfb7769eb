import { closeSync, openSync, readSync } from "node:fs";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { shownPath } from "./complaint.ts";
import { EXTENSIONS, extensionOf } from "./locations.ts";
import type { FileFormat } from "./types.ts";

/** First bytes of files that are often named as data by mistake. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ["PAR1", "a Parquet file"],
  ["PK\u0003\u0004", "a ZIP archive (or an Excel workbook)"],
  ["\u001f\u008b", "a gzip archive"],
  ["\u0028\u00b5\u002f\u00fd", "a Zstandard archive"],
  ["BZh", "a bzip2 archive"],
  ["ARROW1", "an Arrow file"],
  ["\u00ff\u00fe", "UTF-16 text"],
  ["\u00fe\u00ff", "UTF-16 text"],
  ["\u0089PNG", "a PNG image"],
  ["\u00ff\u00d8\u00ff", "a JPEG image"],
  ["%PDF-", "a PDF"],
  ["SQLite format 3", "an SQLite database"],
  ["\u0089HDF", "an HDF5 file"],
  ["\u0080\u0004", "a Python pickle"],
];

/** What a file's first bytes say it is; undefined for plain text. A zero byte never stands in text. */
export function binaryKind(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString("latin1");
  const known = SIGNATURES.find(([signature]) => start.startsWith(signature));
  return known?.[1] ?? (bytes.includes(0) ? "a binary file" : undefined);
}

/** The format of a file: what the config says, else by its extension, else by its content. */
export function formatOf(file: string, declared: "auto" | FileFormat): FileFormat {
  if (declared !== "auto") return declared;
  const byExtension = EXTENSIONS[extensionOf(file)];
  if (byExtension) return byExtension;
  const head = headOf(file);
  if (head.subarray(0, 4).toString("latin1") === "PAR1") return "parquet";
  const text = head
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (text.startsWith("{")) return "jsonl";
  if (text.startsWith("[")) throw jsonArray(file);
  const firstLine = text.split(/\r?\n/, 1)[0] ?? "";
  return firstLine.includes("\t") ? "tsv" : "csv";
}

/** The first 64 kB of a file. */
export function headOf(file: string): Buffer {
  const fd = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(1 << 16);
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(fd);
  }
}

/** The error for one JSON array where JSON lines are expected. */
export function jsonArray(file: string): UserError {
  return new UserError("data-json-array", t("{0} is one JSON array, not one object a line.", shownPath(file)), {
    file,
    line: 1,
    advice: t("Write one object on each line (jq -c '.[]' file.json > file.jsonl converts it)."),
  });
}

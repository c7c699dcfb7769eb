import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { openRegular } from "./regular-file.ts";

/**
 * The head of the safetensors format (huggingface/safetensors): a little-endian u64 header length, a JSON header
 * `{name: {dtype, shape, data_offsets: [from, to]}, __metadata__}`, then the data that the offsets count from.
 */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The format's own limit; a longer "header" is some other kind of file. */
const MAX_HEADER_BYTES = 100_000_000;
/** Bytes before the header. */
export const PREFIX_BYTES = 8;

/** Bytes of one value by the number type's name in the header. */
const BYTES: Readonly<Record<string, number>> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
};

/** Number of elements of a shape; 1 for a scalar. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Length of the header in bytes. `prefix` are the first eight bytes of a file of `size` bytes. */
export function headerLength(prefix: Uint8Array, size: number, path: string): number {
  if (size < PREFIX_BYTES) throw broken(path, t("it has {0} bytes", size));
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || PREFIX_BYTES + length > size) {
    throw broken(path, t("its header would be {0} bytes long", length));
  }
  return length;
}

/** The tensors a header names, each checked against the file's size. What is wrong is a `UserError`. */
export function parseHeader(json: Uint8Array, size: number, path: string): Map<string, TensorEntry> {
  const dataStart = PREFIX_BYTES + json.length;
  const entries = new Map<string, TensorEntry>();
  for (const [name, entry] of Object.entries(parsed(json, path))) {
    if (name === "__metadata__") continue;
    if (!isEntry(entry)) throw broken(path, t('the header\'s entry "{0}" is malformed', name));
    const [from, to] = entry.data_offsets;
    if (from < 0 || to < from || dataStart + to > size) {
      throw broken(path, t('tensor "{0}" would end at byte {1} of {2}', name, dataStart + to, size));
    }
    const bytes = BYTES[entry.dtype];
    if (bytes !== undefined && to - from !== bytes * elementCount(entry.shape)) {
      const shape = entry.shape.join(", ");
      throw broken(path, t('tensor "{0}" of shape [{1}] has {2} bytes', name, shape, to - from));
    }
    entries.set(name, entry);
  }
  return entries;
}

/** More than the header of any model takes; a longer one is not worth the memory of reading it for its names. */
const MAX_TABLE_BYTES = 25_000_000;

/**
 * Reads the header of a file and nothing of its data; undefined when there is no file, or its header is out of all
 * proportion. What is wrong is a `UserError`.
 */
export async function readTensorTable(path: string): Promise<Map<string, TensorEntry> | undefined> {
  const opened = await openRegular(path);
  if (!opened) return undefined;
  const { file, stats } = opened;
  try {
    const read = async (length: number, position: number): Promise<Uint8Array> => {
      const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, position);
      if (bytesRead < length && stats.size >= position + length) {
        throw new UserError("weights-broken", t("{0} became shorter while it was read.", path), { file: path });
      }
      return buffer;
    };
    const length = headerLength(await read(PREFIX_BYTES, 0), stats.size, path);
    if (length > MAX_TABLE_BYTES) return undefined;
    return parseHeader(await read(length, PREFIX_BYTES), stats.size, path);
  } finally {
    await file.close();
  }
}

const broken = (path: string, what: string): UserError =>
  new UserError("weights-broken", t("{0} is not a whole safetensors file: {1}.", path, what), {
    advice: t("Fetch or copy it again."),
    file: path,
  });

function parsed(json: Uint8Array, path: string): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // told below, like any other header that is no object
  }
  throw broken(path, t("its header is not JSON"));
}

function isEntry(value: unknown): value is TensorEntry {
  if (typeof value !== "object" || value === null) return false;
  const { dtype, shape, data_offsets: offsets } = value as Partial<TensorEntry>;
  const counts = (list: unknown): boolean =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  return typeof dtype === "string" && counts(shape) && counts(offsets) && offsets?.length === 2;
}

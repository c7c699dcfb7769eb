import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { errnoOf, UserError } from "../../../base/errors.ts";
import { writeFileAtomic } from "../../../base/files.ts";
import {
  elementCount,
  headerLength,
  parseHeader,
  PREFIX_BYTES,
  type TensorEntry,
} from "../../../models/safetensors.ts";
import { DECODERS } from "./number-formats.ts";

/** One open safetensors file; tensors are read one at a time. */
export interface SafetensorsFile {
  readonly path: string;
  readonly names: readonly string[];
  has(name: string): boolean;
  shapeOf(name: string): readonly number[];
  /** The tensor as float32, converted from F64, F32, F16, BF16 or an integer type. */
  read(name: string): Float32Array;
  close(): void;
}

/** Opens a file and checks its header wholly. What is wrong with it is a `UserError`. */
export function openSafetensors(path: string): SafetensorsFile {
  const fd = openForReading(path);
  try {
    const { entries, dataStart } = readHeader(fd, path);
    const entryOf = (name: string): TensorEntry => {
      const entry = entries.get(name);
      if (!entry) throw new UserError("weights-tensor-missing", `${path} holds no tensor "${name}".`, { file: path });
      return entry;
    };
    return {
      path,
      names: [...entries.keys()],
      has: (name) => entries.has(name),
      shapeOf: (name) => entryOf(name).shape,
      read(name) {
        const { dtype, data_offsets: offsets } = entryOf(name);
        const decoder = DECODERS[dtype];
        if (!decoder) {
          throw new UserError("weights-type-unknown", `Tensor "${name}" in ${path} has the number type ${dtype}.`, {
            advice: `The embedded trainer reads ${Object.keys(DECODERS).join(", ")}.`,
            file: path,
          });
        }
        const bytes = new Uint8Array(offsets[1] - offsets[0]);
        readFully(fd, bytes, dataStart + offsets[0], path);
        return decoder.decode(bytes);
      },
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** One tensor to write. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Asked for once, when it is written, so that converted copies need not exist all at once. */
  readonly data: () => Float32Array;
}

/** Writes a float32 safetensors file, one tensor at a time and atomically. `format: pt` is what transformers asks for. */
export function writeSafetensors(path: string, tensors: readonly NamedTensor[]): void {
  const header: Record<string, unknown> = { __metadata__: { format: "pt" } };
  let offset = 0;
  for (const { name, shape } of tensors) {
    const end = offset + 4 * elementCount(shape);
    header[name] = { dtype: "F32", shape, data_offsets: [offset, end] } satisfies TensorEntry;
    offset = end;
  }
  writeFileAtomic(path, chunks(header, tensors));
}

function* chunks(header: unknown, tensors: readonly NamedTensor[]): Generator<Uint8Array> {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20); // spaces, so that the data starts aligned
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - 8), true);
  padded.set(json, 8);
  yield padded;
  for (const tensor of tensors) {
    const data = tensor.data();
    if (data.length !== elementCount(tensor.shape)) throw new Error(`${tensor.name}: data and shape do not agree`);
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}

function openForReading(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw new UserError("weights-unreadable", `The weights ${path} cannot be read (${errnoOf(error) ?? "error"}).`, {
      file: path,
      cause: error,
    });
  }
}

function readHeader(fd: number, path: string): { entries: Map<string, TensorEntry>; dataStart: number } {
  const size = fstatSync(fd).size;
  const prefix = new Uint8Array(Math.min(PREFIX_BYTES, size));
  readFully(fd, prefix, 0, path);
  const json = new Uint8Array(headerLength(prefix, size, path));
  readFully(fd, json, PREFIX_BYTES, path);
  return { entries: parseHeader(json, size, path), dataStart: PREFIX_BYTES + json.length };
}

/** One read call returns at most 2 GiB, and may return less than asked for. */
function readFully(fd: number, into: Uint8Array, position: number, path: string): void {
  for (let at = 0; at < into.length;) {
    const count = readSync(fd, into, at, Math.min(into.length - at, 2 ** 30), position + at);
    if (count === 0) throw new UserError("weights-broken", `${path} became shorter while it was read.`, { file: path });
    at += count;
  }
}

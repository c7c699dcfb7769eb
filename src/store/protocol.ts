import { UserError } from "../base/errors.ts";
import type { RunStore } from "./port.ts";

/** Calls that cross to the store's worker thread. `close` ends it after the answer. */
export type Call = Exclude<keyof RunStore, "isEnded">;

/** Which store the worker thread opens, and how. */
export interface WorkerSettings {
  root: string;
  readOnly: boolean;
}

/** What the worker thread is started with: a thread has a language of its own, in which it tells errors. */
export interface WorkerStart extends WorkerSettings {
  language: string;
  texts: Readonly<Record<string, string>>;
}

/** To the worker. */
export interface Request {
  id: number;
  call: Call;
  args: unknown[];
}

/** From the worker: an answer, an error, or how far a `reindex` is. */
export type Reply =
  | { id: number; value: unknown }
  | { id: number; error: CarriedError }
  | { id: number; progress: [done: number, total: number] };

/** An error as it crosses between threads. `code` undefined: a defect, not a user's error. */
export interface CarriedError {
  code: string | undefined;
  message: string;
  advice: string;
  file: string | undefined;
  line: number | undefined;
}

export function carryError(error: unknown): CarriedError {
  if (error instanceof UserError) {
    const { code, message, advice, file, line } = error;
    return { code, message, advice, file, line };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: undefined, message, advice: "", file: undefined, line: undefined };
}

export function unpackError({ code, message, advice, file, line }: CarriedError): Error {
  if (code === undefined) return new Error(message);
  return new UserError(code, message, {
    advice,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  });
}

/** Handing a buffer over costs more than copying so many bytes. */
const COPIED_BYTES = 4096;

/** The buffers of an answer's long columns, so that they are handed over instead of copied. */
export function transferables(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (value instanceof Float64Array) {
    if (value.buffer instanceof ArrayBuffer && value.buffer.byteLength > COPIED_BYTES) found.add(value.buffer);
  } else if (Array.isArray(value)) {
    for (const part of value) transferables(part, found);
  } else if (typeof value === "object" && value !== null && "kind" in value) {
    for (const part of Object.values(value)) transferables(part, found);
  }
  return [...found];
}

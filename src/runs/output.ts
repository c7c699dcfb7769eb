import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { errnoOf } from "../base/errors.ts";
import { runFile } from "./layout.ts";

const CHUNK = 64 * 1024;

/**
 * Reads a run's `output.log` piece by piece, as text. Characters split between two pieces are kept whole; a file that
 * shrank (somebody emptied it) is read from its beginning again.
 */
export class OutputReader {
  readonly #file: string;
  readonly #decoder = new TextDecoder();
  #offset = 0;

  constructor(runDir: string) {
    this.#file = runFile(runDir, "output");
  }

  /** What was written since the last call; nothing when the file is not there yet. */
  *read(): Generator<string> {
    let fd: number;
    try {
      fd = openSync(this.#file, "r");
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return;
      throw error;
    }
    try {
      if (fstatSync(fd).size < this.#offset) this.#offset = 0;
      const buffer = new Uint8Array(CHUNK);
      for (;;) {
        const length = readSync(fd, buffer, 0, CHUNK, this.#offset);
        if (length === 0) return;
        this.#offset += length;
        yield this.#decoder.decode(buffer.subarray(0, length), { stream: true });
      }
    } finally {
      closeSync(fd);
    }
  }
}

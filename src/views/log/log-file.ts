import { open, type FileHandle } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { errnoOf } from "../../base/errors.ts";
import { LineIndex } from "./line-index.ts";

/** Read at once: small enough that looking through it keeps nobody waiting (about a millisecond). */
export const CHUNK_BYTES = 64 * 1024;
/** Its first bytes tell a file from one that was put in its place. */
const HEAD_BYTES = 256;
/** How long a caller waits for a large file to be read on. */
const PATIENCE_MS = 150;

/** A growing text file with an index of its lines. A file that was emptied or replaced is read anew, in a new epoch. */
export class LogFile {
  readonly #path: string;
  #index = new LineIndex();
  #epoch = 1;
  #inode = 0;
  #head: Buffer = Buffer.alloc(0);
  #reading: Promise<unknown> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get index(): LineIndex {
    return this.#index;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** False while the file is still being read. */
  get isComplete(): boolean {
    return this.#reading === undefined;
  }

  /** Reads on to the file's end, or gives up waiting for that after a moment; it is read on all the same. */
  async refresh(): Promise<void> {
    const read = this.readOn();
    const patience = new AbortController();
    await Promise.race([read, delay(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
  }

  /** Reads on to the file's end. */
  readOn(): Promise<unknown> {
    if (!this.#reading) {
      this.#reading = this.withFile((file) => this.#read(file)).finally(() => (this.#reading = undefined));
      // A failure reaches whoever waits; nobody may.
      this.#reading.catch(() => undefined);
    }
    return this.#reading;
  }

  /** Does something with the open file; undefined when there is none (yet). */
  async withFile<T>(use: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
    let file: FileHandle;
    try {
      file = await open(this.#path, "r");
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
      if (this.#index.bytes > 0) this.#restart();
      return undefined;
    }
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }

  async #read(file: FileHandle): Promise<void> {
    const { size, ino } = await file.stat();
    const head = await readAt(file, 0, HEAD_BYTES);
    const isSame = ino === this.#inode && size >= this.#index.bytes && startsWith(head, this.#head);
    if (!isSame && this.#index.bytes > 0) this.#restart();
    this.#inode = ino;
    this.#head = head;
    for (;;) {
      const chunk = await readAt(file, this.#index.bytes, CHUNK_BYTES);
      if (chunk.length === 0) return;
      this.#index.take(chunk);
    }
  }

  #restart(): void {
    this.#index = new LineIndex();
    this.#epoch++;
  }
}

const startsWith = (bytes: Buffer, start: Buffer): boolean => bytes.subarray(0, start.length).equals(start);

/** Up to so many bytes at an offset; fewer only at the end of the file. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(buffer, read, length - read, offset + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}

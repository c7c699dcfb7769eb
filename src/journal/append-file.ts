import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { getSystemErrorMap } from "node:util";

const NEWLINE = 10;

/**
 * A file that only grows, for whole lines. What cannot be written now (disk full, quota, a limit on file size) is kept
 * in memory, in order and to the byte, and tried again at the next `flush`. Nothing here throws.
 */
export class AppendFile {
  readonly path: string;
  #fd: number | undefined;
  #lines: string[] = [];
  #linesLength = 0;
  /** Bytes of an interrupted write. */
  #rest: Buffer = Buffer.alloc(0);
  #errno = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Queues one or more whole lines, newline included. */
  append(lines: string): void {
    this.#lines.push(lines);
    this.#linesLength += lines.length;
  }

  /** About how many bytes wait to be written. */
  get heldBytes(): number {
    return this.#rest.length + this.#linesLength;
  }

  /** `errno` of the last flush, positive; 0 when it wrote everything. */
  get errno(): number {
    return this.#errno;
  }

  /** Writes what waits. Returns false when some of it still waits. */
  flush(): boolean {
    try {
      this.#fd ??= this.#open();
      this.#rest = this.#takeAll();
      while (this.#rest.length > 0) this.#rest = this.#rest.subarray(writeSync(this.#fd, this.#rest));
      this.#errno = 0;
      return true;
    } catch (error) {
      this.#errno = errnoNumber(error);
      return false;
    }
  }

  /** Makes what was written survive a power loss. */
  sync(): void {
    try {
      if (this.#fd !== undefined) fdatasyncSync(this.#fd);
    } catch (error) {
      this.#errno = errnoNumber(error);
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #takeAll(): Buffer {
    if (this.#lines.length === 0) return this.#rest;
    const fresh = Buffer.from(this.#lines.join(""));
    this.#lines = [];
    this.#linesLength = 0;
    return this.#rest.length === 0 ? fresh : Buffer.concat([this.#rest, fresh]);
  }

  /** Opens for appending; a last line that an earlier process left torn is ended first, so that it takes no other with it. */
  #open(): number {
    const fd = openSync(this.path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o644);
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    if (size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE) {
      this.#rest = Buffer.concat([Buffer.of(NEWLINE), this.#rest]);
    }
    return fd;
  }
}

const errnoNumber = (error: unknown): number => Math.abs((error as NodeJS.ErrnoException).errno ?? 1);

/** Why a journal cannot be written, or that it could not, in one sentence; undefined when all is well. */
export function appendFailure(path: string, errno: number, lost: number): string | undefined {
  const dropped = `${lost} events were dropped`;
  if (errno === 0) return lost > 0 ? `The journal ${path} is not complete: ${dropped}.` : undefined;
  const [code, text] = getSystemErrorMap().get(-errno) ?? ["error", `number ${errno}`];
  const held = lost > 0 ? `${dropped}, the others` : "Events";
  return `The journal ${path} cannot be written (${code}: ${text}). ${held} are held in memory until it can.`;
}

import { ProgressLines } from "./progress-lines.ts";

/** A place is kept every so many lines, and where so many bytes passed: what has to be read to get at one line. */
const LINES_APART = 256;
const BYTES_APART = 64 * 1024;
/** Of an unfinished line at most this much is kept in memory. */
const KEPT = 1024;

/** A line too long to be read whole. Offsets in bytes, the end exclusive. */
export interface LongLine {
  start: number;
  end: number;
  rewrites: number;
}

/** A stretch of whole lines: its first line, and where its bytes are. */
export interface Block {
  line: number;
  start: number;
  end: number;
}

/**
 * Where the lines of a growing text begin, in memory bounded by its size / 16,000. Fed with its bytes in order; tells
 * nothing of what it was not fed.
 */
export class LineIndex {
  readonly #markLines = [1];
  readonly #markOffsets = [0];
  readonly #long = new Map<number, LongLine>();
  readonly progress = new ProgressLines();
  /** Whole lines seen, and where the next one begins. */
  #whole = 0;
  #lineStart = 0;
  #bytes = 0;
  #carry = "";
  /** Of the part of it that was not kept: carriage returns, and whether there was one. */
  #returns = 0;
  #isCut = false;

  /** Bytes fed. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Lines, one still being written included. */
  get lines(): number {
    return this.#whole + (this.#bytes > this.#lineStart ? 1 : 0);
  }

  take(chunk: Buffer): void {
    // One character a byte: fast, and offsets are those of the file. What is shown is decoded properly when it is read.
    const text = chunk.toString("latin1");
    let from = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
      this.#endLine(text.slice(from, at), this.#bytes + at);
      from = at + 1;
    }
    this.#bytes += chunk.length;
    this.#keep(text.slice(from));
  }

  /** The stretch a line lies in; undefined for a line that is not there. */
  block(line: number): Block | undefined {
    if (line < 1 || line > this.lines) return undefined;
    let low = 0;
    let high = this.#markLines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#markLines[middle]! <= line) low = middle;
      else high = middle - 1;
    }
    return {
      line: this.#markLines[low]!,
      start: this.#markOffsets[low]!,
      end: this.#markOffsets[low + 1] ?? this.#bytes,
    };
  }

  /** The line's place when it is too long to be read whole. */
  long(line: number): LongLine | undefined {
    if (line !== this.#whole + 1) return this.#long.get(line);
    const isLong = this.#bytes - this.#lineStart > BYTES_APART;
    return isLong
      ? { start: this.#lineStart, end: this.#bytes, rewrites: this.#returns + returnsIn(this.#carry, this.#isCut) }
      : undefined;
  }

  #endLine(rest: string, end: number): void {
    const line = ++this.#whole;
    const whole = this.#carry + rest;
    const text = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    const rewrites = this.#returns + returnsIn(text, this.#isCut);
    this.progress.take(line, text, rewrites === 0);
    if (end - this.#lineStart > BYTES_APART) this.#long.set(line, { start: this.#lineStart, end, rewrites });
    this.#lineStart = end + 1;
    this.#carry = "";
    this.#returns = 0;
    this.#isCut = false;
    const linesPassed = line + 1 - this.#markLines.at(-1)!;
    if (linesPassed >= LINES_APART || this.#lineStart - this.#markOffsets.at(-1)! >= BYTES_APART) {
      this.#markLines.push(line + 1);
      this.#markOffsets.push(this.#lineStart);
    }
  }

  /** Keeps the end of an unfinished line. */
  #keep(rest: string): void {
    const whole = this.#carry + rest;
    this.#carry = whole.slice(-KEPT);
    if (whole.length <= KEPT) return;
    this.#returns += returnsIn(whole.slice(0, -KEPT), this.#isCut);
    this.#isCut = true;
  }
}

/** Carriage returns inside a text; one at the beginning rewrites nothing, unless the text is the middle of a line. */
function returnsIn(text: string, isMiddle: boolean): number {
  let count = 0;
  for (let at = text.indexOf("\r"); at >= 0; at = text.indexOf("\r", at + 1)) if (at > 0 || isMiddle) count++;
  return count;
}

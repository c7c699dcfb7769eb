import { truncate, type Terminal } from "./terminal.ts";

const CLEAR = "\r\u001B[K";

/**
 * A last line that is redrawn in place, with ordinary lines printed above it. Where lines cannot be redrawn (a file, a pipe)
 * the status is printed as a plain line now and then instead.
 */
export class StatusLine {
  readonly #terminal: Terminal;
  readonly #plainEveryMs: number;
  #shown = "";
  #plainMs = 0;

  constructor(terminal: Terminal, plainEveryMs = 5000) {
    this.#terminal = terminal;
    this.#plainEveryMs = plainEveryMs;
  }

  /** Shows a status instead of the one before. */
  show(text: string, nowMs: number): void {
    if (text === this.#shown) return;
    if (this.#terminal.interactive) {
      this.#terminal.write(`${CLEAR}${truncate(text, this.#terminal.columns() - 1)}`);
      this.#shown = text;
    } else if (nowMs - this.#plainMs >= this.#plainEveryMs) {
      this.#terminal.line(text);
      this.#shown = text;
      this.#plainMs = nowMs;
    }
  }

  /** Prints a line that stays. */
  log(text: string): void {
    this.clear();
    this.#terminal.line(text);
  }

  /** Takes the status away. */
  clear(): void {
    if (this.#shown !== "" && this.#terminal.interactive) this.#terminal.write(CLEAR);
    if (this.#terminal.interactive) this.#shown = "";
  }
}

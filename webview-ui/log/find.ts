import type { RunPage } from "../../src/messages/run-page.ts";
import type { Host } from "../shared/host.ts";

/** Typing is waited for. */
const WAIT_MS = 200;

/** The lines of the log that hold a text, and the one looked at. */
export class LogFind {
  readonly #host: Pick<Host<RunPage>, "ask">;
  readonly #changed: () => void;
  #text = "";
  #lines: number[] = [];
  #upTo = 0;
  #complete = true;
  #at = -1;
  #timer = 0;
  #asked: AbortController | undefined;
  problem = "";

  constructor(host: Pick<Host<RunPage>, "ask">, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  get text(): string {
    return this.#text;
  }

  get isSearching(): boolean {
    return this.#asked !== undefined || this.#timer !== 0;
  }

  /** How many lines were found, whether there are more, and which one (1-based) is looked at; 0 = none yet. */
  get count(): { lines: number; complete: boolean; at: number } {
    return { lines: this.#lines.length, complete: this.#complete, at: this.#at + 1 };
  }

  /** The line looked at. */
  get line(): number | undefined {
    return this.#lines[this.#at];
  }

  close(): void {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    this.#asked?.abort();
    this.#asked = undefined;
  }

  /** Looks for a text from now on; the first match at or after `near` is looked at. Empty ends it. */
  search(text: string, near: number, then: (line: number) => void): void {
    this.close();
    this.#text = text;
    this.#lines = [];
    this.#upTo = 0;
    this.#at = -1;
    this.#complete = true;
    this.problem = "";
    if (text !== "")
      this.#timer = window.setTimeout(() => {
        this.#timer = 0;
        void this.#ask(1).then(() => {
          if (text !== this.#text || this.#lines.length === 0) return;
          this.#at = Math.max(
            0,
            this.#lines.findIndex((line) => line >= near),
          );
          then(this.line!);
          this.#changed();
        });
      }, WAIT_MS);
    this.#changed();
  }

  /** Looks through what came since. */
  grow(lines: number): void {
    if (this.#text !== "" && !this.isSearching && this.#complete && lines > this.#upTo) void this.#ask(this.#upTo);
  }

  /** Goes to the next (1) or previous (-1) match, around the ends. */
  move(by: 1 | -1): number | undefined {
    if (this.#lines.length === 0) return undefined;
    this.#at = (this.#at + by + this.#lines.length) % this.#lines.length;
    this.#changed();
    return this.line;
  }

  async #ask(from: number): Promise<void> {
    const asked = new AbortController();
    this.#asked = asked;
    const text = this.#text;
    try {
      const answer = await this.#host.ask("logSearch", { text, from: Math.max(1, from) }, asked.signal);
      // The line last looked at may have been unfinished.
      this.#lines = [...this.#lines.filter((line) => line < from), ...answer.lines];
      this.#upTo = answer.upTo;
      this.#complete = answer.complete;
    } catch (error) {
      if (!asked.signal.aborted) this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.#asked === asked) this.#asked = undefined;
      if (!asked.signal.aborted) this.#changed();
    }
  }
}

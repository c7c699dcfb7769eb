import { plainText } from "./terminal-text.ts";

/** As many neighbouring updates make a stretch worth folding. */
const LEAST = 3;
/** A progress display says what it is at its beginning. */
const LOOK_AT = 200;

const COUNTER = /\d\s?%|\d\s?\/\s?\d/;
const DISPLAY =
  /\|[^|]{3,}\||\[[=#>.\-\s]{3,}\]|[\d?]\s?(?:it|s|ex|ba|steps?|batch(?:es)?|samples?|examples?|tok(?:ens)?|[kMG]i?B)\/(?:s|sec|it|steps?|batch|ex)\b|\beta\b/i;

/** A counter alone (`Epoch 1/3`) is a message; a counter beside a bar or a speed is a progress display. */
export function isProgress(line: string): boolean {
  const start = line.slice(0, LOOK_AT);
  return COUNTER.test(start) && DISPLAY.test(plainText(start));
}

const [PERCENT, SLASH, UNKNOWN] = [37, 47, 63];
/** A question mark stands for a number that is not known yet. */
const isDigit = (code: number): boolean => (code >= 48 && code <= 57) || code === UNKNOWN;
const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;
/** `k`, `M`, `G`, `T`, `i`, `B`: units of a number, which change with it. */
const UNITS = new Set(["k", "M", "G", "T", "i", "B"].map((unit) => unit.charCodeAt(0)));

/**
 * A number for what stays the same in two updates of one display: its letters, without those that are the unit of a number.
 * Made for every line of a log, so it looks at characters one by one (0.2 µs a line; regular expressions took 5).
 */
export function progressShape(line: string): number {
  const end = Math.min(line.length, LOOK_AT);
  let hash = 2166136261;
  let isUnit = false;
  for (let at = 0; at < end; at++) {
    const code = line.charCodeAt(at);
    if (isDigit(code)) isUnit = true;
    else if (isUnit && UNITS.has(code)) continue;
    else {
      isUnit = false;
      if (isLetter(code) || code === PERCENT || code === SLASH) hash = Math.imul(hash ^ code, 16777619);
    }
  }
  return hash;
}

/** Finds stretches of neighbouring lines that are updates of one progress display. Fed line by line. */
export class ProgressLines {
  readonly #starts: number[] = [];
  readonly #counts: number[] = [];
  /** Of the display that the last line belongs to; undefined when it is none. */
  #shape: number | undefined;
  #start = 0;
  #count = 0;

  /** How many stretches there are. */
  get length(): number {
    return this.#starts.length;
  }

  /** Takes the next line (1-based number); `isWhole` false for one already drawn over itself, which folds by itself. */
  take(line: number, text: string, isWhole: boolean): void {
    const shape = progressShape(text);
    if (!isWhole || shape !== this.#shape) {
      this.#shape = isWhole && isProgress(text) ? shape : undefined;
      this.#start = line;
      this.#count = 1;
      return;
    }
    this.#count++;
    if (this.#count === LEAST) {
      this.#starts.push(this.#start);
      this.#counts.push(LEAST);
    } else if (this.#count > LEAST) this.#counts[this.#counts.length - 1] = this.#count;
  }

  /** First line and length of the stretches from the `from`-th on. */
  since(from: number): { starts: Float64Array; counts: Float64Array } {
    return { starts: Float64Array.from(this.#starts.slice(from)), counts: Float64Array.from(this.#counts.slice(from)) };
  }
}

import { plainText } from "./terminal-text.ts";

/** As many neighbouring updates make a stretch worth folding. */
const LEAST = 3;
/** A progress display says what it is at its beginning. */
const LOOK_AT = 300;

const COUNTER = /\d\s?%|\d\s?\/\s?\d/;
const DISPLAY =
  /\|[^|]{3,}\||\[[=#>.\-\s]{3,}\]|[\d?]\s?(?:it|s|ex|ba|steps?|batch(?:es)?|samples?|examples?|tok(?:ens)?|[kMG]i?B)\/(?:s|sec|it|steps?|batch|ex)\b|\beta\b/i;

/**
 * What stays the same in two updates of one progress display: the line without its numbers and its bar. Undefined for a
 * line that is none: a counter alone (`Epoch 1/3`) is a message, a counter beside a bar or a speed is a display.
 */
export function progressShape(line: string): string | undefined {
  const start = line.slice(0, LOOK_AT);
  if (!COUNTER.test(start)) return undefined;
  const text = plainText(start);
  if (!DISPLAY.test(text)) return undefined;
  return text
    .replace(/[^\x20-\x7e]/g, "")
    .replace(/\d[\d.,:]*\s?(?:[kMGT]i?B?|B)\b/g, "")
    .replace(/[\d.,:?]+|[-\s#=>|[\]]+|(?:nan|inf)\b/gi, "");
}

/** Finds stretches of neighbouring lines that are updates of one progress display. Fed line by line. */
export class ProgressLines {
  readonly #starts: number[] = [];
  readonly #counts: number[] = [];
  #shape: string | undefined;
  #start = 0;
  #count = 0;

  /** How many stretches there are. */
  get length(): number {
    return this.#starts.length;
  }

  /** Takes the next line (1-based number); `isWhole` false for one already drawn over itself, which folds by itself. */
  take(line: number, text: string, isWhole: boolean): void {
    const shape = isWhole ? progressShape(text) : undefined;
    if (shape === undefined || shape !== this.#shape) {
      this.#shape = shape;
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

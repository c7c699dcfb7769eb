import { createContext, Script, type Context } from "node:vm";
import { fromJsonNumber } from "../../base/numbers.ts";

/** Metrics that a line of output tells. */
export interface Found {
  /** Of the group `step`; undefined when the line names none. */
  step: number | undefined;
  values: Record<string, number>;
}

/** Time for the patterns over some lines. One that is tried in too many ways must not keep the runner from its work. */
const TIMEOUT_MS = 250;
const LINE_LIMIT = 2000;
const MATCH = new Script("lines.map((line) => patterns.map((pattern) => pattern.exec(line)?.groups ?? {}))");

/** The patterns of `script.patterns`: each named group is a metric, `step` is the step. */
export class OutputPatterns {
  readonly #context: Context;

  /** @throws SyntaxError for what is no regular expression */
  constructor(sources: readonly string[]) {
    this.#context = createContext({ patterns: sources.map((source) => new RegExp(source)), lines: [] });
  }

  /**
   * What each line that tells something tells.
   * @returns undefined when a pattern took too long
   */
  find(lines: readonly string[]): Found[] | undefined {
    this.#context["lines"] = lines.map((line) => line.slice(0, LINE_LIMIT));
    let matches: Record<string, string | undefined>[][];
    try {
      matches = MATCH.runInContext(this.#context, { timeout: TIMEOUT_MS }) as typeof matches;
    } catch {
      return undefined;
    }
    return matches
      .map((groups) => foundIn(Object.assign({}, ...groups) as (typeof groups)[number]))
      .filter(isSomething);
  }
}

function foundIn({ step, ...groups }: Record<string, string | undefined>): Found {
  const values: Record<string, number> = {};
  for (const [name, text] of Object.entries(groups)) {
    const value = text === undefined ? undefined : numberOf(text);
    if (value !== undefined) values[name] = value;
  }
  const at = step === undefined ? Number.NaN : Number(step);
  return { step: Number.isSafeInteger(at) ? at : undefined, values };
}

const isSomething = ({ step, values }: Found): boolean => step !== undefined || Object.keys(values).length > 0;

/** `0.41`, `1e-5`, `1,234.5`, `nan`, `-inf`. */
function numberOf(text: string): number | undefined {
  const plain = text.trim().replaceAll(/,(?=\d{3}\b)/g, "");
  const number = Number(plain);
  return plain !== "" && !Number.isNaN(number) ? number : fromJsonNumber(plain);
}

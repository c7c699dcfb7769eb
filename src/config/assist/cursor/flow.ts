import type { Path } from "../../path.ts";
import { endOfQuoted, isSpace, unquoted } from "./words.ts";

/** A `{ }` or `[ ]` that is open. */
interface Level {
  readonly isMap: boolean;
  /** The key whose value stands here. */
  key: string | undefined;
  index: number;
  /** Where the word after the last separator begins; undefined when there is none yet. */
  wordStart: number | undefined;
  /** Just behind the last separator. */
  separatorEnd: number;
}

/** Where reading stopped inside a flow collection. */
export type FlowStop =
  | { readonly kind: "closed"; readonly at: number }
  | { readonly kind: "comment"; readonly start: number }
  | { readonly kind: "end" };

/** Reads flow collections (`{ a: [b] }`), over several lines too, up to any place in them. */
export class FlowReader {
  private readonly levels: Level[] = [];

  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  get isOpen(): boolean {
    return this.levels.length > 0;
  }

  /** Forgets what is open: a line that is not indented enough ends it. */
  drop(): void {
    this.levels.length = 0;
  }

  /** Reads on to `limit`, which is on the same line; a quote that does not end there ends with the line. */
  read(from: number, limit: number): FlowStop {
    const { source } = this;
    let at = from;
    while (at < limit) {
      const sign = source[at]!;
      const level = this.levels.at(-1);
      if (sign === "#" && (at === from || isSpace(source[at - 1]))) return { kind: "comment", start: at };
      if ((sign === '"' || sign === "'") && level?.wordStart === undefined) {
        if (level) level.wordStart = at;
        at = endOfQuoted(source, at, limit);
        continue;
      }
      if (sign === "{" || sign === "[") {
        if (level) level.wordStart = at;
        this.levels.push({
          isMap: sign === "{",
          key: undefined,
          index: 0,
          wordStart: undefined,
          separatorEnd: at + 1,
        });
      } else if (sign === "}" || sign === "]") {
        this.levels.pop();
        if (this.levels.length === 0) return { kind: "closed", at: at + 1 };
      } else if (level && sign === ",") {
        Object.assign(level, { key: undefined, wordStart: undefined, separatorEnd: at + 1 });
        level.index++;
      } else if (level?.isMap && level.key === undefined && sign === ":" && this.isColon(at, level, limit)) {
        const word = source.slice(level.wordStart ?? at, at).trimEnd();
        Object.assign(level, { key: unquoted(word), wordStart: undefined, separatorEnd: at + 1 });
      } else if (level && level.wordStart === undefined && !isSpace(sign)) {
        level.wordStart = at;
      }
      at++;
    }
    return { kind: "end" };
  }

  /** A colon ends a key when a space, a bracket or the end of the line follows, or the key is quoted. */
  private isColon(at: number, level: Level, limit: number): boolean {
    const next = at + 1 < limit ? this.source[at + 1] : undefined;
    const isQuoted = level.wordStart !== undefined && /["']/.test(this.source[level.wordStart]!);
    return next === undefined || isSpace(next) || /[,[\]{}]/.test(next) || isQuoted;
  }

  /** What stands where reading stopped: steps from the outermost collection, and the word there. */
  place(): { steps: Path; isKey: boolean; wordStart: number | undefined; separatorEnd: number } {
    const last = this.levels.at(-1)!;
    const outer = this.levels.slice(0, -1).map(({ isMap, key, index }) => (isMap ? (key ?? "") : index));
    const isKey = last.isMap && last.key === undefined;
    const own = isKey ? [] : [last.isMap ? last.key! : last.index];
    return { steps: [...outer, ...own], isKey, wordStart: last.wordStart, separatorEnd: last.separatorEnd };
  }
}

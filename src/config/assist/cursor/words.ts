/** Small things that reading half-typed YAML needs. */

export const isSpace = (sign: string | undefined): boolean => sign === " " || sign === "\t";

/** Just behind a quoted text that begins at `at`; `limit` when it does not end before. */
export function endOfQuoted(source: string, at: number, limit: number): number {
  const quote = source[at];
  for (let next = at + 1; next < limit; next++) {
    if (quote === '"' && source[next] === "\\") next++;
    else if (source[next] === quote) {
      if (quote === "'" && source[next + 1] === "'" && next + 1 < limit) next++;
      else return next + 1;
    }
  }
  return limit;
}

/** A word without its quotes. */
export function unquoted(word: string): string {
  const quote = word[0];
  if (quote !== '"' && quote !== "'") return word;
  const inner = word.length > 1 && word.endsWith(quote) ? word.slice(1, -1) : word.slice(1);
  return quote === "'" ? inner.replaceAll("''", "'") : inner.replaceAll(/\\(.)/gs, "$1");
}

/** Where a comment begins between two places of a line; `to` when there is none. Quotes protect `#`. */
export function commentStart(source: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const sign = source[at]!;
    const before = source[at - 1];
    if (sign === "#" && (at === 0 || before === "\n" || isSpace(before))) return at;
    const opens = (sign === '"' || sign === "'") && (at === from || isSpace(before) || /[,[{:]/.test(before ?? ""));
    at = opens ? endOfQuoted(source, at, to) : at + 1;
  }
  return to;
}

/** End of the line (the position of its line break, or of the text's end). */
export function lineEnd(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  if (end < 0) return source.length;
  return end > at && source[end - 1] === "\r" ? end - 1 : end;
}

export const lineStart = (source: string, at: number): number => source.lastIndexOf("\n", at - 1) + 1;

/** Columns a line is indented by; a tab counts as one. */
export const indentOf = (line: string): number => /^[ \t]*/.exec(line)![0].length;

/** The first line of the group a place is in: the nearest line above that begins at the left margin with a word. */
export function groupStart(source: string, offset: number): number {
  let start = lineStart(source, offset);
  while (start > 0) {
    if (isGroupLine(source, start)) return start;
    start = lineStart(source, start - 1);
  }
  return 0;
}

/** Where the next group begins behind a place, or the text ends. */
export function groupEnd(source: string, offset: number): number {
  for (let next = source.indexOf("\n", offset) + 1; next > 0; next = source.indexOf("\n", next) + 1) {
    if (isGroupLine(source, next)) return next;
  }
  return source.length;
}

/** A line at the left margin that begins with a word, a bracket or `---`. */
const isGroupLine = (source: string, start: number): boolean =>
  /^(?:["'\w\p{L}{[]|---)/u.test(source.slice(start, start + 3));

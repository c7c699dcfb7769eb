/** A line of a text: `end` is where its line break begins, `next` where the next line does. */
export interface Line {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** The lines of a text; an empty one has one. */
export function linesOf(source: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (;;) {
    const at = source.indexOf("\n", start);
    const next = at < 0 ? source.length : at + 1;
    const end = at < 0 ? source.length : source[at - 1] === "\r" && at > start ? at - 1 : at;
    lines.push({ start, end, next });
    if (at < 0) return lines;
    start = next;
  }
}

/** The line an offset is on, 0-based. */
export function lineOf(lines: readonly Line[], offset: number): number {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (lines[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

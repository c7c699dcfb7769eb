import type { TextEdit } from "../../edit/fix.ts";
import { indentOf } from "../cursor/words.ts";
import type { Layout } from "./layout.ts";
import type { Line } from "../lines.ts";

/** Gives every line its indentation; comments go with what they stand before, or under. */
export function indentEdits(source: string, lines: readonly Line[], layout: Layout): TextEdit[] {
  const texts = lines.map(({ start, end }) => source.slice(start, end));
  const below = plannedBelow(texts, layout);
  /** Lines the next one may be under, the deepest last. */
  const above: Planned[] = [];
  return lines.flatMap((line, index): TextEdit[] => {
    const text = texts[index]!;
    const shift = layout.shifts.get(index);
    if (shift) return shifted(line, text, shift);
    if (text.trim() === "") return [];
    const was = indentOf(text);
    const planned = layout.indents.get(index);
    if (planned !== undefined) {
      while ((above.at(-1)?.was ?? -1) >= was) above.pop();
      above.push({ was, becomes: planned });
    }
    const indent = planned ?? (text[was] === "#" ? commentIndent(was, below[index], above) : was);
    return [{ start: line.start, end: line.start + was, text: " ".repeat(indent) }];
  });
}

/** Indentation of a line that begins with something else than a comment. */
interface Planned {
  readonly was: number;
  readonly becomes: number;
}

/** For every line the next one below that has its indentation planned. */
function plannedBelow(texts: readonly string[], { indents }: Layout): (Planned | undefined)[] {
  let next: Planned | undefined;
  const below = texts.toReversed().map((text, fromEnd) => {
    const here = next;
    const becomes = indents.get(texts.length - 1 - fromEnd);
    if (becomes !== undefined) next = { was: indentOf(text), becomes };
    return here;
  });
  return below.toReversed();
}

/** Deeper than what follows, it closes the group above, which the nearest line that is no deeper belongs to. */
function commentIndent(was: number, below: Planned | undefined, above: readonly Planned[]): number {
  if (below && was <= below.was) return below.becomes;
  const under = above.findLast((line) => line.was <= was);
  if (!under) return 0;
  return under.was === was ? under.becomes : under.becomes + 2;
}

/** A line of a text block: its own leading blanks stay. */
function shifted({ start, end }: Line, text: string, { by, from }: { by: number; from: number }): TextEdit[] {
  const blanks = /^ */.exec(text)![0].length;
  if (blanks === text.length && blanks <= from) return [{ start, end, text: "" }];
  return [{ start, end: start + blanks, text: " ".repeat(Math.max(0, blanks + by)) }];
}

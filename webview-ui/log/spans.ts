/** Lines with terminal colours as stretches of text with names of styles; text stays text. */
import Anser from "anser";

export interface Span {
  text: string;
  /** Class names: `fg-red`, `bg-bright-blue`, `bold`. */
  classes: string;
}

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
const DECORATIONS: Record<string, string> = {
  bold: "bold",
  dim: "dim",
  italic: "italic",
  underline: "underline",
  strikethrough: "strike",
  hidden: "concealed",
};

/** The stretches of a line. Colours beyond the sixteen of a terminal become the nearest of those, which the theme defines. */
export function spansOf(line: string): Span[] {
  if (!line.includes("\u001b")) return line === "" ? [] : [{ text: line, classes: "" }];
  return Anser.ansiToJson(line, { use_classes: true, remove_empty: true }).map((entry) => {
    const { content, fg, bg, fg_truecolor: fgRgb, bg_truecolor: bgRgb, decorations } = entry;
    const classes = decorations.flatMap((name) => DECORATIONS[name] ?? []);
    const back = colourOf(bg, bgRgb);
    const front = colourOf(fg, fgRgb);
    // On a coloured ground only the theme's own colour of text can be relied on to be readable.
    if (back) classes.push(`bg-${back}`);
    else if (front) classes.push(`fg-${front}`);
    return { text: content, classes: classes.join(" ") };
  });
}

/** `red`, `bright-red`; undefined without a colour. */
function colourOf(name: string | null, truecolor: string | null): string | undefined {
  if (!name) return undefined;
  const [, index] = /^ansi-palette-(\d+)$/.exec(name) ?? [];
  if (index !== undefined) return nearest(...paletteRgb(Number(index)));
  if (name !== "ansi-truecolor") return name.replace(/^ansi-/, "");
  const [red = 0, green = 0, blue = 0] = (truecolor ?? "").split(",").map(Number);
  return nearest(red, green, blue);
}

/** The colour cube and grey ramp of terminals with 256 colours (xterm). */
function paletteRgb(index: number): [number, number, number] {
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return [grey, grey, grey];
  }
  const level = (place: number): number => (place === 0 ? 0 : 55 + 40 * place);
  const cube = index - 16;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

/** The terminal colour of the nearest hue; greys by their lightness. */
function nearest(red: number, green: number, blue: number): string {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 40) return ["black", "bright-black", "white", "bright-white"][Math.min(3, Math.floor(most / 64))]!;
  const middle = least + (most - least) / 2;
  const bits = (red > middle ? 1 : 0) | (green > middle ? 2 : 0) | (blue > middle ? 4 : 0);
  return `${most > 200 ? "bright-" : ""}${NAMES[bits]!}`;
}

/** A stretch of a line to be set apart: `from` up to `to` (exclusive), in characters of the plain text. */
export interface Mark<T> {
  from: number;
  to: number;
  what: T;
}

/** A span with the marks that lie on it. */
export interface MarkedSpan<T> extends Span {
  marks: T[];
  /** Where the span begins in the plain text. */
  at: number;
}

/** Cuts spans where marks begin and end, so that each piece lies wholly in or out of each mark. */
export function withMarks<T>(spans: readonly Span[], marks: readonly Mark<T>[]): MarkedSpan<T>[] {
  const cuts = [...new Set(marks.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b);
  const pieces: MarkedSpan<T>[] = [];
  let at = 0;
  for (const { text, classes } of spans) {
    const end = at + text.length;
    const inside = cuts.filter((cut) => cut > at && cut < end);
    for (const [index, from] of [at, ...inside].entries()) {
      const to = inside[index] ?? end;
      const lying = marks.filter((mark) => mark.from <= from && mark.to >= to).map(({ what }) => what);
      pieces.push({ text: text.slice(from - at, to - at), classes, marks: lying, at: from });
    }
    at = end;
  }
  return pieces;
}

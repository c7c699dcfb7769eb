import { stripVTControlCharacters } from "node:util";
import pico from "picocolors";

/** Colour functions; those of a stream that is no terminal leave text as it is. */
export type Colours = ReturnType<typeof pico.createColors>;

/** A stream as the commands write to it. */
export interface Terminal {
  write(text: string): void;
  line(text?: string): void;
  readonly colours: Colours;
  /** True when a person may be looking: lines may be redrawn. */
  readonly interactive: boolean;
  /** Characters in a line now; 80 when it is no terminal. */
  columns(): number;
}

/** Colours only on a terminal, and not where `NO_COLOR` (no-color.org) or a dumb terminal forbids them. */
export function openTerminal(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Terminal {
  // A pipe has no isTTY at all, and picocolors takes undefined for leave to colour where the variable CI is set.
  const interactive = Boolean(stream.isTTY) && env["TERM"] !== "dumb";
  return {
    write: (text) => void stream.write(text),
    line: (text = "") => void stream.write(`${text}\n`),
    colours: pico.createColors(interactive && !env["NO_COLOR"]),
    interactive,
    columns: () => (stream.isTTY ? stream.columns || 80 : 80),
  };
}

const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F900}-\u{1F9FF}\u{20000}-\u{3FFFD}]/u;
const ZERO_WIDTH = /\p{Mn}|\p{Me}|\u200B|\u200C|\u200D|\uFE0F/u;

/** Columns a text takes on a terminal: control sequences none, East Asian wide characters two (Unicode UAX #11). */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of stripVTControlCharacters(text)) width += ZERO_WIDTH.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return width;
}

/** Cuts a text without control sequences to a width, the cut shown by `…`. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let cut = "";
  for (const char of text) {
    if (textWidth(cut + char) > width - 1) break;
    cut += char;
  }
  return `${cut}…`;
}

/** Text from files or other people's programs, with everything removed that could move the cursor or colour the terminal. */
export const printable = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/(?![\t\n])\p{Cc}/gu, "\uFFFD");

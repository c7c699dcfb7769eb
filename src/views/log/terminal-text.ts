/** Text as programs write it for a terminal: colours, bars drawn over themselves, cursor movements. */

const ESC = "\u001b";
const BEL = "\u0007";

/** Operating system commands (titles, links), by their end. */
const COMMANDS = new RegExp(`${ESC}\\][^${BEL}${ESC}\\n]*(?:${BEL}|${ESC}\\\\)?`, "g");
/** Control sequences; the last letter says which. `m` sets colours. */
const SEQUENCES = new RegExp(`${ESC}\\[[0-9:;<=>?]*[ -/]*([@-~])`, "g");
/** Escapes of two characters, and an escape cut off at the end. */
const SHORT = new RegExp(`${ESC}(?:[@-Z\\\\^_]|$)`, "g");
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f]/g;

/** Without what only moves a cursor or talks to the terminal; colours stay. */
export function withColours(text: string): string {
  const bare = text.includes(ESC)
    ? text
        .replace(COMMANDS, "")
        .replace(SEQUENCES, (sequence, kind: string) => (kind === "m" ? sequence : ""))
        .replace(SHORT, "")
    : text;
  return bare.replace(CONTROLS, "");
}

/** Without any escape sequence; other control characters stay. */
export const withoutEscapes = (text: string): string =>
  text.includes(ESC) ? text.replace(COMMANDS, "").replace(SEQUENCES, "").replace(SHORT, "").replaceAll(ESC, "") : text;

/** Without any escape sequence or control character but tab and line feed. */
export const plainText = (text: string): string => withoutEscapes(text).replace(CONTROLS, "");

/** What a line said each time it was rewritten in place, oldest first; one text for an ordinary line. */
export function updatesOf(line: string): string[] {
  if (!/[\r\b]/.test(line)) return [line];
  const texts = line.split(/[\r\b]+/).filter((text) => plainText(text).trim() !== "");
  return texts.length > 0 ? texts : [""];
}

import type { Mark } from "./spans.ts";

/** A place in a file that a line of output names. */
export interface FileLink {
  file: string;
  line: number;
}

/** `File "x.py", line 12`: tracebacks of Python. */
const PYTHON = /File "(?<file>[^"\n]+)", line (?<line>\d+)/g;
/** `src/a.ts:12`, `C:\b.py:3:1`, `at f (/x/y.js:1:2)`: a name with an ending, a colon, a number. */
const COLON =
  /(?<![\w.@~+%\-/\\])(?<file>(?:file:\/\/|[A-Za-z]:[\\/])?[\w.@~+%\-/\\]*[\w-]\.[A-Za-z]\w{0,7}):(?<line>\d+)(?::\d+)?(?![\w.])/g;

/** The places a line of plain text names. */
export function linksIn(text: string): Mark<FileLink>[] {
  const found: Mark<FileLink>[] = [];
  for (const pattern of [PYTHON, COLON])
    for (const match of text.matchAll(pattern)) {
      const { file = "", line = "" } = match.groups ?? {};
      const from = match.index;
      const to = from + match[0].length;
      const isTaken = found.some((other) => from < other.to && to > other.from);
      // `<frozen importlib>` and `http://host.com:80` are no files.
      const isAddress = file.startsWith("//") && text[from - 1] === ":";
      if (isTaken || file.startsWith("<") || isAddress) continue;
      found.push({ from, to, what: { file: withoutScheme(file), line: Number(line) } });
    }
  return found.toSorted((a, b) => a.from - b.from);
}

/** `file:///C:/a%20b.py` → `C:/a b.py`. */
function withoutScheme(file: string): string {
  if (!file.startsWith("file://")) return file;
  const path = file.slice("file://".length).replace(/^\/(?=[A-Za-z]:)/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a percent sign that is part of the name
  }
}

import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { shownPath } from "./complaint.ts";
import { tooLong } from "./text.ts";

export interface CsvRecord {
  fields: string[];
  /** 1-based line the record starts at. */
  line: number;
}

/** Longest record that is waited for, in UTF-16 units: what does not end by then is no row but a quote that was not closed. */
const LONGEST = 1 << 25;

/**
 * Cuts records by RFC 4180 off the front of a text that comes in pieces, header included, `\n` between them. Quotes within an
 * unquoted field are taken as they are, empty lines are skipped. A quoted field that is not closed before the next delimiter is
 * a `UserError` with the line where it opens.
 */
export class RecordScanner {
  private text = "";
  /** Where the next record begins, and on which line. */
  private at = 0;
  private line = 1;
  /** Length the text needs before looking again is worth it, so that a record over many pieces is not read once for each. */
  private needed = 0;
  /** The last delimiter that was found, so that a text with few of them is not searched through for every record. */
  private delimiterAt = -1;
  private readonly file: string;
  private readonly delimiter: string;

  constructor(file: string, delimiter: string) {
    this.file = file;
    this.delimiter = delimiter;
  }

  add(piece: string): void {
    this.text = this.text.slice(this.at) + piece;
    this.at = 0;
    this.delimiterAt = -1;
  }

  /** The next record; undefined when more text is needed, or at the end of the file. */
  next(isEnd: boolean): CsvRecord | undefined {
    while (this.text.charCodeAt(this.at) === LINE_FEED) {
      this.at++;
      this.line++;
    }
    const left = this.text.length - this.at;
    if (left === 0 || (!isEnd && left < this.needed && left <= LONGEST)) return undefined;
    const fields: string[] = [];
    const end = this.fieldsFrom(fields, isEnd);
    if (end === undefined) {
      this.needed = left * 2;
      this.delimiterAt = -1;
      if (left > LONGEST) throw tooLong(this.file, this.line);
      return undefined;
    }
    this.needed = 0;
    const record = { fields, line: this.line };
    this.line += end.lines;
    this.at = end.at;
    return record;
  }

  /** Gathers the fields of the record that begins here; gives its end, or undefined when it goes on beyond the text. */
  private fieldsFrom(fields: string[], isEnd: boolean): { at: number; lines: number } | undefined {
    const { text, delimiter } = this;
    let at = this.at;
    let lines = 0;
    let lineEnd = text.indexOf("\n", at);
    for (;;) {
      let end: number;
      if (text.charCodeAt(at) === QUOTE) {
        const closed = closingQuote(text, at + 1);
        if (closed < 0 || (closed + 1 === text.length && !isEnd)) {
          if (isEnd || text.length - at > LONGEST) throw unbalanced(this.file, this.line + lines);
          return undefined;
        }
        end = closed + 1;
        const isOver = end === text.length || text.charCodeAt(end) === LINE_FEED;
        if (!isOver && text[end] !== delimiter) throw unbalanced(this.file, this.line + lines);
        const inner = text.slice(at + 1, closed);
        fields.push(inner.includes('"') ? inner.replaceAll('""', '"') : inner);
        if (lineEnd >= 0 && lineEnd < end) {
          lines += countLineFeeds(inner);
          lineEnd = text.indexOf("\n", end);
        }
      } else {
        const next = this.nextDelimiter(at);
        if (lineEnd < 0 && next === text.length && !isEnd) return undefined;
        end = lineEnd < 0 ? next : Math.min(next, lineEnd);
        fields.push(text.slice(at, end));
      }
      if (end === text.length) return isEnd ? { at: end, lines } : undefined;
      if (text.charCodeAt(end) === LINE_FEED) return { at: end + 1, lines: lines + 1 };
      at = end + 1;
    }
  }

  /** Offset of the next delimiter; that of the end when there is none. */
  private nextDelimiter(from: number): number {
    if (this.delimiterAt < from) {
      const found = this.text.indexOf(this.delimiter, from);
      this.delimiterAt = found < 0 ? this.text.length : found;
    }
    return this.delimiterAt;
  }
}

const LINE_FEED = 10;
const QUOTE = 34;

/** Offset of the quote that closes a field whose text begins at `from`; −1 when there is none yet. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  }
  return -1;
}

function countLineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

function unbalanced(file: string, line: number): UserError {
  return new UserError(
    "data-quote-unbalanced",
    t("{0} line {1}: a double quote opens here and is not closed.", shownPath(file), line),
    {
      file,
      line,
      advice: t('Close it, or write a quote within a quoted text twice ("").'),
    },
  );
}

import type { Path } from "../../path.ts";
import { FlowReader } from "./flow.ts";
import { commentStart, indentOf, isSpace, unquoted } from "./words.ts";

/** A key or list entry that is open above a line. */
interface Frame {
  readonly column: number;
  readonly step: string | number;
  /** A value stands on its own line, so that nothing can follow under it. */
  hasValue: boolean;
}

/** What stands where the last line was cut. */
export type LineStop =
  | { readonly kind: "comment"; readonly start: number }
  | { readonly kind: "key"; readonly parent: Path; readonly start: number; readonly column: number }
  | { readonly kind: "value"; readonly path: Path; readonly start: number; readonly wantsSpace: boolean }
  | {
      readonly kind: "flow";
      readonly isKey: boolean;
      readonly path: Path;
      readonly start: number;
      readonly wantsSpace: boolean;
    }
  | { readonly kind: "nothing" };

/** A key with its colon: in quotes, or words with single stretches of blanks between them (no two parts fit the same text). */
const KEY =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:[^\s#{}[\],"'&*!|>%@`:-]|-(?=[^\s:#]))[^\s:#]*(?:[ \t]+[^\s:#]+)*)[ \t]*:(?=[ \t]|$)/;
const PROPERTIES = /^(?:[&!]\S*[ \t]+)+/;

/**
 * Reads lines of block YAML one after the other and knows where it is. It takes what is there: an unclosed bracket ends
 * at the first line that is not indented enough, a quote with its line.
 */
export class BlockReader {
  private frames: Frame[] = [];
  private readonly flow: FlowReader;
  /** Column of the key whose flow collection is open. */
  private flowColumn = -1;
  /** Column of the key that has a text block (`|`), while it goes on. */
  private textColumn: number | undefined;

  private readonly source: string;

  constructor(source: string) {
    this.source = source;
    this.flow = new FlowReader(source);
  }

  /**
   * Reads a line, or its part up to `limit`, where the cursor is. `end` is the whole line's end.
   * @returns what stands at `limit`
   */
  read(start: number, limit: number, end: number, hasCursor: boolean): LineStop {
    const whole = this.source.slice(start, end);
    const isBlank = whole.trim() === "";
    if (isBlank && !hasCursor) return { kind: "nothing" };
    // On an empty line the place of the cursor says where the writer wants to be.
    const indent = isBlank ? limit - start : indentOf(whole);
    if (this.textColumn !== undefined) {
      if (indent > this.textColumn) return { kind: "nothing" };
      this.textColumn = undefined;
    }
    if (this.flow.isOpen && indent <= this.flowColumn && !/^\s*[}\]]/.test(whole)) this.flow.drop();
    if (this.flow.isOpen) return this.readFlow(start, limit);
    return this.readBlock(start, limit, end);
  }

  private readBlock(start: number, limit: number, end: number): LineStop {
    let at = start + indentOf(this.source.slice(start, limit));
    if (/^(?:---|\.\.\.)(?=\s|$)/.test(this.source.slice(start, end))) {
      this.frames = [];
      return { kind: "nothing" };
    }
    if (at < limit && this.source[at] === "#") return { kind: "comment", start: at };
    let isEntry = false;
    while (at < limit && this.source[at] === "-" && (at + 1 >= end || isSpace(this.source[at + 1]))) {
      this.openEntry(at - start);
      isEntry = true;
      at++;
      if (at === limit) return { kind: "value", path: this.path(), start: at, wantsSpace: true };
      while (at < limit && isSpace(this.source[at])) at++;
    }
    const column = at - start;
    // Before the first word of a line nothing new can be begun, unless just in front of it.
    if (at === limit && isSpace(this.source[at]) && this.source.slice(at, end).trim() !== "")
      return { kind: "nothing" };
    if (!isEntry) this.close(column);
    const line = this.source.slice(at, limit);
    const [matched, key] = KEY.exec(line) ?? [];
    if (matched !== undefined) {
      this.frames.push({ column, step: unquoted(key!), hasValue: false });
      return this.readValue(at + matched.length, limit, column, true);
    }
    if (isEntry || /^[{[]/.test(line)) return this.readValue(at, limit, isEntry ? column - 1 : -1, false);
    const comment = commentStart(this.source, at, limit);
    if (comment < limit) return { kind: "comment", start: comment };
    return { kind: "key", parent: this.path(), start: at, column };
  }

  private readValue(from: number, limit: number, column: number, afterColon: boolean): LineStop {
    let at = from;
    while (at < limit && isSpace(this.source[at])) at++;
    at += PROPERTIES.exec(this.source.slice(at, limit))?.[0].length ?? 0;
    const path = this.path();
    if (at === limit) return { kind: "value", path, start: at, wantsSpace: afterColon && at === from };
    const sign = this.source[at]!;
    if (sign === "#") return { kind: "comment", start: at };
    const frame = this.frames.at(-1);
    if (frame) frame.hasValue = true;
    if (sign === "{" || sign === "[") {
      this.flowColumn = column;
      return this.readFlow(at, limit);
    }
    const comment = commentStart(this.source, at, limit);
    if (/^[|>][-+\d]*[ \t]*$/.test(this.source.slice(at, comment))) this.textColumn = this.frames.at(-1)?.column ?? -1;
    if (comment < limit) return { kind: "comment", start: comment };
    return { kind: "value", path, start: at, wantsSpace: false };
  }

  private readFlow(from: number, limit: number): LineStop {
    const stop = this.flow.read(from, limit);
    if (stop.kind === "comment") return stop;
    if (stop.kind === "closed") {
      const comment = commentStart(this.source, stop.at, limit);
      return comment < limit ? { kind: "comment", start: comment } : { kind: "nothing" };
    }
    const { steps, isKey, wordStart, separatorEnd } = this.flow.place();
    const wantsSpace = wordStart === undefined && separatorEnd === limit;
    return { kind: "flow", isKey, path: [...this.path(), ...steps], start: wordStart ?? limit, wantsSpace };
  }

  /** Opens the next entry of the list at a column; a list may stand at the column of its own key. */
  private openEntry(column: number): void {
    let index = 0;
    while (this.frames.length > 0) {
      const top = this.frames.at(-1)!;
      const isEntry = typeof top.step === "number";
      if (top.column < column || (top.column === column && !isEntry)) break;
      if (top.column === column && isEntry) index = (top.step as number) + 1;
      this.frames.pop();
    }
    this.frames.push({ column, step: index, hasValue: false });
  }

  /** Leaves what a line at this column is not under. */
  private close(column: number): void {
    while (this.frames.length > 0 && (this.frames.at(-1)!.column >= column || this.frames.at(-1)!.hasValue)) {
      this.frames.pop();
    }
  }

  private path(): Path {
    return this.frames.map(({ step }) => step);
  }
}

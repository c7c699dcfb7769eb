import { CST, Parser } from "yaml";
import { lineOf, type Line } from "../lines.ts";

/** How the lines of a text are to be indented. */
export interface Layout {
  /** New indentation of lines that begin with a key, an entry, a bracket or a value, by their number. */
  readonly indents: ReadonlyMap<number, number>;
  /** Lines inside a text over several lines, which keep what is theirs; the last one may have more behind the text. */
  readonly texts: ReadonlyMap<number, "inside" | "last">;
  /** Lines of text blocks (`|`), with the columns they move by. */
  readonly shifts: ReadonlyMap<number, { readonly by: number; readonly from: number }>;
}

const STEP = 2;

/** Where a token stands: the indentation of what holds it, as it is and as it is to be. */
interface Owner {
  readonly was: number;
  readonly becomes: number;
}

/** The layout of a whole text; undefined for ways of writing that are left alone (`? key`, several documents). */
export function layoutOf(source: string, lines: readonly Line[]): Layout | undefined {
  const tokens = [...new Parser().parse(source)];
  const documents = tokens.filter((token) => token.type === "document");
  if (documents.length !== 1 || tokens.some(({ type }) => type === "error")) return undefined;
  const planner = new Planner(source, lines);
  const { value } = documents[0]!;
  if (value) planner.place(value, 0, { was: -1, becomes: -STEP });
  return planner.isPlain ? planner : undefined;
}

class Planner implements Layout {
  readonly indents = new Map<number, number>();
  readonly texts = new Map<number, "inside" | "last">();
  readonly shifts = new Map<number, { by: number; from: number }>();
  /** Nothing was met that is left alone. */
  isPlain = true;

  private readonly source: string;
  private readonly lines: readonly Line[];

  constructor(source: string, lines: readonly Line[]) {
    this.source = source;
    this.lines = lines;
  }

  /** Plans a token whose lines begin at `indent`. */
  place(token: CST.Token, indent: number, owner: Owner): void {
    switch (token.type) {
      case "block-map":
      case "block-seq":
        for (const item of token.items) this.item(item, indent, { was: token.indent, becomes: indent });
        break;
      case "flow-collection":
        this.flow(token, indent, owner);
        break;
      case "block-scalar":
        this.block(token, owner);
        break;
      case "scalar":
      case "alias":
      case "single-quoted-scalar":
      case "double-quoted-scalar":
        this.mark(token.offset, indent);
        this.quoted(token, indent, owner);
        break;
      default:
        this.isPlain = false;
    }
  }

  private item({ start, key, sep, value }: CST.CollectionItem, indent: number, owner: Owner): void {
    for (const token of start) this.property(token, indent);
    if (key) this.place(key, indent, owner);
    for (const token of sep ?? []) this.property(token, indent + STEP);
    if (sep?.some(({ type, offset }) => type === "map-value-ind" && this.isFirst(offset))) this.isPlain = false;
    if (value) this.place(value, indent + STEP, owner);
  }

  /** What stands before a key or value: a dash, an anchor, a tag. */
  private property({ type, offset }: CST.SourceToken, indent: number): void {
    if (type === "explicit-key-ind") this.isPlain = false;
    else if (type === "seq-item-ind" || type === "anchor" || type === "tag") this.mark(offset, indent);
  }

  private flow({ start, items, end }: CST.FlowCollection, indent: number, owner: Owner): void {
    this.mark(start.offset, indent);
    const base = this.lineIndent(start.offset, owner);
    for (const item of items) {
      for (const token of item.start) {
        this.property(token, base + STEP);
        if (token.type === "comma") this.mark(token.offset, base + STEP);
      }
      if (item.key) this.place(item.key, base + STEP, owner);
      for (const token of item.sep ?? []) this.property(token, base + STEP);
      if (item.value) this.place(item.value, base + STEP, owner);
    }
    const [close] = end;
    if (!close || !this.isFirst(close.offset)) return;
    // YAML wants it deeper than the key it belongs to; who writes it at the key's margin keeps that.
    const isFree = base > owner.becomes || this.columnOf(close.offset) <= Math.max(0, owner.was);
    this.mark(close.offset, isFree ? base : base + STEP);
  }

  private quoted({ offset, source }: CST.FlowScalar, indent: number, owner: Owner): void {
    const [first, last] = this.linesFrom(offset, source.length);
    const further = this.isFirst(offset) ? indent : this.lineIndent(offset, owner) + STEP;
    for (let line = first + 1; line <= last; line++) {
      this.indents.set(line, Math.max(1, further));
      this.texts.set(line, line === last ? "last" : "inside");
    }
  }

  private block({ source, props }: CST.BlockScalar, owner: Owner): void {
    const header = props.find(({ type }) => type === "block-scalar-header");
    const start = header ? this.source.indexOf("\n", header.offset) + 1 : 0;
    if (start === 0 || source === "") return;
    const [first, last] = this.linesFrom(start, source.length - 1);
    const written = header && "source" in header ? /\d/.exec(header.source)?.[0] : undefined;
    const texts = this.lines.slice(first, last + 1).map((line) => this.source.slice(line.start, line.end));
    const leading = texts.find((text) => text.trim() !== "");
    if (leading === undefined) return;
    const was = written === undefined ? /^ */.exec(leading)![0].length : Math.max(0, owner.was) + Number(written);
    const becomes = written === undefined ? owner.becomes + STEP : Math.max(0, owner.becomes) + Number(written);
    for (let line = first; line <= last; line++) {
      this.texts.set(line, "inside");
      this.shifts.set(line, { by: becomes - was, from: was });
    }
  }

  /** What the line that a token is on is indented by from now on. */
  private lineIndent(offset: number, { becomes }: Owner): number {
    return this.indents.get(lineOf(this.lines, offset)) ?? Math.max(0, becomes);
  }

  private linesFrom(offset: number, length: number): [number, number] {
    return [lineOf(this.lines, offset), lineOf(this.lines, offset + length)];
  }

  /** Gives a line its indentation when the token is the first thing on it. */
  private mark(offset: number, indent: number): void {
    if (this.isFirst(offset)) this.indents.set(lineOf(this.lines, offset), indent);
  }

  private columnOf(offset: number): number {
    return offset - this.lines[lineOf(this.lines, offset)]!.start;
  }

  private isFirst(offset: number): boolean {
    return this.source.slice(offset - this.columnOf(offset), offset).trim() === "";
  }
}

import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, type Document, type Node, type Pair } from "yaml";
import type { YAMLMap, YAMLSeq } from "yaml";
import type { Path } from "../path.ts";

/** Where things stand in a YAML text. */

/** An entry of a map or list: the way from a node to one below it. */
export interface Step {
  readonly container: YAMLMap | YAMLSeq;
  readonly index: number;
}

/** How far a path is written. */
export interface Walk {
  readonly steps: readonly Step[];
  /** What stands at the end of the steps; null where nothing does. */
  readonly node: Node | null;
  /** The part of the path that is not written below that node, or cannot be followed through its alias. */
  readonly rest: Path;
}

/** Follows a path as far as it is written, up to an alias on the way. */
export function walk(document: Document, path: Path): Walk {
  const steps: Step[] = [];
  let node = document.contents as Node | null;
  for (const [depth, name] of path.entries()) {
    const index = indexOf(node, name);
    if (index < 0) return { steps, node, rest: path.slice(depth) };
    const container = node as YAMLMap | YAMLSeq;
    steps.push({ container, index });
    node = valueOf({ container, index });
  }
  return { steps, node, rest: [] };
}

/** Whether a key of a map is this one; a key without a name is the empty one. */
export const isKey = (key: unknown, name: string | number): boolean =>
  isScalar(key) && (key.value === null ? "" : String(key.value as string | number | boolean)) === String(name);

function indexOf(node: Node | null, name: string | number): number {
  if (isMap(node)) return node.items.findLastIndex(({ key }) => isKey(key, name));
  if (isSeq(node) && typeof name === "number") return name < node.items.length ? name : -1;
  return -1;
}

/** The value of an entry; null where none is written. */
export function valueOf({ container, index }: Step): Node | null {
  const item = container.items[index] as Node | Pair<Node, Node | null> | undefined;
  return (isPair(item) ? item.value : item) ?? null;
}

/** Nodes have ranges when they were read from a text. */
export const startOf = (node: Node): number => node.range![0];

/** The offset after the last character of a node that is written: without comments and the ends of lines behind it. */
export function endOf(source: string, node: Node): number {
  if (isCollection(node) && !node.flow && node.items.length > 0) {
    return entryEnd(source, { container: node as YAMLMap | YAMLSeq, index: node.items.length - 1 });
  }
  const [start, end] = node.range!;
  return start + source.slice(start, end).trimEnd().length;
}

/** The start of an entry: of its key, or of the list's value with its properties. */
export function entryStart(source: string, { container, index }: Step): number {
  const item = container.items[index] as Node | Pair<Node>;
  return isPair(item) ? propertiesStart(source, item.key) : propertiesStart(source, item);
}

/** The offset after an entry, without comments behind it. */
export function entryEnd(source: string, step: Step): number {
  const item = step.container.items[step.index] as Node | Pair<Node>;
  const value = valueOf(step);
  if (value && value.range![1] > value.range![0]) return endOf(source, value);
  if (!isPair(item)) return value ? value.range![1] : 0;
  const keyEnd = item.key.range![1];
  const colon = colonAfter(source, keyEnd);
  return colon === undefined ? keyEnd : colon + 1;
}

/** The offset of the colon behind a key; undefined when none follows on its line. */
export function colonAfter(source: string, keyEnd: number): number | undefined {
  const gap = /^[ \t]*:/.exec(source.slice(keyEnd, keyEnd + 200));
  return gap ? keyEnd + gap[0].length - 1 : undefined;
}

/** Where a node starts with its anchor and tag (`&a !!str x`). */
export function propertiesStart(source: string, node: Node): number {
  const start = startOf(node);
  if (isAlias(node)) return start;
  const { anchor, tag } = node as { anchor?: string; tag?: string };
  if (anchor === undefined && tag === undefined) return start;
  const before = /(?:[&!][^\s[\]{},]*[ \t]+)+$/.exec(source.slice(lineStart(source, start), start));
  return before ? start - before[0].length : start;
}

export const lineStart = (source: string, at: number): number => source.lastIndexOf("\n", at - 1) + 1;

/** The end of the line, before its break. */
export function lineEnd(source: string, at: number): number {
  const newline = source.indexOf("\n", at);
  if (newline < 0) return source.length;
  return newline > at && source[newline - 1] === "\r" ? newline - 1 : newline;
}

/** The start of the next line, or the end of the text. */
export function nextLine(source: string, at: number): number {
  const newline = source.indexOf("\n", at);
  return newline < 0 ? source.length : newline + 1;
}

/** Whether nothing but space stands before an offset on its line. */
export const isFirstOnLine = (source: string, at: number): boolean =>
  source.slice(lineStart(source, at), at).trim() === "";

/** How lines end in this text. */
export const eolOf = (source: string): string => (/\r?\n/.exec(source)?.[0] === "\r\n" ? "\r\n" : "\n");

/** What stands before an entry of a block collection on its line, as spaces. */
export const indentOf = (source: string, at: number): string =>
  source.slice(lineStart(source, at), at).replaceAll(/[^\s]/g, " ");

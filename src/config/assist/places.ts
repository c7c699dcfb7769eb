import { isAlias, isMap, isNode, isScalar, isSeq, type Document, type Node, type Pair } from "yaml";
import type { ParsedConfig } from "../parse.ts";
import type { Path } from "../path.ts";
import type { Span } from "./types.ts";

/** A key or value of a parsed document, with where it stands. */
export interface Place {
  readonly path: Path;
  readonly at: "key" | "value";
  readonly node: Node;
  readonly span: Span;
}

/** Where a node stands, without what follows it. */
export function spanOf(source: string, node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end: start + source.slice(start, end).trimEnd().length };
}

/** Every key and value, outermost first. Aliases are not followed, so each place is met once. */
export function* placesIn({ document, source }: Pick<ParsedConfig, "document" | "source">): Generator<Place> {
  if (isNode(document.contents)) yield* placesOf(source, document.contents, []);
}

function* placesOf(source: string, node: Node, path: Path): Generator<Place> {
  if (isMap(node)) {
    for (const { key, value } of node.items as Pair[]) {
      if (!isScalar(key)) continue;
      const inner = [...path, String(key.value)];
      yield { path: inner, at: "key", node: key, span: spanOf(source, key) };
      if (!isNode(value)) continue;
      yield { path: inner, at: "value", node: value, span: spanOf(source, value) };
      yield* placesOf(source, value, inner);
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      if (!isNode(item)) continue;
      yield { path: [...path, index], at: "value", node: item, span: spanOf(source, item) };
      yield* placesOf(source, item, [...path, index]);
    }
  }
}

/** The innermost key or value at an offset; its end counts as inside. */
export function placeAt(parsed: Pick<ParsedConfig, "document" | "source">, offset: number): Place | undefined {
  let found: Place | undefined;
  for (const place of placesIn(parsed)) {
    if (place.span.start <= offset && offset <= place.span.end && place.span.start < place.span.end) found = place;
  }
  return found;
}

/** Key and value at a path, through aliases; undefined when it is not written. */
export function pairAt(document: Document, path: Path): { key: Node; value: Node | undefined } | undefined {
  let node: unknown = document.contents;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const pair: Pair | undefined = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : undefined;
    if (!pair) return undefined;
    if (depth === path.length - 1) return { key: pair.key as Node, value: isNode(pair.value) ? pair.value : undefined };
    node = pair.value;
  }
  return undefined;
}

/** The text of a scalar as a path or name; undefined for other nodes. */
export const textOf = (node: unknown): string | undefined =>
  isScalar(node) && (typeof node.value === "string" || typeof node.value === "number") ? String(node.value) : undefined;

import { isMap, isNode, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { ParsedConfig } from "../parse.ts";
import { spanOf, textOf } from "./places.ts";
import type { DocumentSymbol } from "./types.ts";

type Source = Pick<ParsedConfig, "document" | "source">;

/** Longest value shown beside a key. */
const LONGEST = 80;

/** Groups with their keys, and the values as they are written. */
export const symbolsOf = (parsed: Source): DocumentSymbol[] => childrenOf(parsed, parsed.document.contents);

function childrenOf(parsed: Source, node: unknown): DocumentSymbol[] {
  if (isMap(node)) return (node.items as Pair[]).flatMap((pair) => pairSymbol(parsed, pair));
  if (!isSeq(node) || !node.items.some((item) => isMap(item))) return [];
  return node.items.flatMap((item, index) => (isNode(item) ? [symbol(parsed, String(index + 1), item, item)] : []));
}

function pairSymbol(parsed: Source, { key, value }: Pair): DocumentSymbol[] {
  if (!isScalar(key)) return [];
  const name = textOf(key) ?? "";
  // An editor takes no symbol without a name.
  return name.trim() === "" ? [] : [symbol(parsed, name, key, isNode(value) ? value : undefined)];
}

function symbol(parsed: Source, name: string, key: Node, value: Node | undefined): DocumentSymbol {
  const selection = spanOf(parsed.source, key);
  const end = value ? Math.max(selection.end, spanOf(parsed.source, value).end) : selection.end;
  return {
    name,
    detail: detailOf(parsed, value),
    kind: kindOf(value),
    span: { start: selection.start, end },
    selection,
    children: childrenOf(parsed, value),
  };
}

function detailOf({ source }: Source, value: Node | undefined): string {
  if (!value || isMap(value) || (isSeq(value) && value.items.some((item) => isMap(item)))) return "";
  const { start, end } = spanOf(source, value);
  const text = source.slice(start, end).replaceAll(/\s+/g, " ");
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function kindOf(value: Node | undefined): DocumentSymbol["kind"] {
  if (isMap(value)) return "group";
  if (isSeq(value)) return "list";
  const plain: unknown = isScalar(value) ? value.value : undefined;
  if (typeof plain === "number" || typeof plain === "bigint") return "number";
  if (typeof plain === "boolean") return "boolean";
  return plain === null || value === undefined ? "null" : "text";
}

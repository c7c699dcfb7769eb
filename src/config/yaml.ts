import { isPair, isScalar, isSeq, parseDocument, Scalar, visit, YAMLParseError } from "yaml";
import type { Alias, Document, Node } from "yaml";
import type { Path } from "./path.ts";

/** A text with what it is as YAML. Offsets count in UTF-16 units of `source`. */
export interface YamlText {
  readonly source: string;
  readonly document: Document;
}

/** Reads a text as YAML 1.2 (core schema). What is wrong stands in the document's errors and warnings. */
export function readYaml(source: string): Document {
  const document: Document = parseDocument(source, {
    version: "1.2",
    schema: "core",
    prettyErrors: false,
    strict: true,
    // Compares each key with each other, which a file of many keys makes endless; `repeatedKeys` does not.
    uniqueKeys: false,
    // What is worth saying is said as a finding, not as a warning of the process.
    logLevel: "error",
  });
  document.errors.push(...repeatedKeys(document));
  document.errors.sort((a, b) => a.pos[0] - b.pos[0]);
  return document;
}

/** More than these help nobody. */
const MOST_REPEATED = 50;

/** Keys that stand in their map already. */
function repeatedKeys(document: Document): YAMLParseError[] {
  const errors: YAMLParseError[] = [];
  visit(document, {
    Map(_key, { items }) {
      const names = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || !key.range) continue;
        const [start] = (key as Node).range!;
        if (names.has(key.value) && errors.length < MOST_REPEATED) {
          errors.push(new YAMLParseError([start, start + 1], "DUPLICATE_KEY", "Map keys must be unique"));
        }
        names.add(key.value);
      }
    },
  });
  return errors;
}

/** An alias that stands for nothing. */
export interface LostAlias {
  alias: Alias;
  path: Path;
  /** It stands inside of what it names; else nothing of its name stands before it. */
  isCircle: boolean;
}

/** The aliases of a document that no value can be put in for. */
export function lostAliases(document: Document): LostAlias[] {
  const anchored = new Map<string, unknown>();
  const lost: LostAlias[] = [];
  visit(document, {
    Value(_key, node) {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
    Alias(_key, alias, ancestors) {
      const target = anchored.get(alias.source);
      const isCircle = target !== undefined && ancestors.includes(target as Node);
      if (isCircle || target === undefined) lost.push({ alias, path: pathTo([...ancestors, alias]), isCircle });
    },
  });
  return lost;
}

/** Keys and places on the way down these nodes. */
function pathTo(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, depth): Path => {
    if (isPair(node)) return [isScalar(node.key) ? String(node.key.value) : String(node.key)];
    return isSeq(node) && depth + 1 < nodes.length ? [node.items.indexOf(nodes[depth + 1])] : [];
  });
}

/**
 * The document, or one node of it, as plain values, with nothing where an alias is lost; an error where there are none: of
 * aliases that expand without bound, and lost ones of a single node.
 */
export function plainValue(document: Document, node?: Node): unknown {
  try {
    return node ? node.toJS(document) : withoutLost(document).toJS();
  } catch (problem) {
    return problem instanceof Error ? problem : new Error(String(problem));
  }
}

/** The same document, or a copy of it with nothing in the places of lost aliases. */
function withoutLost(document: Document): Document {
  const starts = new Set(lostAliases(document).map(({ alias }) => alias.range![0]));
  if (starts.size === 0) return document;
  const copy = document.clone();
  visit(copy, { Alias: (_key, { range }) => (starts.has(range![0]) ? new Scalar(null) : undefined) });
  return copy;
}

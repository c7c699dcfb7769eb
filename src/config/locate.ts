import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type Pair } from "yaml";
import { isKey } from "./edit/tree.ts";
import { keyOf, type Diagnostic, type Finding, type Path } from "./diagnostic.ts";

/** Gives findings their places in a parsed file. */
export interface Locator {
  /** The place of a finding: of what it is about where that is written, else of the nearest thing that is. */
  place: (finding: Finding) => Diagnostic;
  /** A finding with a place known by its offsets in the text (UTF-16 units). */
  placeAt: (finding: Finding, start: number, end: number) => Diagnostic;
  /** What is written, without quotes, as a value: `1.10` where that is read as 1.1. Undefined of anything else. */
  wordAt: (path: Path) => string | undefined;
}

/** `text` is the text the document was parsed from. */
export function createLocator(text: string, document: Document): Locator {
  const lineStarts = startsOf(text);
  const placeAt = (finding: Finding, start: number, end: number): Diagnostic => {
    const from = placeOf(lineStarts, start);
    const to = placeOf(lineStarts, Math.max(start, end));
    const { id, severity, message, path, fixes = [] } = finding;
    return {
      id,
      severity,
      message,
      key: keyOf(path),
      ...from,
      endLine: to.line,
      endColumn: to.column,
      fixes,
    };
  };
  return {
    placeAt,
    wordAt(path) {
      const node = nodeFor(document, path, "value");
      return isScalar(node) && node.type === "PLAIN" ? node.source : undefined;
    },
    place(finding) {
      const node = nodeFor(document, finding.path, finding.at);
      if (!node?.range) return placeAt(finding, 0, 0);
      const [start, end] = node.range;
      return placeAt(finding, start, start + text.slice(start, end).trimEnd().length);
    },
  };
}

/** Where lines start. The reader's own count leaves lines out where it meets what it does not understand. */
const startsOf = (text: string): number[] => [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];

function placeOf(lineStarts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = lineStarts.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: offset - lineStarts[low]! + 1 };
}

function nodeFor(document: Document, path: Path, at: Finding["at"]): Node | undefined {
  let node: unknown = document.contents;
  let lastKey: Node | undefined;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const isLast = depth === path.length - 1;
    const child = isSeq(node) ? (node.items[Number(step)] as Node | undefined) : undefined;
    const pair = isMap(node) ? pairOf(node.items, step) : undefined;
    if (pair) {
      const key = pair.key as Node;
      if (isLast) return at === "key" || !hasText(pair.value) ? key : (pair.value as Node);
      lastKey = key;
      node = pair.value;
    } else if (child) {
      if (isLast) return child;
      node = child;
    } else {
      break;
    }
  }
  return lastKey ?? (path.length === 0 ? (document.contents ?? undefined) : taskKey(document));
}

const pairOf = (items: Pair[], step: string | number): Pair | undefined =>
  // Of a key that stands twice the last one counts.
  items.findLast(({ key }) => isKey(key, step));

/** A value that is written: an empty one (`key:`) has a node without any text. */
const hasText = (value: unknown): boolean => {
  const range = (value as Node | null)?.range;
  return range !== undefined && range !== null && range[1] > range[0];
};

const taskKey = (document: Document): Node | undefined =>
  isMap(document.contents) ? (pairOf(document.contents.items, "task")?.key as Node | undefined) : undefined;

import { isAlias, isCollection, visit, type Alias, type Document, type Node } from "yaml";
import type { Path } from "../path.ts";
import type { YamlText } from "../yaml.ts";
import type { TextEdit } from "./fix.ts";
import { propertiesStart, startOf, walk, type Walk } from "./tree.ts";
import { valueText } from "./value-text.ts";

/**
 * What must change, without changing any value, before a place can be edited by itself: an alias on the way to it is written
 * out; an anchor on the way or inside it that others use goes to the first of them. Empty when nothing must.
 */
export function release({ source, document }: YamlText, path: Path): TextEdit[] {
  const found = walk(document, path);
  if (isAlias(found.node)) return writtenOut(source, document, found.node);
  const outside = new Map<string, Alias>();
  const anchored = anchoredNodes(found);
  visit(document, {
    Alias(_key, alias) {
      const node = alias.resolve(document);
      const isInside = found.node !== null && contains(found.node, alias);
      if (node && anchored.includes(node) && !isInside && !outside.has(alias.source)) outside.set(alias.source, alias);
    },
  });
  return [...outside.values()].flatMap((alias) => {
    const node = alias.resolve(document)!;
    const [start, end] = alias.range!;
    const put = { start, end, text: `&${alias.source} ${valueText(node.toJS(document))}` };
    const own = `&${alias.source}`;
    const from = propertiesStart(source, node);
    const at = from + source.slice(from, startOf(node)).indexOf(own);
    const gap = /^[ \t]*/.exec(source.slice(at + own.length))![0].length;
    return at < from ? [] : [put, { start: at, end: at + own.length + gap, text: "" }];
  });
}

function writtenOut(source: string, document: Document, alias: Alias): TextEdit[] {
  const [start, end] = alias.range!;
  const node = alias.resolve(document);
  return node
    ? [{ start, end: start + source.slice(start, end).trimEnd().length, text: valueText(node.toJS(document)) }]
    : [];
}

function anchoredNodes({ steps, node }: Walk): Node[] {
  const onTheWay = steps.map(({ container }): Node => container);
  return [...onTheWay, ...(node ? nodesIn(node) : [])].filter(
    (one) => (one as { anchor?: string }).anchor !== undefined,
  );
}

function nodesIn(node: Node): Node[] {
  const nodes: Node[] = [];
  visit(node as Parameters<typeof visit>[0], { Node: (_key, inner) => void nodes.push(inner as Node) });
  return nodes;
}

const contains = (node: Node, alias: Alias): boolean =>
  node === alias || (isCollection(node) && nodesIn(node).includes(alias));

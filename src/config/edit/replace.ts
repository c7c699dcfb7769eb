import { isCollection, isMap, type Node } from "yaml";
import type { YamlText } from "../yaml.ts";
import type { TextEdit } from "./fix.ts";
import type { Written } from "./insert.ts";
import { colonAfter, endOf, entryStart, eolOf, indentOf, propertiesStart, valueOf, type Step } from "./tree.ts";

/** Writes a value in the place of the one an entry has; its tag and anchor go with it. */
export function replacement({ source }: YamlText, step: Step, value: Written): TextEdit[] | undefined {
  const { container, index } = step;
  const node = valueOf(step);
  const isBlockKey = isMap(container) && !container.flow;
  if (!isMap(container)) return node ? [{ ...spanOf(source, node), text: value.flow }] : undefined;
  const key = container.items[index]!.key as Node;
  const colon = colonAfter(source, key.range![1]);
  if (colon === undefined) {
    // `{ packing }`: a key alone.
    return container.flow && !node
      ? [{ start: key.range![1], end: key.range![1], text: `: ${value.flow}` }]
      : undefined;
  }
  const start = colon + 1;
  if (!node || node.range![0] === node.range![1]) return [{ start, end: start, text: ` ${value.flow}` }];
  const isBlockCollection = isCollection(node) && !node.flow;
  const indent = isBlockKey ? indentOf(source, entryStart(source, step)) : "";
  const text = isBlockKey ? value.block(indent, "  ", eolOf(source)) : ` ${value.flow}`;
  if (isBlockCollection || text !== ` ${value.flow}`) return [{ start, end: endOf(source, node), text }];
  return [{ ...spanOf(source, node), text: value.flow }];
}

const spanOf = (source: string, node: Node): { start: number; end: number } => ({
  start: propertiesStart(source, node),
  end: endOf(source, node),
});

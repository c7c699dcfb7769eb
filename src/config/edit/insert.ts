import { isMap, isSeq, type Node, type YAMLMap } from "yaml";
import type { Path } from "../path.ts";
import { GROUPS } from "../schema.ts";
import type { YamlText } from "../yaml.ts";
import type { TextEdit } from "./fix.ts";
import { colonAfter, endOf, entryEnd, entryStart, eolOf, indentOf, isFirstOnLine } from "./tree.ts";
import { lineEnd, lineStart, startOf, walk, type Step } from "./tree.ts";
import { valueText, yamlText } from "./value-text.ts";

/** A value as it is to be written. */
export interface Written {
  /** On one line. */
  readonly flow: string;
  /** What stands behind `key:` in block style, for keys of this indentation. */
  readonly block: (indent: string, step: string, eol: string) => string;
  /** A comment that belongs to it, with its `#`. */
  readonly comment?: string;
  /** How lines end, where the text that is left has none to tell. */
  readonly eol?: string;
}

/** Lists that would make a longer line get a line for each entry. */
const LONGEST_LINE = 100;

/** A value written anew. */
export function written(value: unknown): Written {
  const flow = valueText(value);
  const block: Written["block"] = (indent, step, eol) =>
    Array.isArray(value) && indent.length + flow.length > LONGEST_LINE
      ? value.map((one) => `${eol}${indent}${step}- ${valueText(one)}`).join("")
      : ` ${flow}`;
  return { flow, block };
}

const TOP_LEVEL = ["version", "task", ...Object.keys(GROUPS)];

/**
 * Adds what a path names and is not there, with the groups it needs: behind the last key of its group in the group's style,
 * a new group where the schema has it. Undefined where the text has something else in its way.
 */
export function insertion(yaml: YamlText, path: Path, value: Written): TextEdit[] | undefined {
  const { source, document } = yaml;
  const { steps, node, rest } = walk(document, path);
  if (rest.length === 0) return undefined;
  if (isSeq(node)) return isAppended(node.items.length, rest) ? intoList(source, node, value) : undefined;
  if (rest.some((name) => typeof name === "number")) return undefined;
  const keys = rest.map(String);
  if (isMap(node) && node.flow) return intoFlow(source, node as YAMLMap, keys, value);
  if (isMap(node) && node.items.length > 0) return intoBlock(yaml, node as YAMLMap, keys, value);
  const last = steps.at(-1);
  if (last) return intoEmpty(yaml, last, keys, value);
  return document.contents === null || isEmptyText(source, node) ? atEnd(yaml, keys, value) : undefined;
}

const isAppended = (length: number, rest: Path): boolean => rest.length === 1 && rest[0] === length;

const isEmptyText = (source: string, node: Node | null): boolean =>
  node === null || endOf(source, node) === startOf(node);

/** `a: { b: value }` in one line. */
const flowEntry = ([key = "", ...inner]: readonly string[], value: Written): string =>
  `${yamlText(key)}: ${inner.length === 0 ? value.flow : `{ ${flowEntry(inner, value)} }`}`;

/** The same over several lines, the first without its indentation. */
function blockEntry([key = "", ...inner]: readonly string[], value: Written, indent: string, yaml: YamlText): string {
  const eol = value.eol ?? eolOf(yaml.source);
  const step = stepOf(yaml);
  if (inner.length > 0) {
    return `${yamlText(key)}:${eol}${indent}${step}${blockEntry(inner, value, indent + step, yaml)}`;
  }
  const comment = value.comment === undefined ? "" : ` ${value.comment}`;
  return `${yamlText(key)}:${value.block(indent, step, eol)}${comment}`;
}

/** By how much this file indents. */
function stepOf({ source, document }: YamlText): string {
  const groups = isMap(document.contents) && !document.contents.flow ? document.contents.items : [];
  for (const { value } of groups) {
    if (isMap(value) && !value.flow && value.items.length > 0) return indentOf(source, startOf(value));
  }
  return "  ";
}

function intoBlock(yaml: YamlText, map: YAMLMap, keys: readonly string[], value: Written): TextEdit[] {
  const { source, document } = yaml;
  const eol = eolOf(source);
  const count = map.items.length;
  const indent = indentOf(source, entryStart(source, { container: map, index: count - 1 }));
  const entry = indent + blockEntry(keys, value, indent, yaml);
  const after = map === document.contents ? neighbour(map, keys[0]!) : count - 1;
  if (after < 0) {
    const start = lineStart(source, entryStart(source, { container: map, index: 0 }));
    return [{ start, end: start, text: entry + eol }];
  }
  const at = lineEnd(source, entryEnd(source, { container: map, index: after }));
  return [{ start: at, end: at, text: eol + entry }];
}

/** The top-level entry that a new one comes behind: the last that the schema has before it; -1 for none. */
function neighbour(map: YAMLMap, key: string): number {
  const rank = TOP_LEVEL.indexOf(key);
  if (rank < 0) return map.items.length - 1;
  return map.items.findLastIndex((pair) => {
    const other = TOP_LEVEL.indexOf(String(pair.key));
    return other >= 0 && other < rank;
  });
}

function intoFlow(source: string, map: YAMLMap, keys: readonly string[], value: Written): TextEdit[] {
  const entry = flowEntry(keys, value);
  const start = startOf(map);
  const close = endOf(source, map) - 1;
  if (map.items.length === 0) {
    const isBare = source.slice(start + 1, close).trim() === "";
    const put = isBare
      ? { start, end: close + 1, text: `{ ${entry} }` }
      : { start: start + 1, end: start + 1, text: ` ${entry}` };
    return [put, ...commentAt(source, start, close, value)];
  }
  const last = { container: map, index: map.items.length - 1 };
  const end = entryEnd(source, last);
  const first = entryStart(source, last);
  if (!isFirstOnLine(source, first)) {
    return [{ start: end, end, text: `, ${entry}` }, ...commentAt(source, start, close, value)];
  }
  const line = eolOf(source) + indentOf(source, first) + entry;
  const comment = value.comment === undefined ? "" : ` ${value.comment}`;
  const comma = /^\s*,/.exec(source.slice(end));
  const at = lineEnd(source, comma ? end + comma[0].length : end);
  if (close <= at) return [{ start: end, end, text: `,${line}` }, ...commentAt(source, start, close, value)];
  if (comma) return [{ start: at, end: at, text: `${line},${comment}` }];
  return [
    { start: end, end, text: "," },
    { start: at, end: at, text: line + comment },
  ];
}

/** A comment that came with a value goes behind the line of its new group, or above it where there is one already. */
function commentAt(source: string, start: number, close: number, { comment }: Written): TextEdit[] {
  if (comment === undefined) return [];
  const end = lineEnd(source, close);
  if (/^[\s}\],]*$/.test(source.slice(close, end))) return [{ start: end, end, text: ` ${comment}` }];
  const line = lineStart(source, start);
  const indent = /^[ \t]*/.exec(source.slice(line))![0];
  return [{ start: line, end: line, text: `${indent}${comment}${eolOf(source)}` }];
}

/** Into a group that is written without anything in it: `train:`, `train: null`. */
function intoEmpty(yaml: YamlText, step: Step, keys: readonly string[], value: Written): TextEdit[] | undefined {
  const { source } = yaml;
  const { container, index } = step;
  if (!isMap(container)) return undefined;
  const pair = container.items[index]!;
  const colon = colonAfter(source, (pair.key as Node).range![1]);
  if (colon === undefined) return undefined;
  const node = pair.value as Node | null;
  if (node && !isEmptyText(source, node)) {
    if (!/^(?:null|~)$/i.test(source.slice(startOf(node), endOf(source, node)))) return undefined;
    const start = startOf(node);
    const end = endOf(source, node);
    return [{ start, end, text: `{ ${flowEntry(keys, value)} }` }, ...commentAt(source, start, end, value)];
  }
  if (container.flow) {
    const edit = { start: colon + 1, end: colon + 1, text: ` { ${flowEntry(keys, value)} }` };
    return [edit, ...commentAt(source, colon, colon + 1, value)];
  }
  const indent = indentOf(source, entryStart(source, step)) + stepOf(yaml);
  const at = lineEnd(source, colon);
  return [{ start: at, end: at, text: eolOf(source) + indent + blockEntry(keys, value, indent, yaml) }];
}

function intoList(source: string, list: Node, value: Written): TextEdit[] | undefined {
  if (!isSeq(list) || list.items.length === 0) {
    const close = endOf(source, list) - 1;
    return [{ start: startOf(list), end: close + 1, text: `[${value.flow}]` }];
  }
  const last = { container: list, index: list.items.length - 1 };
  const end = entryEnd(source, last);
  if (list.flow) return [{ start: end, end, text: `, ${value.flow}` }];
  const first = startOf(list);
  const at = lineEnd(source, end);
  return [{ start: at, end: at, text: `${eolOf(source)}${indentOf(source, first)}- ${value.flow}` }];
}

/** Into a file that has nothing but comments. */
function atEnd(yaml: YamlText, keys: readonly string[], value: Written): TextEdit[] {
  const { source } = yaml;
  const eol = value.eol ?? eolOf(source);
  const gap = source === "" || source.endsWith("\n") ? "" : eol;
  return [{ start: source.length, end: source.length, text: `${gap}${blockEntry(keys, value, "", yaml)}${eol}` }];
}

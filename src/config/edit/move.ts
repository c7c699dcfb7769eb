import { isAlias, isCollection, isMap, type Node } from "yaml";
import type { Path } from "../path.ts";
import type { YamlText } from "../yaml.ts";
import type { Draft } from "./draft.ts";
import type { TextEdit } from "./fix.ts";
import { insertion, written, type Written } from "./insert.ts";
import { removal } from "./remove.ts";
import { replacement } from "./replace.ts";
import {
  endOf,
  entryEnd,
  entryStart,
  eolOf,
  indentOf,
  lineEnd,
  lineStart,
  propertiesStart,
  valueOf,
  walk,
} from "./tree.ts";
import { yamlText } from "./value-text.ts";

/** Moves an entry to another name or group, as its value is written, or with another value. Whether it could. */
export function moveEntry(draft: Draft, from: Path, to: Path, value: Written | undefined): boolean {
  const inPlace = renaming(draft.yaml, from, to, value);
  if (inPlace) {
    draft.apply(inPlace);
    return true;
  }
  const { steps, rest } = walk(draft.yaml.document, from);
  if (rest.length > 0) return false;
  const moved = value ? { ...value, ...commentOf(draft.yaml, from) } : asWritten(draft.yaml, from);
  const gone = removal(draft.yaml, steps);
  const eol = eolOf(draft.yaml.source);
  if (!moved || !gone) return false;
  draft.apply(gone);
  const put = insertion(draft.yaml, to, { ...moved, eol });
  if (put) draft.apply(put);
  return put !== undefined;
}

/** Only the key changes: another name in the same group, or a key at the left margin that gets the group it belongs in. */
function renaming(yaml: YamlText, from: Path, to: Path, value: Written | undefined): TextEdit[] | undefined {
  const { source, document } = yaml;
  const { steps, rest } = walk(document, from);
  const step = steps.at(-1);
  if (!step || rest.length > 0 || !isMap(step.container)) return undefined;
  const isSibling = from.length === to.length && from.slice(0, -1).every((name, depth) => name === to[depth]);
  const isNewGroup =
    from.length === 1 &&
    to.length > 1 &&
    !step.container.flow &&
    walk(document, to).steps.length === 0 &&
    isOneLine(source, from, yaml);
  if (!isSibling && !isNewGroup) return undefined;
  const [start, end] = (step.container.items[step.index]!.key as Node).range!;
  const groups = to.slice(from.length - 1, -1);
  const text = groups
    .map((name, depth) => `${yamlText(String(name))}:${eolOf(source)}${"  ".repeat(depth + 1)}`)
    .join("");
  const rename = { start, end, text: text + yamlText(String(to.at(-1))) };
  if (!value) return [rename];
  const other = replacement(yaml, step, value);
  return other && [rename, ...other];
}

function isOneLine(source: string, path: Path, { document }: YamlText): boolean {
  const step = walk(document, path).steps.at(-1)!;
  return !source.slice(entryStart(source, step), entryEnd(source, step)).includes("\n");
}

/** The value of an entry as it is written, with the comment behind it. */
function asWritten(yaml: YamlText, path: Path): Written | undefined {
  const { source, document } = yaml;
  const { steps, node } = walk(document, path);
  const step = steps.at(-1);
  if (!step) return undefined;
  if (!node || isAlias(node) || !isMap(step.container)) return written((node ?? valueOf(step))?.toJS(document) ?? null);
  const anew = written(node.toJS(document));
  const text = source.slice(propertiesStart(source, node), endOf(source, node));
  const comment = commentOf(yaml, path);
  if (!text.includes("\n") && !isBlockCollection(node)) return { flow: text, block: () => ` ${text}`, ...comment };
  if (!isBlockCollection(node)) return { ...anew, ...comment };
  const first = lineStart(source, node.range![0]);
  const lines = source.slice(first, lineEnd(source, endOf(source, node)));
  const old = indentOf(source, node.range![0]).length;
  const block: Written["block"] = (indent, width, eol) =>
    lines
      .split(/\r?\n/)
      .map((line) =>
        line.trim() === "" ? eol : `${eol}${indent}${width}${line.slice(Math.min(old, line.search(/\S/)))}`,
      )
      .join("");
  return { flow: anew.flow, block };
}

const isBlockCollection = (node: Node): boolean => isCollection(node) && !node.flow;

/** The comment behind an entry of a block, on its line. */
function commentOf({ source, document }: YamlText, path: Path): { comment: string } | undefined {
  const { steps, node } = walk(document, path);
  const step = steps.at(-1);
  if (!step || steps.some(({ container }) => container.flow) || (node && isBlockCollection(node))) return undefined;
  const end = entryEnd(source, step);
  const comment = /^[ \t]+(#.*)$/.exec(source.slice(end, lineEnd(source, end)))?.[1];
  return comment === undefined ? undefined : { comment };
}

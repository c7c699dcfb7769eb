import { isMap, type YAMLMap, type YAMLSeq } from "yaml";
import type { YamlText } from "../yaml.ts";
import type { TextEdit } from "./fix.ts";
import {
  endOf,
  entryEnd,
  entryStart,
  isFirstOnLine,
  lineEnd,
  lineStart,
  nextLine,
  startOf,
  type Step,
} from "./tree.ts";

/**
 * Takes an entry away: in block style its lines with the comment behind it, in flow style its comma too. Of a group that
 * would be empty the group goes; `steps` leads to the entry, the outermost first.
 */
export function removal(yaml: YamlText, steps: readonly Step[]): TextEdit[] | undefined {
  const outermost = steps.findIndex((_step, depth) =>
    steps.slice(depth + 1).every(({ container }) => container.items.length === 1),
  );
  const step = steps[outermost];
  return step && entryRemoval(yaml, step);
}

/** Takes one entry of a map or list away. */
export function entryRemoval({ source }: YamlText, step: Step): TextEdit[] | undefined {
  const { container, index } = step;
  return container.flow ? flowRemoval(source, container, index) : blockRemoval(source, step);
}

function blockRemoval(source: string, step: Step): TextEdit[] | undefined {
  const { container, index } = step;
  const start = isMap(container) ? entryStart(source, step) : dashOf(source, step);
  if (start === undefined) return undefined;
  const line = lineStart(source, start);
  const end = nextLine(source, entryEnd(source, step));
  if (isFirstOnLine(source, start)) return [{ start: line, end, text: "" }];
  // The first key of a map in a list (`- a: 1`) shares its line with the dash, which the next key gets.
  const next = container.items[index + 1];
  return next ? [{ start, end: entryStart(source, { container, index: index + 1 }), text: "" }] : undefined;
}

/** The dash before an entry of a block list. */
function dashOf(source: string, step: Step): number | undefined {
  const start = entryStart(source, step);
  const dash = /-[ \t]+$/.exec(source.slice(lineStart(source, start), start));
  return dash ? start - dash[0].length : undefined;
}

function flowRemoval(source: string, container: YAMLMap | YAMLSeq, index: number): TextEdit[] {
  const count = container.items.length;
  const start = entryStart(source, { container, index });
  const end = entryEnd(source, { container, index });
  const behind = /^\s*,/.exec(source.slice(end));
  const withComma = behind ? end + behind[0].length : end;
  const isAlone =
    isFirstOnLine(source, start) && /^[ \t]*(?:#.*)?$/.test(source.slice(withComma, lineEnd(source, withComma)));
  if (isAlone) return [{ start: lineStart(source, start), end: nextLine(source, withComma), text: "" }];
  if (index + 1 < count) return [{ start, end: entryStart(source, { container, index: index + 1 }), text: "" }];
  if (index > 0) return [{ start: entryEnd(source, { container, index: index - 1 }), end, text: "" }];
  return [{ start: startOf(container) + 1, end: endOf(source, container) - 1, text: "" }];
}

import { isMap, isScalar, type Pair } from "yaml";
import { t } from "../../../base/l10n.ts";
import { KEYS } from "../../names.ts";
import type { Path } from "../../path.ts";
import { notesOf } from "../../schema/key.ts";
import { recordValues, variantsOf, type SchemaView } from "../../schema/view.ts";
import { typeInWords } from "../../schema/words.ts";
import { readYaml } from "../../yaml.ts";
import type { KeyCursor } from "../cursor/index.ts";
import { groupEnd, groupStart, lineEnd, lineStart } from "../cursor/words.ts";
import { presetAt } from "../defaults.ts";
import { describeKey, shortValue } from "../describe.ts";
import { configPath, isGroup, keysOf, listIn, schemaAt, strayGroups, takesDotted } from "../schema-at.ts";
import type { AssistDocument, Completion } from "../types.ts";
import { sortTextOf, written } from "./choice.ts";

/** The keys that may be written at the cursor, without those that are there; what must be written comes first. */
export function keyItems(document: AssistDocument, cursor: KeyCursor): Completion[] {
  // A word that is indented under nothing would begin no group.
  if (cursor.parent.length === 0 && !cursor.isFlow && cursor.column > 0) return [];
  const there = siblings(document, cursor);
  const open = candidates(document, cursor.parent).filter(([name]) => !there.includes(name));
  const isFirst = ([, schema]: [string, SchemaView]): boolean => notesOf(schema).required === true;
  const inOrder = [...open.filter(isFirst), ...open.filter((entry) => !isFirst(entry))];
  return inOrder.map(([name, schema], index) => keyItem(document, cursor, name, schema, index));
}

function candidates(document: AssistDocument, parent: Path): [string, SchemaView][] {
  if (takesDotted(document.kind, parent)) {
    const stray = strayGroups(document.config?.task);
    return KEYS.filter(({ group }) => !stray.includes(group)).map(({ group, name, schema }) => [
      `${group}.${name}`,
      schema,
    ]);
  }
  const schema = schemaAt(document, parent);
  if (!schema) return [];
  const stray = document.kind === "config" && parent.length === 0 ? strayGroups(taskOf(document)) : [];
  return keysOf(schema).filter(([name]) => !stray.includes(name));
}

const taskOf = ({ parsed, config }: AssistDocument): unknown => parsed.value?.["task"] ?? config?.task;

/** Names that are written in the same map, but for the one being typed. */
function siblings({ parsed }: AssistDocument, cursor: KeyCursor): string[] {
  const { parent, span, isFlow } = cursor;
  if (parsed.isBroken && !isFlow) return siblingsByLines(parsed.source, cursor);
  const map = parsed.document.getIn(parent);
  if (!isMap(map)) return [];
  return (map.items as Pair[]).flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const [from = -1, to = -1] = key.range ?? [];
    return from <= span.start && span.start <= to ? [] : [String(key.value)];
  });
}

/**
 * The same for a text that is not whole YAML: a word without a colon makes one text of itself and the next line. Only the
 * group around it is read again, without that line.
 */
function siblingsByLines(source: string, { parent, span }: KeyCursor): string[] {
  const line = lineStart(source, span.start);
  const before = source.slice(parent.length === 0 ? 0 : groupStart(source, span.start), line);
  const after = source.slice(lineEnd(source, span.end), parent.length === 0 ? undefined : groupEnd(source, span.end));
  if (parent.length === 0)
    return [...`${before}${after}`.matchAll(/^["']?([\w.-]+)["']?[ \t]*:/gm)].map(([, name]) => name!);
  const map = readYaml(before + after).getIn(parent);
  return isMap(map) ? (map.items as Pair[]).flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [];
}

function keyItem(
  document: AssistDocument,
  cursor: KeyCursor,
  name: string,
  schema: SchemaView,
  index: number,
): Completion {
  const isDotted = takesDotted(document.kind, cursor.parent);
  const path = isDotted ? name.split(".") : [...cursor.parent, name];
  const preset =
    document.kind === "config" || isDotted ? presetAt(document, configPath(document, path) ?? path) : undefined;
  const map = isGroup(schema) && !isDotted;
  const isSwept = isDotted && cursor.parent[0] === "parameters";
  return {
    label: name,
    kind: map ? "group" : "key",
    detail: detailOf(schema, preset, map),
    documentation: describeKey(path, schema, preset),
    insertText: cursor.hasColon
      ? name
      : `${name}${isSwept ? ": { values: [$0] }" : valueSnippet(schema, preset, cursor.isFlow)}`,
    isSnippet: !cursor.hasColon,
    span: cursor.span,
    // Who types another tool's name finds the key by it.
    filterText: [name, ...(notesOf(schema).aliases ?? [])].join(" "),
    sortText: sortTextOf(index),
    asksAgain: !cursor.hasColon && (isSwept || asksForValue(schema)),
  };
}

function detailOf(schema: SchemaView, preset: unknown, isMapped: boolean): string {
  if (notesOf(schema).required) return t("must be written");
  if (isMapped || preset === undefined || preset === null) return isMapped ? t("group") : typeInWords(schema);
  return t("default {0}", shortValue(preset));
}

/** What follows a key: a map begins on the next line, a list in brackets, a number as its default to type over. */
function valueSnippet(schema: SchemaView, preset: unknown, isFlow: boolean): string {
  const variants = variantsOf(schema).filter(({ type }) => type !== "null");
  if (variants.length === 1 && variants[0]!.const !== undefined) return `: ${written(variants[0]!.const)}`;
  const isMapped = variants.some((variant) => variant.properties || recordValues(variant));
  if (isMapped && variants.length === 1) return isFlow ? ": { $0 }" : ":\n  $0";
  if (variants.length === 1 && listIn(schema)) return ": [$0]";
  const takesNumber = variants.some(({ type }) => type === "number" || type === "integer");
  if (takesNumber && (typeof preset === "number" || typeof preset === "string")) {
    return `: \${1:${escaped(written(preset))}}`;
  }
  return ": $0";
}

/** A text inside a snippet's placeholder. */
const escaped = (text: string): string => text.replaceAll(/[\\$}]/g, String.raw`\$&`);

function asksForValue(schema: SchemaView): boolean {
  const variants = variantsOf(schema).filter(({ type }) => type !== "null");
  return variants.every(({ type, const: one }) => one === undefined && type !== "number" && type !== "integer");
}

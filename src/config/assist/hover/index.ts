import { isMap } from "yaml";
import { t } from "../../../base/l10n.ts";
import { toldCheck } from "../../checks/told.ts";
import type { Path } from "../../path.ts";
import { code } from "../../schema/words.ts";
import { toldNotes } from "../../schema/told.ts";
import { cursorAt } from "../cursor/index.ts";
import { lineEnd } from "../cursor/words.ts";
import { presetAt } from "../defaults.ts";
import { describeKey, shortValue } from "../describe.ts";
import { placeAt } from "../places.ts";
import { configPath, isGroup, schemaAt, sweptKey } from "../schema-at.ts";
import { absentKeys } from "../absent.ts";
import type { AssistDocument, AssistOptions, Hover } from "../types.ts";
import { figuresFor } from "./figures.ts";

/** What stands at an offset, in words: of a key its meaning, of a value what it comes to here, of a check's id what it finds. */
export async function hoverAt(
  document: AssistDocument,
  offset: number,
  options: AssistOptions = {},
): Promise<Hover | undefined> {
  const check = checkHover(document, offset);
  if (check) return check;
  const place = placeAt(document.parsed, offset);
  if (!place) return undefined;
  // An entry of a list is told of as the list it is in.
  const path = place.path.slice(0, place.path.findLastIndex((step) => typeof step === "string") + 1);
  const swept = sweptKey(document, path);
  const inConfig = swept ?? configPath(document, path);
  const schema = swept ? schemaAt({ kind: "config" }, swept) : schemaAt(document, path);
  if (!schema) return undefined;
  if (isGroup(schema) && place.at === "value" && isMap(place.node)) return undefined;
  const preset = inConfig && presetAt(document, inConfig);
  const figures = inConfig ? await figuresFor({ document, path: inConfig, place }, options) : [];
  const defaults = isGroup(schema) && document.kind === "config" ? groupParts(document, path) : [];
  const markdown = describeKey(inConfig ?? path, schema, preset, [...figures, ...defaults]);
  return { markdown, span: place.span };
}

/** Keys of a group that are not written, with what holds instead. */
function groupParts(document: AssistDocument, path: Path): string[] {
  const rows = absentKeys(document, path).map(({ name, value, schema }) => {
    const { description } = toldNotes(schema);
    return `| ${code(name)} | ${code(shortValue(value)).replaceAll("|", String.raw`\|`)} | ${description.replaceAll("|", String.raw`\|`)} |`;
  });
  if (rows.length === 0) return [];
  const head = `| ${t("not written")} | ${t("default")} | |\n| --- | --- | --- |`;
  return [`${head}\n${rows.join("\n")}`];
}

/** The check whose id stands at an offset in a comment. */
function checkHover({ parsed }: AssistDocument, offset: number): Hover | undefined {
  const { source } = parsed;
  const cursor = cursorAt(parsed, Math.min(offset + 1, lineEnd(source, offset)));
  if (cursor.kind !== "comment") return undefined;
  const comment = source.slice(cursor.start, lineEnd(source, cursor.start));
  for (const { 0: id, index } of comment.matchAll(/\bC\d\d\b/g)) {
    const span = { start: cursor.start + index, end: cursor.start + index + id.length };
    if (offset < span.start || offset > span.end) continue;
    const told = toldCheck(id);
    return told && { markdown: [`**${id}** · ${told.titles.join("; ")}`, ...told.whys].join("\n\n"), span };
  }
  return undefined;
}

import { t } from "../../base/l10n.ts";
import { valueText } from "../edit/value-text.ts";
import { keyOf, type Path } from "../diagnostic.ts";
import { notesOf } from "../schema/key.ts";
import { toldNotes } from "../schema/told.ts";
import { allowsNull, type SchemaView } from "../schema/view.ts";
import { code, typeInWords } from "../schema/words.ts";

/**
 * A key as hovers and completions tell of it, in Markdown: what it takes, what it means, what holds when it is not
 * written, why, and what other tools call it.
 * @param preset what holds here when the key is not written; undefined when that is not known
 * @param figures what is known of it here; stands behind what it means
 */
export function describeKey(path: Path, schema: SchemaView, preset: unknown, figures: readonly string[] = []): string {
  const { description, unit, why, aliases, required } = toldNotes(schema);
  const isMap = schema.properties !== undefined;
  const type = isMap ? undefined : allowsNull(schema) ? t("{0}, or null", typeInWords(schema)) : typeInWords(schema);
  const head = [`**${code(keyOf(path))}**`, ...(type === undefined ? [] : [type])].join(" · ");
  const named = aliases?.map(code).join(", ");
  return [
    head,
    description,
    ...figures,
    unit && t("Unit: {0}.", unit),
    required ? t("Must be written.") : isMap ? undefined : defaultSentence(schema, preset),
    why,
    named && t("Elsewhere: {0}.", named),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** What holds when a key is not written, and where that comes from. */
export function defaultSentence(schema: SchemaView, preset: unknown): string | undefined {
  const { default: fixed, defaultText } = notesOf(schema);
  const here = preset === undefined ? fixed : preset;
  if (defaultText !== undefined) {
    const isShown = here !== undefined && here !== null && !isSaidIn(defaultText, here);
    const told = t(defaultText);
    return isShown ? t("Default: {0}. Here that is {1}.", told, code(shortValue(here))) : t("Default: {0}.", told);
  }
  if (here === undefined) return undefined;
  return here === null ? t("Default: off.") : t("Default: {0}.", code(shortValue(here)));
}

/** Whether the words of a default are the value itself and nothing more. */
const isSaidIn = (words: string, value: unknown): boolean =>
  words === valueText(value) || words.startsWith(code(value)) || JSON.stringify(value) === "{}";

const LONGEST = 60;

/** A value as it would be written, cut where it is long. */
export function shortValue(value: unknown): string {
  const text = valueText(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

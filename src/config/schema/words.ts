import { t } from "../../base/l10n.ts";
import { notesOf } from "./key.ts";
import { isTyped, recordValues, variantsOf, type SchemaView } from "./view.ts";

/** A type in words, as messages and the documentation say it: `a whole number of at least 1`. */
export function typeInWords(schema: SchemaView): string {
  const { form } = notesOf(schema);
  if (form !== undefined) return t(form);
  const variants = variantsOf(schema).filter((variant) => variant.type !== "null");
  // The choices of a union stand beside its other kinds of value.
  const words = variants.flatMap((variant) =>
    variants.length > 1 && variant.enum ? variant.enum.map(code) : [variantInWords(variant)],
  );
  return joinWords(words, "or");
}

function variantInWords(schema: SchemaView): string {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum)
    return schema.enum.length > 1 ? t("one of {0}", joinWords(schema.enum.map(code), "or")) : code(schema.enum[0]);
  switch (schema.type) {
    case "string":
      return t("a text");
    case "boolean":
      return t("true or false");
    case "integer":
      return t("a whole number{0}", rangeInWords(schema));
    case "number":
      return t("a number{0}", rangeInWords(schema));
    case "array":
      return t(
        "a list of {0}",
        schema.items && isTyped(schema.items) ? plural(typeInWords(schema.items)) : t("values"),
      );
    default:
      return recordValues(schema) ? t("a map of names to values") : t("a map");
  }
}

/** The allowed range of a number, with a leading space; empty when there is none. */
export function rangeInWords(schema: SchemaView): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return t(" from {0} to {1}", minimum, maximum);
  const lower =
    minimum === undefined
      ? undefined
      : minimum === 0 && exclusiveMaximum === undefined
        ? t("of 0 or more")
        : t("of at least {0}", minimum);
  const parts = [
    lower,
    exclusiveMinimum === undefined ? undefined : t("above {0}", exclusiveMinimum),
    maximum === undefined ? undefined : t("of at most {0}", maximum),
    exclusiveMaximum === undefined ? undefined : t("below {0}", exclusiveMaximum),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : ` ${joinWords(parts, "and")}`;
}

/** A value as a message shows it; long ones are cut. */
export function valueInWords(value: unknown): string {
  if (typeof value === "string") return t("the text {0}", shorten(JSON.stringify(value)));
  if (Array.isArray(value)) return value.length === 0 ? t("an empty list") : t("a list");
  if (typeof value === "object" && value !== null) return t("a map");
  return String(value);
}

/** `a, b and c`. */
export function joinWords(words: readonly string[], conjunction: "and" | "or"): string {
  if (words.length < 2) return words[0] ?? "";
  const [first, last] = [words.slice(0, -1).join(t(", ")), words.at(-1)!];
  return conjunction === "and" ? t("{0} and {1}", first, last) : t("{0} or {1}", first, last);
}

export const code = (value: unknown): string => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…"` : text);

const plural = (words: string): string =>
  words
    .replace(/^one of /, "")
    .replaceAll(/\ba text\b/g, "texts")
    .replaceAll(/\ba whole number\b/g, "whole numbers")
    .replaceAll(/\ba number\b/g, "numbers");

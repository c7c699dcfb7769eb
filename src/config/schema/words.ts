import { notesOf } from "./key.ts";
import { recordValues, variantsOf, type SchemaView } from "./view.ts";

/** A type in words, as messages and the documentation say it: `a whole number of at least 1`. */
export function typeInWords(schema: SchemaView): string {
  const { form } = notesOf(schema);
  if (form !== undefined) return form;
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
    return schema.enum.length > 1 ? `one of ${joinWords(schema.enum.map(code), "or")}` : code(schema.enum[0]);
  switch (schema.type) {
    case "string":
      return "a text";
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number${rangeInWords(schema)}`;
    case "number":
      return `a number${rangeInWords(schema)}`;
    case "array":
      return `a list of ${schema.items ? plural(typeInWords(schema.items)) : "values"}`;
    default:
      return recordValues(schema) ? "a map of names to values" : "a map";
  }
}

/** The allowed range of a number, with a leading space; empty when there is none. */
export function rangeInWords(schema: SchemaView): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const lower =
    minimum === undefined
      ? undefined
      : minimum === 0 && exclusiveMaximum === undefined
        ? "of 0 or more"
        : `of at least ${minimum}`;
  const parts = [
    lower,
    exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`,
    maximum === undefined ? undefined : `of at most ${maximum}`,
    exclusiveMaximum === undefined ? undefined : `below ${exclusiveMaximum}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : ` ${parts.join(" and ")}`;
}

/** A value as a message shows it; long ones are cut. */
export function valueInWords(value: unknown): string {
  if (typeof value === "string") return `the text ${shorten(JSON.stringify(value))}`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object" && value !== null) return "a map";
  return String(value);
}

/** `a, b and c`. */
export function joinWords(words: readonly string[], conjunction: "and" | "or"): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}

export const code = (value: unknown): string => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…"` : text);

const plural = (words: string): string =>
  words
    .replace(/^one of /, "")
    .replaceAll(/\ba text\b/g, "texts")
    .replaceAll(/\ba whole number\b/g, "whole numbers")
    .replaceAll(/\ba number\b/g, "numbers");

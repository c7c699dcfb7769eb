import type { TSchema } from "typebox";
import { error, keyOf, type Finding, type Path } from "./diagnostic.ts";
import { unknownKey } from "./names.ts";
import { notesOf } from "./schema/key.ts";
import { allowsNull, isMap, recordValues, variantsOf, view, type PlainMap, type SchemaView } from "./schema/view.ts";
import { code, rangeInWords, typeInWords, valueInWords } from "./schema/words.ts";
import { didYouMean } from "../base/nearest.ts";

/**
 * Checks a value against its schema: C01 and C04 for keys that do not exist, C62 for wrong types, choices and ranges.
 * Required keys are not looked at here (`missingKeys`), so that a single override can be checked by itself.
 */
export function checkShape(schema: TSchema, value: unknown, path: Path = []): Finding[] {
  return checkValue(view(schema), value, path);
}

/** C62 for every required key of the schema that has no value. Maps that are not written are entered only where `enter` says. */
export function missingKeys(schema: TSchema, value: PlainMap, enter: readonly string[], path: Path = []): Finding[] {
  return Object.entries(view(schema).properties ?? {}).flatMap(([name, inner]) => {
    const at = [...path, name];
    const own = ownValue(value, name);
    if (own === undefined && notesOf(inner).required) {
      return [error("C62", at, `${code(keyOf(at))} is missing. Write ${typeInWords(inner)}.`, "key")];
    }
    const map = variantsOf(inner).find((variant) => variant.properties);
    if (!map || (!isMap(own) && !enter.includes(name))) return [];
    return missingKeys(map, isMap(own) ? own : {}, [], at);
  });
}

/** A map's own value under a key; undefined when there is none (never one it inherits). */
export const ownValue = (map: PlainMap, name: string): unknown => (Object.hasOwn(map, name) ? map[name] : undefined);

function checkValue(schema: SchemaView, value: unknown, path: Path): Finding[] {
  if (value === null) {
    // A group with nothing under it is an empty group.
    if (allowsNull(schema) || schema.properties || recordValues(schema)) return [];
    return [
      error("C62", path, `${code(keyOf(path))} has no value. Write ${typeInWords(schema)}, or remove the line.`, "key"),
    ];
  }
  if (schema.anyOf) return checkUnion(schema, value, path);
  if (schema.const !== undefined) return value === schema.const ? [] : [mismatch(schema, value, path)];
  if (schema.enum) return schema.enum.includes(value) ? [] : [mismatch(schema, value, path)];
  switch (schema.type) {
    case "object":
      return isMap(value) ? checkMap(schema, value, path) : [mismatch(schema, value, path)];
    case "array":
      return Array.isArray(value) ? checkList(schema, value, path) : [mismatch(schema, value, path)];
    case "string":
      return isText(schema, value) ? [] : [mismatch(schema, value, path)];
    case "number":
    case "integer":
      return checkNumber(schema, value, path);
    default:
      return typeof value === schema.type ? [] : [mismatch(schema, value, path)];
  }
}

/** Any variant will do. When none does, the findings of the one that has the same kind of value are the most telling. */
function checkUnion(schema: SchemaView, value: unknown, path: Path): Finding[] {
  const results = variantsOf(schema).map((variant) => ({ variant, findings: checkValue(variant, value, path) }));
  if (results.some(({ findings }) => findings.length === 0)) return [];
  const inside = results.find(({ findings }) => findings.some((finding) => finding.path.length > path.length));
  if (inside) return inside.findings;
  const sameKind = results.filter(({ variant }) =>
    Array.isArray(value) ? variant.type === "array" : isNumeric(variant),
  );
  const isTelling = Array.isArray(value) || (typeof value === "number" && !notesOf(schema).form);
  if (isTelling && sameKind.length === 1) return sameKind[0]!.findings;
  return [mismatch(schema, value, path)];
}

function checkMap(schema: SchemaView, value: PlainMap, path: Path): Finding[] {
  const values = recordValues(schema);
  if (values) return Object.entries(value).flatMap(([name, inner]) => checkValue(values, inner, [...path, name]));
  const properties = schema.properties ?? {};
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return known ? checkValue(known, inner, [...path, name]) : [unknownKey([...path, name], Object.keys(properties))];
  });
}

function checkList(schema: SchemaView, value: unknown[], path: Path): Finding[] {
  const name = code(keyOf(path));
  if (value.length < (schema.minItems ?? 0)) {
    const least = schema.minItems === 1 ? "one entry" : `${schema.minItems} entries`;
    return [error("C62", path, `${name} needs at least ${least}, it has ${value.length}.`)];
  }
  const items = schema.items;
  const findings = items ? value.flatMap((item, index) => checkValue(items, item, [...path, index])) : [];
  if (!schema.uniqueItems) return findings;
  const repeated = value.findIndex((item, index) => value.findIndex((other) => String(other) === String(item)) < index);
  return repeated < 0
    ? findings
    : [...findings, error("C62", [...path, repeated], `${name} lists ${valueInWords(value[repeated])} twice.`)];
}

function checkNumber(schema: SchemaView, value: unknown, path: Path): Finding[] {
  if (typeof value !== "number" || (schema.type === "integer" && !Number.isInteger(value))) {
    return [mismatch(schema, value, path)];
  }
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = schema;
  const inside = value >= minimum && value <= maximum && (value > exclusiveMinimum || exclusiveMinimum === -Infinity);
  if (inside && (value < exclusiveMaximum || exclusiveMaximum === Infinity) && Number.isFinite(value)) return [];
  const range = rangeInWords(schema);
  return [
    error(
      "C62",
      path,
      `${code(keyOf(path))} is ${value}, out of its range: it must be ${schema.type === "integer" ? "a whole number" : "a number"}${range}.`,
    ),
  ];
}

const isNumeric = (schema: SchemaView): boolean => schema.type === "number" || schema.type === "integer";

const isText = (schema: SchemaView, value: unknown): boolean =>
  typeof value === "string" &&
  value.length >= (schema.minLength ?? 0) &&
  (schema.pattern === undefined || new RegExp(schema.pattern, "u").test(value));

function mismatch(schema: SchemaView, value: unknown, path: Path): Finding {
  const message = `${code(keyOf(path))} must be ${typeInWords(schema)}, not ${valueInWords(value)}.`;
  return error("C62", path, message + hint(schema, value));
}

/** What to do about a value of the wrong kind, when its kind tells. */
function hint(schema: SchemaView, value: unknown): string {
  const variants = variantsOf(schema);
  if (typeof value === "string") {
    const near = didYouMean(
      value,
      variants
        .flatMap((variant) => [variant.const, ...(variant.enum ?? [])])
        .filter((choice) => typeof choice === "string"),
    );
    if (near !== "") return near;
    const isNumber = value.trim() !== "" && Number.isFinite(Number(value));
    if (isNumber && variants.some(isNumeric)) return " Write it without quotes.";
  }
  const takesText = variants.some((variant) => variant.type === "string");
  if ((typeof value === "number" || typeof value === "boolean") && takesText && !notesOf(schema).form)
    return ` Put it in quotes: "${value}".`;
  const list = variants.find((variant) => variant.type === "array");
  return list && !Array.isArray(value) && !isMap(value) ? ` Write it as a list: [${String(value)}].` : "";
}

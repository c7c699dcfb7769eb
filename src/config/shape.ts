import type { TSchema } from "typebox";
import { t } from "../base/l10n.ts";
import { error, keyOf, type Finding, type Path } from "./diagnostic.ts";
import { valueText } from "./edit/value-text.ts";
import { configSchema } from "./schema.ts";
import { boundFixes, keyWithoutValue, listEntryRemoval, valueHint } from "./shape-fixes.ts";
import { notesOf } from "./schema/key.ts";
import {
  allowsNull,
  isMap,
  isTyped,
  recordValues,
  variantsOf,
  view,
  type PlainMap,
  type SchemaView,
} from "./schema/view.ts";
import { code, rangeInWords, typeInWords, valueInWords } from "./schema/words.ts";
import { unknownKey } from "./unknown-key.ts";

/** What is checked: a value of a config, and the config it stands in. */
interface Place {
  path: Path;
  root: PlainMap;
  /** It is a config and no other kind of file. */
  isConfig: boolean;
  /** Whether it is right is all that is asked, not how to mend it. */
  isTrial?: boolean;
  /** What is written without quotes at a path, where that is known. */
  wordAt: (path: Path) => string | undefined;
}

const below = (place: Place, name: string | number): Place => ({ ...place, path: [...place.path, name] });

/**
 * Checks a value against its schema: C01 and C04 for keys that do not exist, C62 for wrong types, choices and ranges.
 * Required keys are not looked at here (`missingKeys`), so that a single override can be checked by itself.
 */
export function checkShape(schema: TSchema, value: unknown, wordAt: Place["wordAt"] = () => undefined): Finding[] {
  return checkValue(view(schema), value, {
    path: [],
    root: isMap(value) ? value : {},
    isConfig: schema === configSchema,
    wordAt,
  });
}

/** C62 for every required key of the schema that has no value. Maps that are not written are entered only where `enter` says. */
export function missingKeys(schema: TSchema, value: PlainMap, enter: readonly string[], path: Path = []): Finding[] {
  return Object.entries(view(schema).properties ?? {}).flatMap(([name, inner]) => {
    const at = [...path, name];
    const own = ownValue(value, name);
    if (own === undefined && notesOf(inner).required) {
      const message = t("{0} is missing. Write {1}.", code(keyOf(at)), typeInWords(inner));
      // Only one value is right.
      const only = inner.const === undefined ? [] : [{ path: at, value: inner.const }];
      const fixes = only.map((edit) => ({
        title: t("Write {0}", code(`${keyOf(at)}: ${valueText(edit.value)}`)),
        safe: true,
        edits: [{ kind: "set" as const, ...edit }],
      }));
      return [error("C62", at, message, { at: "key", fixes })];
    }
    const map = variantsOf(inner).find((variant) => variant.properties);
    if (!map || (!isMap(own) && !enter.includes(name))) return [];
    return missingKeys(map, isMap(own) ? own : {}, [], at);
  });
}

/** A map's own value under a key; undefined when there is none (never one it inherits). */
export const ownValue = (map: PlainMap, name: string): unknown => (Object.hasOwn(map, name) ? map[name] : undefined);

function checkValue(schema: SchemaView, value: unknown, place: Place): Finding[] {
  const { path } = place;
  if (!isTyped(schema)) return [];
  if (value === null) {
    // A group with nothing under it is an empty group.
    if (allowsNull(schema) || schema.properties || recordValues(schema)) return [];
    const message = t("{0} has no value. Write {1}, or remove the line.", code(keyOf(path)), typeInWords(schema));
    return [error("C62", path, message, { at: "key", fixes: keyWithoutValue(path) })];
  }
  if (typeof value === "string" && value.includes("\0")) return [nulInText(path)];
  if (schema.anyOf) return checkUnion(schema, value, place);
  if (schema.const !== undefined) return value === schema.const ? [] : [mismatch(schema, value, place)];
  if (schema.enum) return schema.enum.includes(value) ? [] : [mismatch(schema, value, place)];
  switch (schema.type) {
    case "object":
      return isMap(value) ? checkMap(schema, value, place) : [mismatch(schema, value, place)];
    case "array":
      return Array.isArray(value) ? checkList(schema, value, place) : [mismatch(schema, value, place)];
    case "string":
      return isText(schema, value) ? [] : [mismatch(schema, value, place)];
    case "number":
    case "integer":
      return checkNumber(schema, value, place);
    default:
      return typeof value === schema.type ? [] : [mismatch(schema, value, place)];
  }
}

/** No path, name or argument of a process can hold it. */
const nulInText = (path: Path): Finding =>
  error("C62", path, t("{0} holds a NUL character (`\\0`). Remove it.", code(keyOf(path))));

/** Any variant will do. When none does, the findings of the one that has the same kind of value are the most telling. */
function checkUnion(schema: SchemaView, value: unknown, place: Place): Finding[] {
  const { path } = place;
  const results = variantsOf(schema).map((variant) => ({ variant, findings: checkValue(variant, value, place) }));
  if (results.some(({ findings }) => findings.length === 0)) return [];
  const inside = results.find(({ findings }) => findings.some((finding) => finding.path.length > path.length));
  if (inside) return inside.findings;
  const sameKind = results.filter(({ variant }) =>
    Array.isArray(value) ? variant.type === "array" : isNumeric(variant),
  );
  const isTelling = Array.isArray(value) || (typeof value === "number" && !notesOf(schema).form);
  if (isTelling && sameKind.length === 1) return sameKind[0]!.findings;
  return [mismatch(schema, value, place)];
}

function checkMap(schema: SchemaView, value: PlainMap, place: Place): Finding[] {
  const values = recordValues(schema);
  if (values) return Object.entries(value).flatMap(([name, inner]) => checkValue(values, inner, below(place, name)));
  const properties = schema.properties ?? {};
  let strays = 0;
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!known && ++strays > MOST_STRAYS)
      return strays > MOST_STRAYS + 1 ? [] : [moreStrays(below(place, name), value)];
    if (known) return checkValue(known, inner, below(place, name));
    const { path, root, isConfig, isTrial = false } = below(place, name);
    if (isTrial) return [error("C01", path, "")];
    const siblings = Object.keys(properties);
    return [unknownKey({ path, value: inner, siblings, written: root, isConfig, fits })];
  });
}

/** A file with more unknown keys in a group is no config. */
const MOST_STRAYS = 100;

const moreStrays = ({ path }: Place, group: PlainMap): Finding =>
  error("C01", path, t("More unknown keys follow: the group has {0} keys in all.", Object.keys(group).length), "key");

function checkList(schema: SchemaView, value: unknown[], place: Place): Finding[] {
  const { path } = place;
  const name = code(keyOf(path));
  const { items, minItems = 0 } = schema;
  if (value.length < minItems) {
    const message =
      minItems === 1
        ? t("{0} needs at least one entry, it has {1}.", name, value.length)
        : t("{0} needs at least {1} entries, it has {2}.", name, minItems, value.length);
    return [error("C62", path, message)];
  }
  const findings = items ? value.flatMap((item, index) => checkValue(items, item, below(place, index))) : [];
  if (!schema.uniqueItems) return findings;
  const repeated = value.findIndex((item, index) => value.findIndex((other) => String(other) === String(item)) < index);
  if (repeated < 0) return findings;
  const entry = [...path, repeated];
  const message = t("{0} lists {1} twice.", name, valueInWords(value[repeated]));
  return [...findings, error("C62", entry, message, { fixes: listEntryRemoval(entry, value, minItems) })];
}

function checkNumber(schema: SchemaView, value: unknown, place: Place): Finding[] {
  const { path } = place;
  if (typeof value !== "number" || (schema.type === "integer" && !Number.isInteger(value))) {
    return [mismatch(schema, value, place)];
  }
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = schema;
  const inside = value >= minimum && value <= maximum && (value > exclusiveMinimum || exclusiveMinimum === -Infinity);
  if (inside && (value < exclusiveMaximum || exclusiveMaximum === Infinity) && Number.isFinite(value)) return [];
  const message =
    schema.type === "integer"
      ? t("{0} is {1}, out of its range: it must be a whole number{2}.", code(keyOf(path)), value, rangeInWords(schema))
      : t("{0} is {1}, out of its range: it must be a number{2}.", code(keyOf(path)), value, rangeInWords(schema));
  return [error("C62", path, message, { fixes: boundFixes(schema, value, path) })];
}

const isNumeric = (schema: SchemaView): boolean => schema.type === "number" || schema.type === "integer";

const isText = (schema: SchemaView, value: unknown): boolean =>
  typeof value === "string" &&
  value.length >= (schema.minLength ?? 0) &&
  (schema.pattern === undefined || new RegExp(schema.pattern, "u").test(value));

/** Whether a value is right for a schema. */
export const isRight = (schema: SchemaView, value: unknown): boolean =>
  checkValue(schema, value, { path: [], root: {}, isConfig: true, isTrial: true, wordAt: () => undefined }).length ===
  0;

function mismatch(schema: SchemaView, value: unknown, { path, wordAt, isTrial = false }: Place): Finding {
  if (isTrial) return error("C62", path, "");
  const message = t("{0} must be {1}, not {2}.", code(keyOf(path)), typeInWords(schema), valueInWords(value));
  const { hint, fixes } = valueHint(schema, value, { path, word: wordAt(path) }, (one) => isRight(schema, one));
  return error("C62", path, hint === undefined ? message : `${message} ${hint}`, { fixes });
}

/** Whether a dotted key takes a value. */
function fits(key: string, value: unknown): boolean {
  let schema: SchemaView | undefined = view(configSchema);
  for (const name of key.split(".")) {
    schema = schema && variantsOf(schema).find(({ properties }) => properties)?.properties?.[name];
  }
  return schema !== undefined && isRight(schema, value);
}

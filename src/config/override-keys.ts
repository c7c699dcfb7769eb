import { formatHyperparameter } from "../base/format.ts";
import { yamlText } from "./edit/value-text.ts";
import { KEYS } from "./names.ts";
import { toldNotes } from "./schema/told.ts";
import { allowsNull, variantsOf, type SchemaView } from "./schema/view.ts";
import { typeInWords } from "./schema/words.ts";

/** A key that can be set at the start of a run, with what helps to choose a value. */
export interface OverrideKey {
  /** Dotted. */
  key: string;
  /** The type in words. */
  type: string;
  description: string;
  /** The default in words; undefined for a key that must be written. */
  default: string | undefined;
  /** Values the schema names, as an override writes them. */
  values: readonly string[];
}

/** Groups whose values are tried most; the others follow in the order of the schema. `script` is a task of its own. */
const FIRST = ["train", "method", "eval", "checkpoint"];
const GROUP_NAMES = [...new Set([...FIRST, ...KEYS.map(({ group }) => group)])].filter((group) => group !== "script");

/** Every key an override can set, told in the language of the editor. */
export const overrideKeys = (): OverrideKey[] =>
  GROUP_NAMES.flatMap((group) =>
    KEYS.filter((key) => key.group === group).flatMap(({ name, schema }) => entriesOf(`${group}.${name}`, schema)),
  );

function entriesOf(key: string, schema: SchemaView): OverrideKey[] {
  const inner = variantsOf(schema).find(({ properties }) => properties)?.properties ?? {};
  return [entryOf(key, schema), ...Object.entries(inner).map(([name, one]) => entryOf(`${key}.${name}`, one))];
}

function entryOf(key: string, schema: SchemaView): OverrideKey {
  const { description, default: value, defaultText } = toldNotes(schema);
  return {
    key,
    type: typeInWords(schema),
    description,
    default: defaultText ?? (value === undefined ? undefined : overrideText(value)),
    values: [...new Set([...namedValues(schema), ...(value === undefined ? [] : [overrideText(value)])])],
  };
}

function namedValues(schema: SchemaView): string[] {
  const named = variantsOf(schema).flatMap((variant) => {
    if (variant.enum) return variant.enum.map(overrideText);
    if (variant.const !== undefined) return [overrideText(variant.const)];
    return variant.type === "boolean" ? ["true", "false"] : [];
  });
  return allowsNull(schema) ? [...named, "null"] : named;
}

/** A value as `key=value` writes it. */
export function overrideText(value: unknown): string {
  if (typeof value === "number") return formatHyperparameter(value);
  return typeof value === "string" ? yamlText(value) : JSON.stringify(value);
}

/** The values that configs have for a key, each once, in the order of the configs; at most `most`. */
export function usedValues(configs: readonly unknown[], key: string, most = 5): string[] {
  const values = configs.map((config) => valueAt(config, key)).filter((value) => value !== undefined);
  return [...new Set(values.map(overrideText))].slice(0, most);
}

function valueAt(config: unknown, key: string): unknown {
  let value = config;
  for (const name of key.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** A value offered for a key, and why: it is what the key has now, an earlier run had it, or the schema names it. */
export interface SuggestedValue {
  value: string;
  why: "now" | "earlier" | "default" | "named";
}

/** The values worth offering for a key: what it has now, what earlier runs had (newest first), what the schema names. */
export function suggestValues(
  key: string,
  { now, earlier }: { now?: unknown; earlier: readonly unknown[] },
): SuggestedValue[] {
  const known = overrideKeys().find((one) => one.key === key);
  const all: SuggestedValue[] = [
    ...usedValues([now], key).map((value) => ({ value, why: "now" as const })),
    ...usedValues(earlier, key).map((value) => ({ value, why: "earlier" as const })),
    ...(known?.values ?? []).map((value) => ({
      value,
      why: value === known?.default ? ("default" as const) : ("named" as const),
    })),
  ];
  return all.filter(({ value }, index) => all.findIndex((other) => other.value === value) === index);
}

import type { Path } from "../path.ts";
import { configSchema, NOT_FOR_SCRIPT } from "../schema.ts";
import { recordValues, variantsOf, view, type SchemaView } from "../schema/view.ts";
import { sweepSchema } from "../sweep/schema.ts";
import type { AssistDocument } from "./types.ts";

/** What may stand at a path of a document; undefined where nothing is known. */
export function schemaAt(document: Pick<AssistDocument, "kind">, path: Path): SchemaView | undefined {
  const config = configPath(document, path);
  if (config) return walk(view(configSchema), config);
  return walk(view(sweepSchema), path);
}

/**
 * The path in a config that a path of a document speaks of: itself in a config; in a sweep that of the parameter whose
 * value stands there, else undefined.
 */
export function configPath({ kind }: Pick<AssistDocument, "kind">, path: Path): Path | undefined {
  if (kind === "config") return path;
  const [first, second, third, fourth] = path;
  if (first === "parameters" && (third === "values" || third === "min" || third === "max")) {
    if (third === "values" && fourth === undefined) return undefined;
    return [...String(second).split("."), ...path.slice(4)];
  }
  if (first === "zip" && third !== undefined) return [...String(third).split("."), ...path.slice(3)];
  return undefined;
}

/** The key of the config that a key of a sweep names (`train.learning_rate` in `parameters` and `zip`); else undefined. */
export function sweptKey({ kind }: Pick<AssistDocument, "kind">, path: Path): Path | undefined {
  const isNamed = takesDotted(kind, path.slice(0, -1));
  return isNamed ? String(path.at(-1)).split(".") : undefined;
}

/** Whether the keys of a map are dotted keys of the config. */
export const takesDotted = (kind: AssistDocument["kind"], parent: Path): boolean =>
  kind === "sweep" &&
  ((parent.length === 1 && parent[0] === "parameters") || (parent.length === 2 && parent[0] === "zip"));

function walk(schema: SchemaView, path: Path): SchemaView | undefined {
  let at: SchemaView | undefined = schema;
  for (const step of path) {
    if (!at) return undefined;
    at = variantsOf(at)
      .map((variant) => inside(variant, step))
      .find((inner) => inner !== undefined);
  }
  return at;
}

function inside(schema: SchemaView, step: string | number): SchemaView | undefined {
  if (typeof step === "number") return schema.items;
  const { properties } = schema;
  if (properties && Object.hasOwn(properties, step)) return properties[step];
  return properties ? undefined : recordValues(schema);
}

/** Keys that a map with this schema may have; none for other values. */
export const keysOf = (schema: SchemaView): [string, SchemaView][] =>
  variantsOf(schema).flatMap(({ properties }) => Object.entries(properties ?? {}));

/** A map with fixed keys: what is called a group. */
export const isGroup = (schema: SchemaView): boolean => variantsOf(schema).some(({ properties }) => properties);

/** Whether the value is, or may be, a list. */
export const listIn = (schema: SchemaView): SchemaView | undefined =>
  variantsOf(schema).find(({ type }) => type === "array");

/** Groups that this task does not have. */
export const strayGroups = (task: unknown): readonly string[] =>
  task === "script" ? NOT_FOR_SCRIPT : task === undefined ? [] : ["script"];

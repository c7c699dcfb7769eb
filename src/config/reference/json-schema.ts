import { sweepSchema } from "../sweep/schema.ts";
import { configSchema, NOT_FOR_SCRIPT } from "../schema.ts";
import { notesOf } from "../schema/key.ts";
import { isMap, view, type SchemaView } from "../schema/view.ts";

/**
 * The schema as editors and other tools read it (JSON Schema, draft 2020-12): of a config as it is *written*, so only
 * what has to be written is required, and a group may stand empty.
 */
export function jsonSchema(): Record<string, unknown> {
  const whole = written(view(configSchema));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Tuning Fork config, version 1",
    ...whole,
    ...byTask(),
  };
}

/** `media/sweep.schema.json`: a JSON Schema of `*.sweep.yaml`. */
export const sweepJsonSchema = (): Record<string, unknown> => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Tuning Fork sweep",
  ...written(view(sweepSchema)),
});

function written(schema: SchemaView): Record<string, unknown> {
  const plain = Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => keyword !== "required" && !keyword.startsWith("x-")),
  );
  for (const [keyword, value] of Object.entries(plain)) {
    if (Array.isArray(value))
      plain[keyword] = value.map((item: unknown) => (isMap(item) ? written(item as SchemaView) : item));
    else if (keyword === "items" && isMap(value)) plain[keyword] = written(value as SchemaView);
  }
  const description = descriptionOf(schema);
  if (description !== "") plain["description"] = description;
  const { properties } = schema;
  if (!properties) return plain;
  const required = Object.keys(properties).filter((name) => notesOf(properties[name]!).required);
  return {
    ...plain,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, inner]) => [name, emptyAllowed(written(inner), inner)]),
    ),
    ...(required.length > 0 ? { required } : {}),
  };
}

/** A group with nothing under it is null in YAML. */
const emptyAllowed = (plain: Record<string, unknown>, schema: SchemaView): Record<string, unknown> =>
  schema.type === "object" ? { ...plain, type: ["object", "null"] } : plain;

/** Description with unit and default in words, as a hover shows it. */
function descriptionOf(schema: SchemaView): string {
  const { description, unit, defaultText, why } = notesOf(schema);
  return [description, unit && `Unit: ${unit}.`, defaultText && `Default: ${defaultText}.`, why]
    .filter(Boolean)
    .join(" ");
}

/** `task: script` has its own block instead of those of the other tasks. */
function byTask(): Record<string, unknown> {
  const forbid = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, false]));
  return {
    if: { properties: { task: { const: "script" } }, required: ["task"] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { required: ["script"], properties: forbid(NOT_FOR_SCRIPT) },
    else: { required: ["model", "data"], properties: forbid(["script"]) },
  };
}

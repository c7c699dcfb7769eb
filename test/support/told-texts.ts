import { ALL_CHECKS } from "../../src/config/checks/index.ts";
import { configSchema } from "../../src/config/schema.ts";
import { notesOf } from "../../src/config/schema/key.ts";
import { view, type SchemaView } from "../../src/config/schema/view.ts";
import { sweepSchema } from "../../src/config/sweep/schema.ts";

/** Texts that are shown in the editor's language and stand in no call of `t`: what the schemas say of their keys, and the checks of themselves. */
export function toldTexts(): Set<string> {
  const ofChecks = ALL_CHECKS.flatMap(({ title, why }) => [title, why]);
  return new Set([...textsOf(view(configSchema)), ...textsOf(view(sweepSchema)), ...ofChecks]);
}

function textsOf(schema: SchemaView): string[] {
  const { description, unit, defaultText, why, form } = notesOf(schema);
  const own = [description, unit, defaultText, why, form].filter((text) => text !== undefined && text !== "");
  const { properties = {}, patternProperties = {}, anyOf = [], items } = schema;
  const inner = [
    ...Object.values(properties),
    ...Object.values(patternProperties),
    ...anyOf,
    ...(items ? [items] : []),
  ];
  return [...(own as string[]), ...inner.flatMap(textsOf)];
}

import { GROUPS } from "./schema.ts";
import { notesOf } from "./schema/key.ts";
import { view, type SchemaView } from "./schema/view.ts";

/** A key of a group with its schema. */
export interface KeyEntry {
  group: string;
  name: string;
  schema: SchemaView;
}

/** Every key of every group, in the order of the schema. */
export const KEYS: readonly KeyEntry[] = Object.entries(GROUPS).flatMap(([group, schema]) =>
  Object.entries(view(schema).properties ?? {}).map(([name, inner]) => ({ group, name, schema: inner })),
);

/** Dotted key for every name another tool uses. */
export const ALIASES: ReadonlyMap<string, string> = new Map(
  KEYS.flatMap(({ group, name, schema }) => {
    const inner = group === "data" && name === "columns" ? Object.entries(schema.properties ?? {}) : [];
    return [
      ...(notesOf(schema).aliases ?? []).map((alias) => [alias, `${group}.${name}`] as const),
      ...inner.flatMap(([role, column]) =>
        (notesOf(column).aliases ?? []).map((alias) => [alias, `${group}.${name}.${role}`] as const),
      ),
    ];
  }),
);

/** What another tool's name is called here, as a dotted key. */
export const calledHere = (name: string): string | undefined => ALIASES.get(name);

import { Type, type TProperties, type TSchema } from "typebox";

/** What the schema says about one key beside its type. */
export interface KeyNotes {
  description: string;
  /** Value when nothing is written; null means off. Left out when it depends on other keys (`defaultText`) or is required. */
  default?: unknown;
  /** The default in words, where `default` alone does not tell. */
  defaultText?: string;
  /** The type in words, where the words made from the schema would not say enough. */
  form?: string;
  unit?: string;
  /** Why the default is what it is, or what goes wrong otherwise. */
  why?: string;
  /** What other tools call this key (Hugging Face, PEFT, LLaMA-Factory, axolotl). */
  aliases?: readonly string[];
  /** Must be written (for every task that has the group). */
  required?: boolean;
}

/** Keyword the notes stand under in a schema, beside the standard `description` and `default`. */
const NOTES = "x-tuning-fork";

/** Adds the notes of a key to its type. */
export function key<T extends TSchema>(schema: T, notes: KeyNotes): T {
  const { description, default: value, ...rest } = notes;
  return Object.assign(schema, {
    description,
    ...(value === undefined ? {} : { default: value }),
    ...(Object.keys(rest).length === 0 ? {} : { [NOTES]: rest }),
  });
}

/** A group of keys: a map that takes these keys and no others. */
export function group<P extends TProperties>(description: string, properties: P) {
  return Type.Object(properties, { additionalProperties: false, description });
}

/** A type that may also be `null`, which means off or not set. */
export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Notes of a schema built with `key`. */
export function notesOf(schema: TSchema): KeyNotes {
  const { description = "", default: value, [NOTES]: rest = {} } = schema as AnnotatedSchema;
  return { ...rest, description, ...(value === undefined ? {} : { default: value }) };
}

interface AnnotatedSchema extends TSchema {
  description?: string;
  default?: unknown;
  [NOTES]?: Omit<KeyNotes, "description" | "default">;
}

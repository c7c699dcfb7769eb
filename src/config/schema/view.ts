import type { TSchema } from "typebox";

/** The JSON Schema keywords our schemas use, as plain optional fields. */
export interface SchemaView extends TSchema {
  type?: "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly SchemaView[];
  properties?: Record<string, SchemaView>;
  patternProperties?: Record<string, SchemaView>;
  items?: SchemaView;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  minItems?: number;
  uniqueItems?: boolean;
  pattern?: string;
}

export const view = (schema: TSchema): SchemaView => schema as SchemaView;

/** The schema of every value in a map with free keys; undefined when the keys are fixed. */
export const recordValues = (schema: SchemaView): SchemaView | undefined =>
  Object.values(schema.patternProperties ?? {})[0];

/** The variants of a type: those of a union, else itself. */
export const variantsOf = (schema: SchemaView): readonly SchemaView[] => schema.anyOf ?? [schema];

/** Whether `null` may be written. */
export const allowsNull = (schema: SchemaView): boolean =>
  variantsOf(schema).some((variant) => variant.type === "null");

export type PlainMap = Record<string, unknown>;

export const isMap = (value: unknown): value is PlainMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a schema takes some values only. */
export const isTyped = ({ type, anyOf, const: only, enum: choices }: SchemaView): boolean =>
  type !== undefined || anyOf !== undefined || only !== undefined || choices !== undefined;

import type { TSchema } from "typebox";
import { Errors } from "typebox/value";
import { expect } from "vitest";

/** Fails with the place of the first difference when a value has not the form. Returns the value. */
export function expectForm<T>(schema: TSchema, value: T): T {
  expect(Errors(schema, value).map(({ instancePath, message }) => `${instancePath} ${message}`)).toEqual([]);
  return value;
}

import { UserError } from "../../../base/errors.ts";
import type { ModelConfig } from "./folder.ts";

/** Typed access to the keys of a model's `config.json`; what is wrong is a `UserError` that names key and file. */
export interface ConfigValues {
  readonly file: string;
  /** A whole number ≥ 1. */
  size(key: string, fallback?: number): number;
  /** A whole number ≥ 0. */
  index(key: string, fallback: number): number;
  /** A number > 0. */
  positive(key: string, fallback: number): number;
  text(key: string, fallback: string): string;
}

export function configValues(config: ModelConfig, file: string): ConfigValues {
  const checked = (
    key: string,
    fallback: number | undefined,
    wanted: string,
    holds: (value: number) => boolean,
  ): number => {
    const value = config[key] ?? fallback;
    if (typeof value === "number" && holds(value)) return value;
    const found = value === undefined ? "is missing" : `is ${JSON.stringify(value)}`;
    throw new UserError("model-config-key", `The key "${key}" ${found} in ${file}, where ${wanted} belongs.`, {
      advice: "Use the config.json that came with the weights.",
      file,
    });
  };
  return {
    file,
    size: (key, fallback) => checked(key, fallback, "a whole number above 0", (n) => Number.isSafeInteger(n) && n > 0),
    index: (key, fallback) => checked(key, fallback, "a whole number", (n) => Number.isSafeInteger(n) && n >= 0),
    positive: (key, fallback) => checked(key, fallback, "a number above 0", (n) => n > 0),
    text: (key, fallback) => (typeof config[key] === "string" ? config[key] : fallback),
  };
}

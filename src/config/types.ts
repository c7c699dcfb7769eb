import type { Static } from "typebox";
import type { configSchema, resolvedSchema, resolvedScriptSchema } from "./schema.ts";

/** Everything optional, at every depth; lists stay whole. */
type DeepPartial<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

type Whole = Static<typeof configSchema>;

/** A config as a person writes it: what is left out has a default. */
export type FinetuneConfig = Pick<Whole, "version" | "task"> & DeepPartial<Omit<Whole, "version" | "task">>;

/** A config with every value filled in, for the tasks our trainers do: `config.json` of a run. */
export type ResolvedConfig = Static<typeof resolvedSchema>;

/** The same for `task: script`. */
export type ResolvedScriptConfig = Static<typeof resolvedScriptSchema>;

export type AnyResolvedConfig = ResolvedConfig | ResolvedScriptConfig;

/** Whether a config runs the user's own script instead of one of our trainers. */
export function isScriptConfig(config: AnyResolvedConfig): config is ResolvedScriptConfig {
  return config.task === "script";
}

/** Where a value of a resolved config came from. */
export type Origin = "file" | "default" | "override" | "parent";

/** Origin of each value by its dotted key (`train.learning_rate`, `data.columns.text`). */
export type Origins = Record<string, Origin>;

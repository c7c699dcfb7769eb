import tables from "./architectures.json" with { type: "json" };

/**
 * What Transformers and PEFT say of the architectures that take text, by `model_type`. The tables are read from their sources
 * by `scripts/architectures.py`.
 */

/** Versions the tables were read from. */
export const TABLE_VERSIONS: Readonly<Record<"transformers" | "peft", string>> = tables.versions;

const own = <T>(table: Readonly<Record<string, T>>, type: string): T | undefined =>
  Object.hasOwn(table, type) ? table[type] : undefined;

/** The layers PEFT adapts when none are named; undefined when it wants them named, or has a regular expression for them. */
export function loraDefaults(type: string): readonly string[] | undefined {
  const targets = own<readonly string[] | string>(tables.loraTargets, type);
  return typeof targets === "string" ? undefined : targets;
}

/**
 * Whether PEFT chooses layers of an architecture when none are named. A multimodal model may be loaded as its text part,
 * which goes by a name of its own.
 */
export const hasLoraDefaults = (type: string): boolean =>
  [type, `${type}_text`].some((name) => own<unknown>(tables.loraTargets, name) !== undefined);

/** Whether Transformers refuses gradient checkpointing for the architecture. Those it does not know are not refused. */
export const lacksCheckpointing = (type: string): boolean => tables.withoutGradientCheckpointing.includes(type);

/** Layers of a new classifier that start random; undefined where the architecture is not known as a classifier. */
export const headsOf = (type: string): readonly string[] | undefined => own<readonly string[]>(tables.heads, type);

/** Sizes a `config.json` may leave out, under the names most architectures use. */
export const sizeDefaults = (type: string): Readonly<Record<string, unknown>> =>
  own<Readonly<Record<string, unknown>>>(tables.defaults, type) ?? {};

/** The resolved config of a run: each value, where it came from, and what the file says now. */
import * as v from "valibot";

export const configEntry = v.object({
  /** Dotted. */
  key: v.string(),
  /** What the schema says about the key, with its unit; empty for keys it does not know. */
  about: v.string(),
  value: v.unknown(),
  /** `none`: the run has no such key, the file has it now. */
  origin: v.picklist(["file", "default", "override", "parent", "none"]),
  /** Line of the file as the run took it; null when it is not written there. */
  line: v.nullable(v.number()),
  /** Of a forked run: what the parent had; absent when it is the same, or unknown. */
  parent: v.optional(v.unknown()),
  /** What the file resolves to now; absent when it has no such key, or cannot be read or resolved. */
  now: v.optional(v.unknown()),
  /** Whether the file resolves to something else now; false when that cannot be told. */
  differs: v.boolean(),
});
export type PageConfigEntry = v.InferOutput<typeof configEntry>;

export const configQueries = {
  config: {
    args: v.object({}),
    answer: v.object({
      /** Absolute. */
      file: v.string(),
      /** As the run took it, secrets redacted. */
      source: v.string(),
      /** In the order of the schema. */
      entries: v.array(configEntry),
      /** Why the file as it is now cannot be compared; null when it can. */
      nowProblem: v.nullable(v.string()),
    }),
  },
} as const;

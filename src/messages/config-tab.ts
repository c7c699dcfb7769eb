/** The resolved config of a run: each value, where it came from, and what the file says now. */
import * as v from "valibot";

export const configEntry = v.object({
  /** Dotted. */
  key: v.string(),
  value: v.unknown(),
  origin: v.picklist(["file", "default", "override", "parent"]),
  /** Line of the file as the run took it; null when it is not written there. */
  line: v.nullable(v.number()),
  /** What the file resolves to now; absent when the file cannot be read or resolved. */
  now: v.optional(v.unknown()),
  differs: v.boolean(),
});
export type PageConfigEntry = v.InferOutput<typeof configEntry>;

export const configQueries = {
  config: {
    args: v.object({}),
    answer: v.object({
      file: v.string(),
      /** As the run took it, secrets redacted. */
      source: v.string(),
      entries: v.array(configEntry),
      /** Why the file as it is now cannot be compared; null when it can. */
      nowProblem: v.nullable(v.string()),
    }),
  },
} as const;

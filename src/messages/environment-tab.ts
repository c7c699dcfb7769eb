/** What a run depends on beside its config. */
import * as v from "valibot";

export const environmentQueries = {
  environment: {
    args: v.object({}),
    /** `environment.json` and the facts of the trainer, as they are. */
    answer: v.object({
      environment: v.record(v.string(), v.unknown()),
      facts: v.record(v.string(), v.unknown()),
      process: v.record(v.string(), v.unknown()),
      /** Bytes of the uncommitted changes kept with the run; 0 when there are none. */
      patchBytes: v.number(),
      /** Files changed in them. */
      patchFiles: v.number(),
    }),
  },
} as const;

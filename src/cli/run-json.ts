import type { RunRecord } from "../runs/model.ts";

/** A run as `show --json` gives it: the record, of its checkpoints those that exist. */
export const runJson = (run: RunRecord): RunRecord => ({
  ...run,
  checkpoints: run.checkpoints.filter((checkpoint) => checkpoint.present),
});

/** Every state a run can be in; what each means and which changes are legal stands in `runs/states.ts`. */
export const RUN_STATES = [
  "queued",
  "preparing",
  "running",
  "stalled",
  "stopping",
  "finished",
  "failed",
  "stopped",
  "crashed",
  "lost",
] as const;
export type RunState = (typeof RUN_STATES)[number];

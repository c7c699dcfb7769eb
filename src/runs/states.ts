import type { RunState } from "../journal/events.ts";

interface StateRule {
  /** What the state says of a run. */
  meaning: string;
  /** The states it may change to. */
  next: readonly RunState[];
}

const ENDS = ["finished", "failed", "stopped", "crashed", "lost"] as const;

/** The one table of states and legal changes. Terminal states are left only by a resume, which prepares the run again. */
export const STATES: Record<RunState, StateRule> = {
  queued: {
    meaning: "Waits for its turn; no process exists yet.",
    next: ["preparing", "stopping", "failed", "stopped", "lost"],
  },
  preparing: {
    meaning: "A runner owns it and starts the trainer; no step has been made in this segment.",
    next: ["running", "stalled", "stopping", ...ENDS],
  },
  running: {
    meaning: "The trainer is alive and reports progress.",
    next: ["stalled", "stopping", ...ENDS],
  },
  stalled: {
    meaning: "The trainer is alive but has reported nothing for much longer than before.",
    next: ["running", "stopping", ...ENDS],
  },
  stopping: {
    meaning: "A stop was asked for; the trainer saves a checkpoint or is being ended.",
    next: [...ENDS],
  },
  finished: { meaning: "The trainer said that it reached its end, and left with exit code 0.", next: ["preparing"] },
  failed: {
    meaning: "The trainer ended with a reason of its own, or with an exit code that is not 0.",
    next: ["preparing"],
  },
  stopped: { meaning: "Somebody asked it to stop, and it did or was ended for that.", next: ["preparing"] },
  crashed: {
    meaning: "The trainer was killed by a signal that was not ours, or vanished without a last word.",
    next: ["preparing"],
  },
  lost: { meaning: "Nothing is left that could tell how it ended.", next: ["preparing"] },
};

/** Whether a run may change from one state to another. A run without a state yet may be queued or prepared. */
export function canChange(from: RunState | undefined, to: RunState): boolean {
  return from === undefined ? to === "queued" || to === "preparing" : STATES[from].next.includes(to);
}

import type { EndEvent, RunState, StopEvent } from "../journal/events.ts";
import { describeKill } from "./oom.ts";

/** All that is known of how a trainer ended. */
export interface Evidence {
  /** The trainer's own last word. */
  end: EndEvent | undefined;
  exit: { code: number | null; signal: string | null; unknown: boolean };
  /** A stop of this segment: who asked, and the last thing that was done about it. */
  stop: { by: string; stage: StopEvent["stage"] } | null;
  /** Processes the kernel's out-of-memory killer ended meanwhile; undefined when that cannot be read here. */
  oomKills: number | undefined;
  /** The last line of the trainer's output; empty when there is none. */
  lastOutput: string;
  /** It was the user's own script, which need not have a last word. */
  isScript?: boolean;
  /** Why nobody could wait for the trainer (`The machine was restarted.`), when the exit is unknown. */
  unseen?: string;
}

export interface Verdict {
  state: RunState;
  /** One sentence; empty for a run that simply finished. */
  cause: string;
}

/** The final state of a segment, by evidence: the trainer's last word first, then exit code and signal. */
export function judgeEnd(evidence: Evidence): Verdict {
  const { end, exit, stop, isScript = false } = evidence;
  const by = stop ? ` by ${stop.by}` : "";
  const who = isScript ? "script" : "trainer";
  switch (end?.outcome) {
    case "finished":
      return { state: "finished", cause: [end.reason ?? "", afterwards(evidence)].filter(Boolean).join(" ") };
    case "stopped":
      return {
        state: "stopped",
        cause: end.reason ?? `Stopped${by || " by a signal from outside"} at step ${end.step}.`,
      };
    case "failed":
      return { state: "failed", cause: end.reason ?? `The trainer failed at step ${end.step} without a reason.` };
    case undefined:
      break;
  }
  if (stop && (stop.stage === "sigkill" || stop.stage === "verified")) {
    return { state: "stopped", cause: `Stopped${by}; the ${who} did not end by itself and was ended by SIGKILL.` };
  }
  if (stop?.stage === "sigterm") return { state: "stopped", cause: `Stopped${by}; the ${who} was ended by SIGTERM.` };
  if (exit.signal !== null) return { state: "crashed", cause: describeKill(exit.signal, evidence.oomKills, who) };
  if (exit.unknown) return { state: "crashed", cause: evidence.unseen ?? (isScript ? UNSEEN_SCRIPT : UNSEEN_TRAINER) };
  if (exit.code !== 0) {
    const words = evidence.lastOutput === "" ? "" : ` Its last output: ${evidence.lastOutput}`;
    return {
      state: "failed",
      cause: `The ${who} exited with code ${exit.code}${isScript ? "" : " and no reason"}.${words}`,
    };
  }
  if (stop) return { state: "stopped", cause: `Stopped${by}.` };
  if (isScript) return { state: "finished", cause: "" };
  return { state: "finished", cause: "The trainer exited with code 0 and wrote no end event." };
}

const UNSEEN_TRAINER = "Killed, and nobody saw how.";
const UNSEEN_SCRIPT = "The script ended after its runner had been killed, so nobody saw its exit code.";

/** A trainer that had said it finished, and then did not leave in peace. */
function afterwards({ exit }: Evidence): string {
  if (exit.signal !== null) return `Its process was ended by ${exit.signal} afterwards.`;
  return exit.unknown || exit.code === 0 ? "" : `Its process exited with code ${exit.code} afterwards.`;
}

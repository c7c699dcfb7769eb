import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { isAlive, type ProcessIdentity } from "../base/identity.ts";
import { redactText } from "../base/redact.ts";
import type { StopEvent } from "../journal/events.ts";
import { runFile } from "../runs/layout.ts";
import { readEnd } from "./history.ts";
import { endLeftovers } from "./leftovers.ts";
import { ProcessTree } from "./process-tree.ts";
import type { Recorder } from "./recorder.ts";
import type { TrainerExit } from "./trainer.ts";
import { judgeEnd } from "./verdict.ts";

/** A segment whose trainer is gone. */
export interface EndedSegment {
  runDir: string;
  run: string;
  recorder: Recorder;
  trainer: ProcessIdentity | null;
  /** Its processes, when a runner has watched them. */
  tree?: ProcessTree;
  eventsFrom: number;
  exit: TrainerExit;
  /** The exit is on record already: its runner was killed before it could write the final state. */
  exitRecorded?: boolean;
  stop: { by: string; stage: StopEvent["stage"] } | null;
  oomKills: number | undefined;
  /** Why nobody could wait for the trainer, when nobody could. */
  unseen?: string;
  /** It was the user's own script. */
  isScript: boolean;
}

/** Ends what the trainer left behind, then records its exit and the run's final state. */
export async function concludeSegment(segment: EndedSegment): Promise<void> {
  const { runDir, recorder, exit, stop } = segment;
  if (segment.trainer) await clear(segment, segment.trainer);
  if (!segment.exitRecorded) recorder.write({ t: "exit", ...exit });
  const evidence = {
    end: readEnd(runDir, segment.eventsFrom),
    exit,
    stop,
    oomKills: segment.oomKills,
    lastOutput: lastOutput(runDir),
    isScript: segment.isScript,
    ...(segment.unseen === undefined ? {} : { unseen: segment.unseen }),
  };
  const { state, cause } = judgeEnd(evidence);
  recorder.changeState(state, cause, state === "stopped" ? stop?.by : undefined);
}

async function clear(
  { recorder, run, stop, exit, exitRecorded, tree }: EndedSegment,
  trainer: ProcessIdentity,
): Promise<void> {
  if (isAlive(trainer) === "unknown") return;
  const evidence = exit.unknown || exitRecorded ? "unwatched" : "ended";
  const survivors = await endLeftovers(tree ?? new ProcessTree(trainer.pid, run), evidence, recorder, stop?.by);
  if (survivors.length > 0) {
    const message = `Processes ${survivors.join(", ")} of the trainer live on after SIGKILL; they wait in the kernel, for a disk or a driver.`;
    recorder.write({ t: "alert", level: "error", code: "processes-left", message, step: null });
  }
}

const OUTPUT_TAIL_BYTES = 4096;
const LINE_LIMIT = 300;

/** The last line with text in `output.log`, without secrets. */
export function lastOutput(runDir: string, from = 0): string {
  let fd: number;
  try {
    fd = openSync(runFile(runDir, "output"), "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(fd);
    const start = Math.max(from, size - OUTPUT_TAIL_BYTES);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    const length = readSync(fd, bytes, 0, bytes.length, start);
    const lines = bytes.toString("utf8", 0, length).split(/[\r\n]+/);
    return redactText(
      lines
        .findLast((line) => line.trim() !== "")
        ?.trim()
        .slice(0, LINE_LIMIT) ?? "",
    );
  } finally {
    closeSync(fd);
  }
}

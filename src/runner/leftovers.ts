import { sleep } from "../base/clock.ts";
import type { Evidence, ProcessTree } from "./process-tree.ts";
import type { Recorder } from "./recorder.ts";

const TERM_MS = 2000;
const KILL_MS = 5000;
const LOOK_EVERY_MS = 25;

/**
 * Ends what a trainer left behind (workers, servers, grandchildren) and looks that none survived; each step is
 * an event.
 *
 * @param evidence how it is known which are this run's own.
 * @param by who asked for the stop; undefined when nobody did, then there are events only if something was left.
 * @returns pids that even SIGKILL did not end.
 */
export async function endLeftovers(
  tree: ProcessTree,
  evidence: Evidence,
  recorder: Pick<Recorder, "write">,
  by: string | undefined,
): Promise<number[]> {
  const pids = () => tree.members(evidence).map(({ pid }) => pid);
  const whose = by === undefined ? {} : { by };
  let left = pids();
  if (left.length === 0 && by === undefined) return [];
  for (const [stage, signal, waitMs] of [
    ["sigterm", "SIGTERM", TERM_MS],
    ["sigkill", "SIGKILL", KILL_MS],
  ] as const) {
    if (left.length === 0) break;
    recorder.write({ t: "stop", stage, ...whose, pids: left });
    tree.signal(signal, evidence);
    for (const untilMs = Date.now() + waitMs; left.length > 0 && Date.now() < untilMs; left = pids())
      await sleep(LOOK_EVERY_MS);
  }
  recorder.write({ t: "stop", stage: "verified", ...whose, pids: left });
  return left;
}

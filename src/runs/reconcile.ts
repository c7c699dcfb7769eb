import { existsSync } from "node:fs";
import { UserError, sentenceOf } from "../base/errors.ts";
import type { Launcher } from "../launch/port.ts";
import { finaliseRun } from "../runner/finalise.ts";
import { takeLock } from "../runner/lock.ts";
import { judgeProcesses } from "./judge.ts";
import { runFile, storePaths } from "./layout.ts";

/** What a reconcile did, by run id. */
export interface Reconciled {
  /** Live trainers that got a runner again. */
  adopted: string[];
  /** Runs whose end was put on record. */
  finalised: string[];
  /** Runs that need care and could not get it now, with the reason. */
  failed: { run: string; reason: string }[];
}

/**
 * Puts right what no process stands behind any more, so that no dead run shows as running: a live trainer without a
 * runner gets one, a run whose processes are gone gets its final state. To be called whenever a store is opened, and now
 * and then while it is open; several processes may at once. Runs of other hosts and containers are left to `judge`.
 *
 * @param open ids of the runs without a final state on record.
 */
export async function reconcile(
  root: string,
  launcher: Launcher,
  { open, nowMs = Date.now() }: { open: readonly string[]; nowMs?: number },
): Promise<Reconciled> {
  const done: Reconciled = { adopted: [], finalised: [], failed: [] };
  for (const run of open) {
    const runDir = storePaths(root).run(run);
    if (!existsSync(runFile(runDir, "manifest"))) continue;
    try {
      const { kind } = judgeProcesses(runDir, nowMs);
      if (kind === "orphaned") await launcher.adopt(runDir).then(() => done.adopted.push(run));
      if (kind === "dead" && (await finalise(runDir))) done.finalised.push(run);
    } catch (error) {
      // Another process was quicker; or, with a full disk for one, the run stays as it is and everything else goes on.
      if (error instanceof UserError && error.code === "run-owned") continue;
      done.failed.push({ run, reason: sentenceOf(error) });
    }
  }
  return done;
}

async function finalise(runDir: string): Promise<boolean> {
  const attempt = await takeLock(runDir);
  if (!("lock" in attempt)) return false;
  try {
    return await finaliseRun(runDir, attempt.lock);
  } finally {
    attempt.lock.release();
  }
}

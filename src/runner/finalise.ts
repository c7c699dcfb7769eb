import { isAlive, wasRestarted, type ProcessIdentity } from "../base/identity.ts";
import { readJson } from "../base/files.ts";
import { thawJournals } from "../journal/compress.ts";
import { runFile } from "../runs/layout.ts";
import { isTerminal, type LaunchPlan, type RunManifest } from "../runs/model.ts";
import { concludeSegment } from "./conclude.ts";
import { readHistory, type RunnerHistory } from "./history.ts";
import type { HeldLock, RunnerLock } from "./lock.ts";
import { Recorder } from "./recorder.ts";

/** The trainer of the newest segment, by what its runner left: the lock, or the journal. */
export function trainerOf(lock: RunnerLock | undefined, history: RunnerHistory): ProcessIdentity | null {
  return lock?.trainer && lock.segment === history.segment ? lock.trainer : history.trainer;
}

/**
 * Records the end of a run whose processes are all gone, as truly as the evidence allows. Only the holder of the run's
 * lock may; what another recorded meanwhile stands.
 *
 * @param reason why it could not be started, when the caller knows.
 * @returns false when there was nothing to record: the run has ended already, or its trainer lives; or when the disk is full.
 */
export async function finaliseRun(runDir: string, lock: HeldLock, reason?: string): Promise<boolean> {
  const manifest = readJson<RunManifest>(runFile(runDir, "manifest"));
  const plan = readJson<LaunchPlan>(runFile(runDir, "launch"));
  const history = readHistory(runDir);
  const segment = plan?.segment ?? Math.max(1, history.segment);
  if (!manifest || (history.segment >= segment && history.state && isTerminal(history.state))) return false;
  const begun = history.segment >= segment;
  const trainer = begun ? trainerOf(lock.previous, history) : null;
  if (trainer && isAlive(trainer) === "alive") return false;
  await thawJournals(runDir);

  const recorder = new Recorder(runDir, { run: manifest.id, segment, fromStep: plan?.fromStep ?? 0 }, history.state);
  if (!begun || history.state === undefined) recorder.changeState("preparing");
  if (trainer) {
    await concludeSegment({
      runDir,
      run: manifest.id,
      recorder,
      trainer,
      eventsFrom: lock.previous?.segment === segment ? lock.previous.eventsFrom : 0,
      exit: history.exit ?? { code: null, signal: null, unknown: true },
      exitRecorded: history.exit !== null,
      stop: history.stop && { by: history.stop.asked.by ?? "somebody", stage: history.stop.stage },
      oomKills: undefined,
      unseen: whyUnseen(trainer),
      isScript: plan?.script !== undefined,
    });
  } else if (begun && history.runner) {
    recorder.changeState(
      "crashed",
      wasRestarted(history.runner)
        ? "The machine was restarted before the trainer started."
        : "Its runner was killed before the trainer started.",
    );
  } else {
    recorder.changeState(
      "failed",
      reason ?? `The process that made the run (pid ${manifest.starter.pid}) ended before a runner was started.`,
    );
  }
  return await recorder.close();
}

function whyUnseen(dead: ProcessIdentity): string {
  return wasRestarted(dead)
    ? "The machine was restarted while it ran."
    : "Killed together with its runner, so nobody saw how.";
}

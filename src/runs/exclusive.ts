import { sleep, systemClock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { readJson } from "../base/files.ts";
import { t } from "../base/l10n.ts";
import { takeLock, type HeldLock } from "../runner/lock.ts";
import { runFile } from "./layout.ts";
import type { LaunchPlan, RunRecord } from "./model.ts";

/** After a run's end its runner still packs the journals. */
const CLOSING_MS = 15_000;
const LOOK_EVERY_MS = 50;

/**
 * The lock of a run that has ended: while it is held, nobody else starts, packs or finalises the run. Waits for a runner that
 * is about to leave. Throws `run-live` when somebody else has begun the run's next segment, or a runner does not leave.
 */
export async function lockEndedRun(run: Pick<RunRecord, "name" | "dir">): Promise<HeldLock> {
  const segment = (): number | undefined => readJson<LaunchPlan>(runFile(run.dir, "launch"))?.segment;
  const before = segment();
  for (const untilMs = systemClock() + CLOSING_MS; ; await sleep(LOOK_EVERY_MS)) {
    const attempt = await takeLock(run.dir);
    const isUnchanged = segment() === before;
    if ("lock" in attempt) {
      if (isUnchanged) return attempt.lock;
      attempt.lock.release();
    } else if (isUnchanged && attempt.liveness === "alive" && systemClock() < untilMs) continue;
    throw standsBehind(run.name, attempt);
  }
}

function standsBehind(name: string, attempt: Awaited<ReturnType<typeof takeLock>>): UserError {
  if ("lock" in attempt) return new UserError("run-live", t("Somebody else resumed run {0} meanwhile.", name));
  const { pid, host } = attempt.heldBy.owner;
  const problem =
    attempt.liveness === "unknown"
      ? t("A process stands behind run {0} (pid {1}, on {2}, which cannot be looked at from here).", name, pid, host)
      : t("A process stands behind run {0} (pid {1}, alive).", name, pid);
  return new UserError("run-live", problem, { advice: t("Wait for its end, or stop it where it runs.") });
}

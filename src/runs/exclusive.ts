import { sleep, systemClock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { readJson } from "../base/files.ts";
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
  const advice = "Wait for its end, or stop it where it runs.";
  if ("lock" in attempt) return new UserError("run-live", `Somebody else resumed run ${name} meanwhile.`);
  const { pid, host } = attempt.heldBy.owner;
  const where = attempt.liveness === "unknown" ? `on ${host}, which cannot be looked at from here` : "alive";
  return new UserError("run-live", `A process stands behind run ${name} (pid ${pid}, ${where}).`, { advice });
}

import { systemClock } from "../base/clock.ts";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import type { StopEvent } from "../journal/events.ts";
import { followRun } from "./follow.ts";
import { isTerminal, type RunRecord } from "./model.ts";
import type { RunsHome } from "./open.ts";
import { stateWord } from "./state-word.ts";

export interface StopOptions {
  /** Who asks. */
  by: string;
  /** Skip the grace period in which the trainer saves a checkpoint. */
  force: boolean;
  /** Called at each stage of the stop. */
  onStage?: (event: StopEvent) => void;
  /** Give up waiting after this time; the stop itself goes on. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** Asks a run to stop and returns at once. Throws `run-not-running` for one that has ended. */
export function askToStop(home: RunsHome, run: RunRecord, options: Pick<StopOptions, "by" | "force">): void {
  if (isTerminal(run.state)) {
    throw new UserError("run-not-running", t("Run {0} has ended already ({1}).", run.name, stateWord(run.state)));
  }
  home.launcher.stop(run.dir, options);
}

/**
 * Stops a run and waits until it has ended. Returns its final record; undefined when the signal ended the waiting.
 * Throws `run-not-running`, or `stop-timeout` when it has not ended in time.
 */
export async function stopRun(home: RunsHome, run: RunRecord, options: StopOptions): Promise<RunRecord | undefined> {
  const askedMs = systemClock();
  askToStop(home, run, options);
  const following = followRun(home, run, { fromSegment: run.segments.at(-1)?.segment ?? 1, signal: options.signal });
  for (;;) {
    const next = await following.next();
    if (next.done) return next.value;
    for (const event of next.value) if (event.t === "stop" && event.timeMs >= askedMs) options.onStage?.(event);
    if (systemClock() - askedMs < options.timeoutMs) continue;
    throw new UserError(
      "stop-timeout",
      t(
        "Run {0} has not ended within {1} s of being asked; the stop goes on.",
        run.name,
        Math.round(options.timeoutMs / 1000),
      ),
      { advice: t("Force the stop to end its processes at once.") },
    );
  }
}

import { systemClock } from "../base/clock.ts";
import { t } from "../base/l10n.ts";
import { followRun } from "../runs/follow.ts";
import type { RunRecord } from "../runs/model.ts";
import type { RunsHome } from "../runs/open.ts";
import { EXIT, printJson, type Context } from "./context.ts";
import { summaryLines } from "./result.ts";
import { runJson } from "../runs/export.ts";
import { RunView } from "./run-view.ts";
import { interruptSignal } from "./session.ts";
import { pairLines } from "./table.ts";

/** What of a run is followed. */
export interface Stretch {
  /** Leave out earlier segments. */
  segment: number;
  /** Show no lines for what happened before now. */
  skipPast?: boolean;
}

/**
 * Shows a run to its end and its result then. Ctrl-C detaches: the run goes on, exit code 130.
 * Otherwise 0 only when the run finished.
 */
export async function followToEnd(context: Context, home: RunsHome, run: RunRecord, stretch: Stretch): Promise<number> {
  const interrupt = interruptSignal();
  const view = context.json ? undefined : new RunView(context.out, systemClock());
  try {
    const following = followRun(home, run, { fromSegment: stretch.segment, signal: interrupt.signal });
    for (let isPast = stretch.skipPast ?? false; ; isPast = false) {
      const next = await following.next();
      if (!next.done) {
        if (isPast) view?.catchUp(next.value);
        view?.update(isPast ? [] : next.value, systemClock());
        continue;
      }
      view?.close();
      return next.value ? ended(context, next.value) : detached(context, run);
    }
  } finally {
    view?.close();
    interrupt.release();
  }
}

function ended(context: Context, run: RunRecord): number {
  if (context.json) printJson(context, runJson(run));
  else for (const line of summaryLines(context, run)) context.out.line(line);
  return run.state === "finished" ? EXIT.done : EXIT.failed;
}

function detached(context: Context, run: RunRecord): number {
  const message = t("Detached. Run {0} goes on.", run.name);
  const advice: [string, string][] = [
    [t("follow"), `tuning-fork show -f ${run.id}`],
    [t("look"), `tuning-fork show ${run.id}`],
    [t("stop"), `tuning-fork stop ${run.id}`],
  ];
  if (context.json) {
    printJson(context, {
      error: { code: "detached", message, advice: advice.map((pair) => pair.join(": ")).join("; ") },
    });
  } else for (const line of ["", message, ...pairLines(advice, context.out.colours.dim)]) context.out.line(line);
  return EXIT.interrupted;
}

import { t } from "../../base/l10n.ts";
import type { StopEvent } from "../../journal/events.ts";
import { findRun } from "../../runs/find.ts";
import { askToStop, stopRun } from "../../runs/stop.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { runJson } from "../../runs/export.ts";
import { interruptSignal, withRuns } from "../session.ts";
import { printable } from "../terminal.ts";
import { stateText } from "../words.ts";

interface Options {
  force?: boolean;
  wait: boolean;
  /** Seconds. */
  timeout: number;
}

export async function run(context: Context, [name = ""]: string[], options: Options): Promise<number> {
  return withRuns(context, async (home) => {
    const record = await findRun(home.store, name);
    const asked = { by: context.by, force: options.force ?? false };
    if (!options.wait) {
      askToStop(home, record, asked);
      if (context.json) printJson(context, { id: record.id, name: record.name, asked: true });
      else context.out.line(t("Asked run {0} to stop.", record.name));
      return EXIT.done;
    }
    const interrupt = interruptSignal();
    const onStage = (event: StopEvent): void => {
      if (!context.json) context.out.line(context.out.colours.dim(stageText(event)));
    };
    try {
      const final = await stopRun(home, record, {
        ...asked,
        onStage,
        timeoutMs: options.timeout * 1000,
        signal: interrupt.signal,
      });
      if (!final) return EXIT.interrupted;
      if (context.json) printJson(context, runJson(final));
      else
        context.out.line(
          `${final.name}  ${stateText(final.state, context.out.colours)}  ${printable(final.cause)}`.trimEnd(),
        );
      // A run that reached its end (or failed) before the stop did was not stopped: what was asked did not happen.
      return final.state === "stopped" ? EXIT.done : EXIT.failed;
    } finally {
      interrupt.release();
    }
  });
}

function stageText(event: StopEvent): string {
  switch (event.stage) {
    case "asked":
      return t("Asked the trainer to save and stop.");
    case "sigterm":
      return t("The grace period is over: sent SIGTERM.");
    case "sigkill":
      return t("Still alive: sent SIGKILL.");
    case "verified":
      return t("No process of the run is left.");
  }
}

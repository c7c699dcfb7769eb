import { t } from "../base/l10n.ts";
import type { RunRecord } from "../runs/model.ts";
import type { RunsHome } from "../runs/open.ts";
import { EXIT, printJson, type Context } from "./context.ts";
import { followToEnd } from "./follow.ts";
import { runJson } from "../runs/export.ts";
import { pairLines } from "./table.ts";
import { printable } from "./terminal.ts";

export interface Beginning {
  /** What was done, one sentence. */
  title: string;
  /** What is worth a warning. */
  notes?: string[];
  wait: boolean;
  segment: number;
}

/** Tells that a run has begun (start, resume, fork), and with `wait` shows it to its end. Returns the exit code. */
export async function begun(context: Context, home: RunsHome, run: RunRecord, beginning: Beginning): Promise<number> {
  if (context.json) {
    if (beginning.wait) return followToEnd(context, home, run, beginning);
    printJson(context, runJson(run));
    return EXIT.done;
  }
  const { colours } = context.out;
  const line = (text: string): void => context.out.line(text);
  line(colours.bold(printable(beginning.title)));
  for (const note of beginning.notes ?? []) line(colours.yellow(printable(note)));
  const hints: [string, string][] = beginning.wait
    ? []
    : [
        [t("follow"), `tuning-fork show -f ${run.id}`],
        [t("look"), `tuning-fork show ${run.id}`],
        [t("stop"), `tuning-fork stop ${run.id}`],
      ];
  for (const text of pairLines([[t("id"), run.id], [t("folder"), run.dir], ...hints], colours.dim)) line(text);
  return beginning.wait ? followToEnd(context, home, run, beginning) : EXIT.done;
}

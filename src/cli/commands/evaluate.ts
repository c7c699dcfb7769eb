import { resolve } from "node:path";
import { formatCount } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { findRun } from "../../runs/find.ts";
import { evaluateCheckpoint } from "../../runs/using/evaluate.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { usageError } from "../failures.ts";
import { withRuns } from "../session.ts";
import { tableLines } from "../table.ts";
import { withCheckpoint } from "../using.ts";
import { metricText } from "../words.ts";
import { printable } from "../terminal.ts";

interface Options {
  checkpoint: string;
  data?: string;
}

/** Exit code 130 when it was cancelled; nothing is kept then. */
export async function run(context: Context, [name = ""]: string[], options: Options): Promise<number> {
  const { data } = options;
  if (data === undefined) throw usageError(t("Name the file to evaluate on: --data <file>."));
  return withRuns(context, async ({ store, paths: { root } }) => {
    const record = await findRun(store, name);
    const file = resolve(context.where.cwd, data);
    const done = await withCheckpoint(context, root, (use) =>
      evaluateCheckpoint(record, options.checkpoint, file, use),
    );
    if (done === undefined) return EXIT.interrupted;
    if (context.json) {
      printJson(context, { ...done.record, file: done.path });
      return EXIT.done;
    }
    const { metrics, step, judgedRows } = done.record;
    const title = t(
      "{0} at step {1} on {2} rows of {3}:",
      record.name,
      formatCount(step),
      formatCount(judgedRows),
      data,
    );
    context.out.line(printable(title));
    const rows = Object.entries(metrics).map(([metric, value]) => [printable(metric), metricText(value, metric)]);
    const columns = [{ title: t("METRIC") }, { title: t("VALUE"), align: "right" as const }];
    for (const line of tableLines(columns, rows, context.out.colours.dim)) context.out.line(line);
    context.out.line(context.out.colours.dim(t("Kept in {0}.", done.path)));
    return EXIT.done;
  });
}

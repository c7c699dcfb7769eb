import { systemClock } from "../../base/clock.ts";
import { formatDuration } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { withRuns } from "../session.ts";
import { StatusLine } from "../status-line.ts";
import { countOf } from "../words.ts";

export async function run(context: Context): Promise<number> {
  return withRuns(context, async ({ store }) => {
    const startedMs = systemClock();
    const status = new StatusLine(context.err);
    let runs = 0;
    await store.reindex((done, total) => {
      runs = total;
      if (!context.json) status.show(t("Rebuilding from journals: {0} of {1} runs.", done, total), systemClock());
    });
    status.clear();
    const tookMs = systemClock() - startedMs;
    if (context.json) printJson(context, { runs, tookMs });
    else
      context.out.line(
        t(
          "Rebuilt the database from the journals of {0} in {1}.",
          countOf(runs, "{0} run", "{0} runs"),
          formatDuration(tookMs),
        ),
      );
    return EXIT.done;
  });
}

import { t } from "../../base/l10n.ts";
import { findRun } from "../../runs/find.ts";
import { renameRun } from "../../runs/meta.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { withRuns } from "../session.ts";

export async function run(context: Context, [name = "", wanted = ""]: string[]): Promise<number> {
  return withRuns(context, async ({ store }) => {
    const record = await findRun(store, name);
    const renamed = await renameRun(store, record, wanted);
    if (context.json) printJson(context, { id: record.id, name: renamed });
    else context.out.line(t("{0} is now called {1}.", record.name, renamed));
    return EXIT.done;
  });
}

import { t } from "../../base/l10n.ts";
import { restoreRun } from "../../runs/delete.ts";
import { findRuns } from "../../runs/find.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { withRuns } from "../session.ts";

export async function run(context: Context, names: string[]): Promise<number> {
  return withRuns(context, async (home) => {
    const records = await findRuns(home.store, names, { trash: "in" });
    for (const record of records) await restoreRun(home, record);
    const restored = records.map(({ id, name }) => ({ id, name }));
    if (context.json) printJson(context, { restored });
    else context.out.line(t("Restored {0}.", restored.map(({ name }) => name).join(", ")));
    return EXIT.done;
  });
}

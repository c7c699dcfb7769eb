import { t } from "../../base/l10n.ts";
import { findRun } from "../../runs/find.ts";
import { noteRun } from "../../runs/meta.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { withRuns } from "../session.ts";

export async function run(context: Context, [name = "", note = ""]: string[]): Promise<number> {
  return withRuns(context, async ({ store }) => {
    const record = await findRun(store, name);
    await noteRun(store, record, note);
    if (context.json) printJson(context, { id: record.id, name: record.name, note: note.trim() });
    else context.out.line(note.trim() ? t("Noted for {0}.", record.name) : t("Removed the note of {0}.", record.name));
    return EXIT.done;
  });
}

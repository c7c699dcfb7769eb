import { t } from "../../base/l10n.ts";
import { findRun } from "../../runs/find.ts";
import { starRun } from "../../runs/meta.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { withRuns } from "../session.ts";

interface Options {
  remove?: boolean;
}

export async function run(context: Context, [name = ""]: string[], options: Options): Promise<number> {
  const starred = !options.remove;
  return withRuns(context, async ({ store }) => {
    const record = await findRun(store, name);
    await starRun(store, record, starred);
    if (context.json) printJson(context, { id: record.id, name: record.name, starred });
    else context.out.line(starred ? t("Starred {0}.", record.name) : t("Took the star from {0}.", record.name));
    return EXIT.done;
  });
}

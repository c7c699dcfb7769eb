import { t } from "../../base/l10n.ts";
import { findRun } from "../../runs/find.ts";
import { tagRun } from "../../runs/meta.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { usageError } from "../failures.ts";
import { withRuns } from "../session.ts";

interface Options {
  remove: string[];
}

export async function run(context: Context, [name = "", ...add]: string[], options: Options): Promise<number> {
  if (add.length === 0 && options.remove.length === 0) throw usageError(t("Name a tag to add, or one to --remove."));
  return withRuns(context, async ({ store }) => {
    const record = await findRun(store, name);
    const tags = await tagRun(store, record, add, options.remove);
    if (context.json) printJson(context, { id: record.id, name: record.name, tags });
    else
      context.out.line(
        tags.length === 0 ? t("{0} has no tags.", record.name) : t("{0}: {1}", record.name, tags.join(", ")),
      );
    return EXIT.done;
  });
}

import { formatCount } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { findRun } from "../../runs/find.ts";
import { resumeRun } from "../../runs/resume.ts";
import type { Context } from "../context.ts";
import { begun } from "../begun.ts";
import { withRuns } from "../session.ts";

interface Options {
  wait?: boolean;
}

export async function run(context: Context, [name = ""]: string[], options: Options): Promise<number> {
  return withRuns(context, async (home) => {
    const record = await findRun(home.store, name);
    const resumed = await resumeRun(home, record, { by: context.by, env: process.env });
    const notes = resumed.changedData.map((file) => t("The data changed since the start: {0}", file));
    const title =
      resumed.fromStep > 0
        ? t("Resumed {0} at step {1}.", record.name, formatCount(resumed.fromStep))
        : t("Resumed {0}: it has no checkpoint, so it starts again from step 0.", record.name);
    return begun(context, home, resumed.run, { title, notes, wait: options.wait ?? false, segment: resumed.segment });
  });
}

import { formatCount } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { findRun } from "../../runs/find.ts";
import { forkRun } from "../../runs/fork.ts";
import { begun } from "../begun.ts";
import type { Context } from "../context.ts";
import { printDiagnostics } from "../diagnostics.ts";
import { withRuns } from "../session.ts";

interface Options {
  at: string;
  set: string[];
  name?: string;
  wait?: boolean;
}

export async function run(context: Context, [name = ""]: string[], options: Options): Promise<number> {
  return withRuns(context, async (home) => {
    const parent = await findRun(home.store, name);
    const { at, set: overrides } = options;
    const forked = await forkRun(home, parent, { at, overrides, name: options.name, by: context.by, env: process.env });
    printDiagnostics(context, parent.configFile, forked.diagnostics, "");
    const title = t("Started {0} from {1} at step {2}.", forked.run.name, parent.name, formatCount(forked.step));
    return begun(context, home, forked.run, { title, wait: options.wait ?? false, segment: 1 });
  });
}

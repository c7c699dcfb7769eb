import { formatCount } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { valueText } from "../../config/edit/value-text.ts";
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
    const notes = forked.changes.map(({ key, values: [before, now] }) =>
      t("{0} was {1} and is {2}", key, shown(before), shown(now)),
    );
    return begun(context, home, forked.run, { title, notes, wait: options.wait ?? false, segment: 1 });
  });
}

/** A value as a config has it. */
const shown = (value: unknown): string => (value === undefined ? t("nothing") : valueText(value));

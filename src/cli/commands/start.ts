import { dirname, resolve } from "node:path";
import { t } from "../../base/l10n.ts";
import { recordedRunsIn } from "../../runs/recorded-peaks.ts";
import { startableFile } from "../../runs/start-config.ts";
import { startRun } from "../../runs/start.ts";
import { storeRootFor } from "../../runs/workspace.ts";
import { begun } from "../begun.ts";
import type { Context } from "../context.ts";
import { printDiagnostics } from "../diagnostics.ts";
import { withStore } from "../session.ts";

interface Options {
  set: string[];
  name?: string;
  wait?: boolean;
}

export async function run(context: Context, [config = ""]: string[], options: Options): Promise<number> {
  const file = resolve(context.where.cwd, config);
  const root = storeRootFor(file, context.where);
  const history = await recordedRunsIn(root);
  const startable = await startableFile(file, { overrides: options.set, env: process.env, history });
  printDiagnostics(context, file, startable.diagnostics, startable.source);
  return withStore(root, async (home) => {
    const run = await startRun(home, {
      ...startable,
      configFile: file,
      baseDir: dirname(file),
      name: options.name,
      by: context.by,
      env: process.env,
    });
    return begun(context, home, run, { title: t("Started {0}.", run.name), wait: options.wait ?? false, segment: 1 });
  });
}

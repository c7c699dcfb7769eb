import { resolve } from "node:path";
import { t } from "../../base/l10n.ts";
import { smokeLines } from "../../runs/smoke/lines.ts";
import { storeRootFor } from "../../runs/workspace.ts";
import { smokeRun, type SmokeStage } from "../../runs/smoke/smoke.ts";
import { EXIT, printJson, type Context } from "../context.ts";

interface Options {
  set: string[];
}

/** Exit code: 0 when two steps, the save and the reload went well, 1 when not. */
export async function run(context: Context, [config = ""]: string[], options: Options): Promise<number> {
  const file = resolve(context.where.cwd, config);
  const cancel = new AbortController();
  const onSignal = (): void => cancel.abort(new Error("cancelled"));
  process.once("SIGINT", onSignal);
  try {
    const result = await smokeRun(file, {
      env: process.env,
      overrides: options.set,
      signal: cancel.signal,
      storeRoot: storeRootFor(file, context.where),
      onStage: (stage) => void (context.json || context.err.line(stageText(stage))),
    });
    if (context.json) printJson(context, result);
    else for (const line of smokeLines(result)) context.out.line(line);
    return result.ok ? EXIT.done : EXIT.failed;
  } catch (error) {
    if (!cancel.signal.aborted) throw error;
    context.err.line(t("Cancelled; nothing is left of it."));
    return EXIT.failed;
  } finally {
    process.removeListener("SIGINT", onSignal);
  }
}

const stageText = (stage: SmokeStage): string =>
  stage === "training" ? t("Two steps, an evaluation and a save…") : t("Loading the checkpoint again…");

import { relative } from "node:path";
import { t } from "../../base/l10n.ts";
import { configToExamine } from "../../doctor/config.ts";
import { createEnvironment } from "../../launch/python/create-environment.ts";
import { planEnvironment } from "../../launch/python/environment-plan.ts";
import { findPython } from "../../launch/python/find.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { interruptSignal } from "../session.ts";
import { printable } from "../terminal.ts";

/** Makes an environment in the open: what is done and every line of the tools is shown. */
export async function run(context: Context, [path = ""]: string[]): Promise<number> {
  const { resolved, baseDir } = configToExamine(path);
  const interrupt = interruptSignal();
  const { env } = process;
  try {
    const plan = await planEnvironment(resolved, baseDir, { env, signal: interrupt.signal });
    const made = await createEnvironment(plan, {
      env,
      signal: interrupt.signal,
      onStep: (title, step, steps) => context.err.line(`[${step}/${steps}] ${printable(title)}`),
      onLine: (line) => context.err.line(context.err.colours.dim(printable(line))),
    });
    const choice = findPython({ configured: resolved.hardware.python, baseDir, env });
    const isChosen = choice.path === made.python;
    if (context.json) printJson(context, { ...made, isChosen });
    else {
      const count = Object.keys(made.packages).length;
      context.out.line(
        t("Made {0}: Python {1} with {2} packages, listed in {3}.", made.folder, made.version, count, made.lock),
      );
      if (!isChosen) context.out.line(notChosen(choice, relative(baseDir, made.folder)));
    }
    return EXIT.done;
  } finally {
    interrupt.release();
  }
}

/** Another interpreter goes before it: the person is told, for the next run would be a riddle. */
const notChosen = (choice: ReturnType<typeof findPython>, folder: string): string =>
  choice.path === undefined
    ? choice.problem
    : t("The config still trains with {0} ({1}). Write `hardware.python: {2}`.", choice.path, choice.chosenBy, folder);

import { t } from "../../base/l10n.ts";
import { installRuntime } from "../../trainers/tfjs/backends/install-runtime.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { interruptSignal } from "../session.ts";
import { printable } from "../terminal.ts";

/** Installs in the open: every line of the installer is shown, and the end says whether the backend computes. */
export async function run(context: Context, _args: string[], options: { tensorflow?: string }): Promise<number> {
  const interrupt = interruptSignal();
  try {
    const { dir, probe } = await installRuntime({
      onLine: (line) => context.err.line(printable(line)),
      signal: interrupt.signal,
      ...(options.tensorflow === undefined ? {} : { tensorflow: options.tensorflow }),
    });
    if (context.json) printJson(context, { dir, ...probe });
    else if (probe.works) {
      context.out.line(
        t("The native runtime in {0} works: {1} on the {2}.", dir, probe.backend.version, probe.backend.device),
      );
    } else context.out.line(t("The native runtime in {0} does not work: {1}", dir, probe.reason));
    return probe.works ? EXIT.done : EXIT.failed;
  } finally {
    interrupt.release();
  }
}

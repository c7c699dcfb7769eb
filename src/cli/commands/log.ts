import { findRun } from "../../runs/find.ts";
import { followRun } from "../../runs/follow.ts";
import { isTerminal } from "../../runs/model.ts";
import { OutputReader } from "../../runs/output.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { usageError } from "../failures.ts";
import { interruptSignal, withRuns } from "../session.ts";
import { t } from "../../base/l10n.ts";

interface Options {
  follow?: boolean;
}

export async function run(context: Context, [name = ""]: string[], options: Options): Promise<number> {
  if (context.json && options.follow) throw usageError(t("--json prints one value: it cannot follow."));
  return withRuns(context, async (home) => {
    const record = await findRun(home.store, name);
    const output = new OutputReader(record.dir);
    if (context.json) {
      printJson(context, { id: record.id, output: [...output.read()].join("") });
      return EXIT.done;
    }
    const print = (): void => {
      for (const piece of output.read()) context.out.write(piece);
    };
    print();
    if (!options.follow || isTerminal(record.state)) return EXIT.done;
    const interrupt = interruptSignal();
    try {
      const fromSegment = record.segments.at(-1)?.segment ?? 1;
      const following = followRun(home, record, { fromSegment, signal: interrupt.signal });
      while (!(await following.next()).done) print();
      print();
      return interrupt.signal.aborted ? EXIT.interrupted : EXIT.done;
    } finally {
      interrupt.release();
    }
  });
}

import { text as textOf } from "node:stream/consumers";
import { t } from "../../base/l10n.ts";
import { findRun } from "../../runs/find.ts";
import { predictWith } from "../../runs/using/use.ts";
import { answerText } from "../../runs/using/words.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { usageError } from "../failures.ts";
import { withRuns } from "../session.ts";
import { printable } from "../terminal.ts";
import { withCheckpoint } from "../using.ts";

interface Options {
  checkpoint: string;
  stdin?: boolean;
}

export async function run(context: Context, [name = "", ...given]: string[], options: Options): Promise<number> {
  if (options.stdin && given.length > 0)
    throw usageError(t("Texts come from the command or from --stdin, not from both."));
  const texts = options.stdin ? linesOf(await textOf(process.stdin)) : given;
  if (texts.every((one) => one.trim() === ""))
    throw usageError(t("There is no text: write one behind the run, or --stdin."));
  return withRuns(context, async ({ store, paths: { root } }) => {
    const record = await findRun(store, name);
    const done = await withCheckpoint(context, root, (use) => predictWith(record, options.checkpoint, texts, use));
    if (done === undefined) return EXIT.interrupted;
    if (context.json) printJson(context, { run: record.id, ...done });
    // One line: the answer first, the text behind it.
    else for (const one of done.predictions) context.out.line(printable(`${answerText(one)}  ${one.text}`));
    return EXIT.done;
  });
}

const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line.trim() !== "");

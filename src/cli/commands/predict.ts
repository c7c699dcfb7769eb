import { text as textOf } from "node:stream/consumers";
import { t } from "../../base/l10n.ts";
import { fromJsonNumber } from "../../base/numbers.ts";
import { findRun } from "../../runs/find.ts";
import { predictWith, type Prediction } from "../../runs/using/use.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { usageError } from "../failures.ts";
import { withRuns } from "../session.ts";
import { printable } from "../terminal.ts";
import { withCheckpoint } from "../using.ts";
import { metricText } from "../words.ts";

interface Options {
  checkpoint: string;
  stdin?: boolean;
}

/** Classes beside the likeliest that are told. */
const SHOWN_CLASSES = 4;

export async function run(context: Context, [name = "", ...given]: string[], options: Options): Promise<number> {
  if (options.stdin && given.length > 0)
    throw usageError(t("Texts come from the command or from --stdin, not from both."));
  const texts = options.stdin ? linesOf(await textOf(process.stdin)) : given;
  if (texts.length === 0) throw usageError(t("There is no text: write one behind the run, or --stdin."));
  return withRuns(context, async ({ store, paths: { root } }) => {
    const record = await findRun(store, name);
    const done = await withCheckpoint(context, root, (use) => predictWith(record, options.checkpoint, texts, use));
    if (done === undefined) return EXIT.interrupted;
    if (context.json) printJson(context, { run: record.id, ...done });
    else for (const one of done.predictions) context.out.line(printable(predictionText(one)));
    return EXIT.done;
  });
}

const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line.trim() !== "");

/** One line: the answer first, the text behind it. */
function predictionText(one: Prediction): string {
  return `${answerText(one)}  ${one.text}`;
}

function answerText({ label, probabilities = {}, entities, generated, similarity }: Prediction): string {
  if (label !== undefined) {
    const shares = Object.entries(probabilities).toSorted(
      ([, a], [, b]) => (fromJsonNumber(b) ?? 0) - (fromJsonNumber(a) ?? 0),
    );
    const shown = shares.slice(0, SHOWN_CLASSES).map(([name, share]) => `${name} ${metricText(share, "probability")}`);
    return `${label}  (${shown.join(", ")})`;
  }
  if (entities) return entities.map(({ type, text }) => `${type}: ${text}`).join(", ") || t("no entities");
  return generated ?? metricText(similarity, "similarity");
}

import { dirname } from "node:path";
import * as vscode from "vscode";
import { formatCount } from "../../../base/format.ts";
import { EXTENSIONS } from "../../../data/locations.ts";
import { evaluateCheckpoint } from "../../../runs/using/evaluate.ts";
import { predictWith, type UseOptions } from "../../../runs/using/use.ts";
import { progressText } from "../../../runs/using/words.ts";
import { inSteps } from "../../quick/in-steps.ts";
import { text } from "../../quick/steps.ts";
import { requireTrust, requireWritable } from "../../trust.ts";
import { change, type Meant } from "../run/targets.ts";
import { asker, withNotice } from "../start/start-config.ts";
import type { PredictionDocuments } from "./prediction-documents.ts";

/** Judges a checkpoint by the rows of a file, the given one or one that is asked for. The run keeps the result, and its page shows it. */
export async function evaluate(meant: Meant, step: number, given?: vscode.Uri): Promise<void> {
  if (!(await requireTrust())) return;
  requireWritable(meant.store);
  const file = given ?? (await chooseFile(meant, step));
  if (!file) return;
  const title = vscode.l10n.t("Evaluating {0} at step {1}", meant.run.name, formatCount(step));
  await change([meant], async ({ store, run }) => {
    await using(meant, title, (use) => evaluateCheckpoint(run, String(step), file.fsPath, use));
    await store.home.store.touch(run.id);
  });
}

/** Gives texts to a checkpoint, the given ones or what is asked for, and shows what it says. */
export async function predict(
  documents: PredictionDocuments,
  meant: Meant,
  step: number,
  given?: readonly string[],
): Promise<void> {
  if (!(await requireTrust())) return;
  const texts = given ?? (await askTexts(meant, step));
  if (!texts) return;
  const title = vscode.l10n.t("Asking {0} at step {1}", meant.run.name, formatCount(step));
  const { predictions } = await using(meant, title, (use) => predictWith(meant.run, String(step), [...texts], use));
  await documents.show(meant, step, { timeMs: Date.now(), texts, predictions });
}

async function using<T>({ store, ref }: Meant, title: string, work: (use: UseOptions) => Promise<T>): Promise<T> {
  const asked = await asker(vscode.Uri.parse(ref.folder));
  return withNotice(title, (say, signal) =>
    work({ root: store.home.paths.root, ...asked, signal, onProgress: (progress) => say(progressText(progress)) }),
  );
}

async function chooseFile({ run }: Meant, step: number): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Evaluate {0} at step {1} on a file", run.name, formatCount(step)),
    openLabel: vscode.l10n.t("Evaluate"),
    filters: { [vscode.l10n.t("Data")]: Object.keys(EXTENSIONS), [vscode.l10n.t("All files")]: ["*"] },
    defaultUri: vscode.Uri.file(dirname(run.configFile)),
  });
  return chosen?.[0];
}

/** One text, or the two that an embedding compares. Undefined when the person left. */
async function askTexts({ run }: Meant, step: number): Promise<string[] | undefined> {
  const title = vscode.l10n.t("Predict with {0} at step {1}", run.name, formatCount(step));
  const texts: string[] = [];
  const prompts =
    run.task === "embedding"
      ? [vscode.l10n.t("A text; the next one is compared with it"), vscode.l10n.t("The text to compare with it")]
      : [vscode.l10n.t("The text, as rows of the data have it")];
  const steps = prompts.map((prompt, at) => async () => {
    const place = prompts.length > 1 ? { title, step: at + 1, totalSteps: prompts.length } : { title };
    const problem = (value: string) => (value.trim() === "" ? vscode.l10n.t("Write a text.") : undefined);
    const written = await text({ ...place, prompt, value: texts[at] ?? "", problem });
    if (typeof written === "object") texts[at] = written.value;
    return written;
  });
  return (await inSteps(steps)) ? texts : undefined;
}

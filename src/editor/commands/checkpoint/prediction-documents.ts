import * as vscode from "vscode";
import { formatClock, formatCount } from "../../../base/format.ts";
import type { Prediction } from "../../../runs/using/use.ts";
import { answerText } from "../../../runs/using/words.ts";
import type { RunRef } from "../../app.ts";
import type { Meant } from "../run/targets.ts";
import { PREFIX } from "../specs.ts";

const SCHEME = "tuning-fork-predictions";

/** What was asked at once, and what came of it. An embedding compares the first text with the others. */
interface Asked {
  timeMs: number;
  texts: readonly string[];
  predictions: readonly Prediction[];
}

interface Kept {
  ref: RunRef;
  name: string;
  step: number;
  /** Newest first. */
  asked: Asked[];
}

/** What checkpoints said to texts: a document for each checkpoint, which cannot be edited and is forgotten when it is closed. */
export class PredictionDocuments
  implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable
{
  readonly #kept = new Map<string, Kept>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];

  constructor() {
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#kept.delete(uri.toString())),
    ];
  }

  /** Adds predictions to those of the same checkpoint and shows them beside the page they were asked for from. */
  async show({ ref, run: { name } }: Pick<Meant, "ref" | "run">, step: number, asked: Asked): Promise<void> {
    const path = `/${vscode.l10n.t("Predictions of {0} at step {1}", name.replaceAll(/[\\/]/g, "-"), step)}.txt`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path, query: ref.run });
    const before = this.#kept.get(uri.toString())?.asked ?? [];
    this.#kept.set(uri.toString(), { ref, name, step, asked: [asked, ...before] });
    this.#changed.fire(uri);
    const shown = vscode.window.tabGroups.all.find(({ tabs }) =>
      tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
    );
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
      viewColumn: shown?.viewColumn ?? vscode.ViewColumn.Beside,
      preview: true,
    });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const kept = this.#kept.get(uri.toString());
    // A window that is opened again opens its documents again, but not what was asked before.
    return kept ? textOf(kept) : vscode.l10n.t("These predictions were not kept. Ask the checkpoint again.");
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const kept = this.#kept.get(uri.toString());
    if (!kept) return [];
    const title = vscode.l10n.t("$(comment) Predict for another text");
    const command = { title, command: `${PREFIX}predictCheckpoint`, arguments: [kept.ref, kept.step] };
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), command)];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

function textOf({ name, step, asked }: Kept): string {
  const head = vscode.l10n.t("{0} at step {1}, newest first", name, formatCount(step));
  return [head, ...asked.map((one) => askedText(one)), ""].join("\n\n");
}

function askedText({ timeMs, texts, predictions }: Asked): string {
  const [first = ""] = texts;
  const isCompared = predictions.some(({ similarity }) => similarity !== undefined);
  return [
    formatClock(timeMs, { withSeconds: true }),
    ...(isCompared ? [vscode.l10n.t("compared with: {0}", first)] : []),
    ...predictions.flatMap((one) => [one.text, `→ ${answerText(one)}`]),
  ].join("\n");
}

import * as vscode from "vscode";
import type { Report } from "../../doctor/report.ts";
import { PREFIX } from "../commands/specs.ts";

const SCHEME = "tuning-fork-doctor";

/** Reports of the doctor as documents that cannot be edited, with buttons above each command that mends something. */
export class ReportDocuments implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable {
  readonly #reports = new Map<string, Report>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#lensesChanged.event;
  readonly #subscriptions: vscode.Disposable[];

  constructor() {
    this.#subscriptions = [
      this.#changed,
      this.#lensesChanged,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#reports.delete(uri.toString())),
    ];
  }

  /** Shows a report under a name; one of the same name that is open is written anew. */
  async show(name: string, report: Report): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md` });
    this.#reports.set(uri.toString(), report);
    this.#changed.fire(uri);
    this.#lensesChanged.fire();
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    // A window that is opened again opens its documents again, but nobody has looked at the machine since.
    return (
      this.#reports.get(uri.toString())?.text ?? vscode.l10n.t("Run the command “Doctor” to see what is here now.")
    );
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const again = lens(0, vscode.l10n.t("$(refresh) Look again"), "doctor");
    const fixes = this.#reports.get(uri.toString())?.fixes ?? [];
    return [
      again,
      ...fixes.flatMap(({ line, command }) => [
        lens(line, vscode.l10n.t("$(copy) Copy"), "copyCommand", command),
        lens(line, vscode.l10n.t("$(terminal) Type into a terminal"), "typeCommand", command),
      ]),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

const lens = (line: number, title: string, command: string, ...args: unknown[]): vscode.CodeLens =>
  new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command: PREFIX + command, arguments: args });

import { dirname } from "node:path";
import * as vscode from "vscode";
import { pythonSummary, type PythonSummary } from "../../doctor/python-summary.ts";
import { checkEnvironment } from "../check-environment.ts";
import { PREFIX } from "../commands/specs.ts";
import { CONFIG_DOCUMENTS, isConfigFile } from "../config-files/config-files.ts";
import { onPythonChosen } from "./chosen.ts";

const SEVERITY: Readonly<Record<PythonSummary["level"], vscode.LanguageStatusSeverity>> = {
  ok: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
};

/** An item of the editor's language status: which interpreter the open config trains with, and why that one. */
export class PythonStatus implements vscode.Disposable {
  readonly #report: (error: unknown) => void;
  readonly #subscriptions: vscode.Disposable[];
  #item: vscode.LanguageStatusItem | undefined;
  /** Counts looks: an answer that comes after a newer question is dropped. */
  #looks = 0;
  #isFollowing = false;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
    const look = (): void => this.look();
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(look),
      vscode.workspace.onDidSaveTextDocument(look),
      vscode.workspace.onDidGrantWorkspaceTrust(look),
    ];
    look();
  }

  dispose(): void {
    this.#looks = Number.POSITIVE_INFINITY;
    this.#item?.dispose();
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
  }

  /** Looks at the config in front anew. */
  look(): void {
    void this.#look().catch(this.#report);
  }

  async #look(): Promise<void> {
    const look = ++this.#looks;
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !isConfigFile(document.uri)) return this.#show(undefined);
    this.#follow();
    const env = await checkEnvironment(document.uri);
    const summary = await pythonSummary(document.getText(), dirname(document.uri.fsPath), env);
    if (look === this.#looks) this.#show(summary, document.uri);
  }

  #show(summary: PythonSummary | undefined, uri?: vscode.Uri): void {
    if (!summary || !uri) {
      this.#item?.dispose();
      this.#item = undefined;
      return;
    }
    this.#item ??= vscode.languages.createLanguageStatusItem("tuningFork.python", CONFIG_DOCUMENTS);
    this.#item.name = vscode.l10n.t("Tuning Fork: Python");
    this.#item.text = summary.text;
    this.#item.detail = summary.detail;
    this.#item.severity = SEVERITY[summary.level];
    this.#item.command =
      summary.level === "ok"
        ? { command: `${PREFIX}doctor`, title: vscode.l10n.t("Doctor"), arguments: [uri] }
        : { command: `${PREFIX}createEnvironment`, title: vscode.l10n.t("Create environment"), arguments: [uri] };
  }

  /** Only once a config is open: the extensions that keep the choice are started by the question. */
  #follow(): void {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    void onPythonChosen(() => this.look())
      .then((subscription) => subscription && this.#subscriptions.push(subscription))
      .catch(this.#report);
  }
}

import * as vscode from "vscode";
import { CHECKS } from "../../config/checks/index.ts";
import { PREFIX } from "../commands/specs.ts";
import { CONFIG_DOCUMENTS, isConfigFile } from "../config-files/config-files.ts";

/** Checks that look at the machine. Some have a part that needs only the text, which counts as well: the doctor says more of it. */
const ABOUT_MACHINE: ReadonlySet<string> = new Set(CHECKS.machine.map(({ id }) => id));

/** An item of the editor's language status, there only while the open config does not fit this machine. */
export class MachineStatus implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[];
  #item: vscode.LanguageStatusItem | undefined;

  constructor() {
    const look = (): void => this.#look();
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(look),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (uris.some(isConfigFile)) look();
      }),
    ];
    look();
  }

  dispose(): void {
    this.#item?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #look(): void {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const found = uri && isConfigFile(uri) ? vscode.languages.getDiagnostics(uri).filter(isAboutMachine) : [];
    if (!uri || found.length === 0) {
      this.#item?.dispose();
      this.#item = undefined;
      return;
    }
    this.#item ??= vscode.languages.createLanguageStatusItem("tuningFork.machine", CONFIG_DOCUMENTS);
    const isError = found.some(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    this.#item.name = vscode.l10n.t("Tuning Fork: this machine");
    this.#item.severity = isError ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Warning;
    this.#item.text =
      found.length === 1
        ? vscode.l10n.t("This config does not fit this machine")
        : vscode.l10n.t("This config does not fit this machine in {0} points", found.length);
    this.#item.detail = found[0]?.message ?? "";
    this.#item.command = { command: `${PREFIX}doctor`, title: vscode.l10n.t("Doctor"), arguments: [uri] };
  }
}

function isAboutMachine({ code, severity, source }: vscode.Diagnostic): boolean {
  const id = typeof code === "object" ? String(code.value) : String(code);
  return source === "Tuning Fork" && ABOUT_MACHINE.has(id) && severity <= vscode.DiagnosticSeverity.Warning;
}

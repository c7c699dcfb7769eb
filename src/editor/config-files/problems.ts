import * as vscode from "vscode";
import type { Diagnostic } from "../../config/diagnostic.ts";

const SEVERITIES = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
} as const;

/** What the last check found in each config, in the Problems view. Editing a config makes its places wrong, so it clears them. */
class ConfigProblems implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection("tuning-fork");
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #edits = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0 && this.#collection.has(document.uri)) this.show(document.uri, []);
  });
  readonly onDidChange = this.#changed.event;

  show(uri: vscode.Uri, diagnostics: readonly Diagnostic[]): void {
    if (diagnostics.length === 0) this.#collection.delete(uri);
    else this.#collection.set(uri, diagnostics.map(problemOf));
    this.#changed.fire(uri);
  }

  /** How many errors the last check found. */
  errors(uri: vscode.Uri): number {
    const found = this.#collection.get(uri) ?? [];
    return found.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length;
  }

  dispose(): void {
    this.#edits.dispose();
    this.#changed.dispose();
    this.#collection.dispose();
    problems = undefined;
  }
}

let problems: ConfigProblems | undefined;

/** The one list of problems; made when it is first needed. */
export const configProblems = (): ConfigProblems => (problems ??= new ConfigProblems());

/** Ends it with the extension. */
export const problemsDisposable: vscode.Disposable = { dispose: () => problems?.dispose() };

function problemOf({ id, message, severity, line, column, endLine, endColumn }: Diagnostic): vscode.Diagnostic {
  const start = new vscode.Position((line ?? 1) - 1, (column ?? 1) - 1);
  const end = new vscode.Position((endLine ?? line ?? 1) - 1, (endColumn ?? column ?? 1) - 1);
  const problem = new vscode.Diagnostic(new vscode.Range(start, end), message, SEVERITIES[severity]);
  problem.source = "Tuning Fork";
  problem.code = id;
  return problem;
}

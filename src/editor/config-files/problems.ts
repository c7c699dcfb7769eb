import * as vscode from "vscode";
import type { Diagnostic } from "../../config/diagnostic.ts";

const SEVERITIES = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
} as const;

/**
 * What was found in each config, in the Problems view: one list, whoever found it. While the language server runs it is the
 * one writer for open configs. Without it a check of the extension itself is shown, until editing makes its places wrong.
 */
class ConfigProblems implements vscode.Disposable {
  readonly collection = vscode.languages.createDiagnosticCollection("tuning-fork");
  #isServed = false;
  readonly #edits = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (!this.#isServed && contentChanges.length > 0) this.collection.delete(document.uri);
  });

  /** Whether the language server runs. */
  setServed(isServed: boolean): void {
    this.#isServed = isServed;
  }

  show(uri: vscode.Uri, diagnostics: readonly Diagnostic[]): void {
    const isOpen = vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
    if (!this.#isServed || !isOpen) this.collection.set(uri, diagnostics.map(problemOf));
  }

  /** How many errors there are. */
  errors(uri: vscode.Uri): number {
    const found = this.collection.get(uri) ?? [];
    return found.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length;
  }

  dispose(): void {
    this.#edits.dispose();
    this.collection.dispose();
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

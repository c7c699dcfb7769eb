import * as vscode from "vscode";
import type { App } from "../app.ts";
import { textsDisposable } from "../code-diff/texts.ts";
import type { RunLists } from "../explorer/run-lists.ts";
import { CONFIG_DOCUMENTS, isConfigFile } from "./config-files.ts";
import { lensesFor } from "./lenses.ts";
import { problemsDisposable } from "./problems.ts";

/** Lenses above config files. They are made anew only when their words would be others, while a config is on the screen. */
class ConfigLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #app: App;
  readonly #lists: RunLists;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  #shown = "";

  constructor(app: App, lists: RunLists) {
    this.#app = app;
    this.#lists = lists;
    const look = (): void => this.#look();
    this.#subscriptions = [
      this.#changed,
      lists.onDidChange(look),
      app.choices.onDidChange(look),
      vscode.workspace.onDidGrantWorkspaceTrust(look),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (uris.some(isConfigFile)) look();
      }),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    this.#shown = this.#words();
    const line = Math.max(0, /^version\s*:/m.exec(document.getText())?.index ?? 0);
    const position = document.positionAt(line);
    return lensesFor(this.#app, this.#lists, document.uri).map(
      ({ args, ...words }) => new vscode.CodeLens(new vscode.Range(position, position), { ...words, arguments: args }),
    );
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #look(): void {
    const words = this.#words();
    if (words === this.#shown) return;
    this.#shown = words;
    this.#changed.fire();
  }

  /** The titles of every config on the screen. */
  #words(): string {
    const configs = vscode.window.visibleTextEditors.map(({ document }) => document.uri).filter(isConfigFile);
    return JSON.stringify(configs.map((uri) => lensesFor(this.#app, this.#lists, uri)));
  }
}

/** What the extension adds to config files: lenses above them, and what checks found in Problems. */
export function registerConfigFiles(app: App, lists: RunLists): vscode.Disposable {
  const lenses = new ConfigLenses(app, lists);
  return vscode.Disposable.from(
    lenses,
    problemsDisposable,
    textsDisposable,
    vscode.languages.registerCodeLensProvider(CONFIG_DOCUMENTS, lenses),
  );
}

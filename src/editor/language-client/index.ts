import * as vscode from "vscode";
import { sentenceOf } from "../../base/errors.ts";
import { SERVED_DOCUMENTS } from "../config-files/config-files.ts";
import type { Client } from "./client.ts";
import { RunHistory, type RunSources } from "./history.ts";
import { chosenPython, onPythonChosen } from "../python/chosen.ts";

/**
 * Help while typing in configs. The server is started when the first config is opened, so that windows without one pay
 * nothing, and started again when what it is given changes: trust, or the interpreter chosen in the Python extension. In a folder
 * that is not trusted it serves what the text, the data and the model say, and runs no program of that folder.
 */
export class LanguageSupport implements vscode.Disposable {
  readonly #extension: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #subscriptions: vscode.Disposable[];
  /** The last start or stop; each waits for the one before. */
  #work: Promise<void> = Promise.resolve();
  #client: Client | undefined;
  #isWanted = false;
  readonly #history: RunHistory;

  constructor(extension: string, runs: RunSources) {
    this.#extension = extension;
    this.#log = vscode.window.createOutputChannel("Tuning Fork Language Server", { log: true });
    this.#history = new RunHistory(
      runs,
      async (told) => this.#client?.tell(told),
      (error) => this.#log.warn(sentenceOf(error)),
    );
    this.#subscriptions = [
      this.#log,
      this.#history,
      vscode.workspace.onDidOpenTextDocument((document) => this.#opened(document)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.restart()),
    ];
  }

  /** Starts the server when a config is open already. */
  begin(): void {
    for (const document of vscode.workspace.textDocuments) this.#opened(document);
  }

  /** Stops the server; resolves when its process has ended. */
  async close(): Promise<void> {
    this.dispose();
    this.#isWanted = false;
    await this.#then(() => this.#stop());
  }

  dispose(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
  }

  #opened(document: vscode.TextDocument): void {
    if (this.#isWanted || vscode.languages.match(SERVED_DOCUMENTS, document) === 0) return;
    this.#isWanted = true;
    void this.#then(() => this.#start());
    void this.#followPython().catch((error: unknown) => this.#log.warn(sentenceOf(error)));
  }

  /** Looks at everything anew: what the server goes by has changed, such as trust, the interpreter, what is installed. */
  restart(): void {
    if (!this.#isWanted) return;
    void this.#then(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  async #followPython(): Promise<void> {
    const subscription = await onPythonChosen(() => this.restart());
    if (subscription) this.#subscriptions.push(subscription);
  }

  async #start(): Promise<void> {
    if (!this.#isWanted) return;
    const isTrusted = vscode.workspace.isTrusted;
    const python = isTrusted ? await chosenPython() : undefined;
    // Loaded only now: the protocol's code would otherwise weigh on every start of the editor.
    const { startClient } = await import("./client.ts");
    this.#client = await startClient({
      extension: this.#extension,
      log: this.#log,
      onRunning: (client) => {
        this.#client = client;
        this.#history.begin();
      },
      onGivenUp: (crashes) => void this.#offerRestart(crashes),
      // In a folder that is not trusted no interpreter of that folder is run.
      env: {
        TUNING_FORK_TRUSTED: isTrusted ? "1" : "0",
        ...(python === undefined ? {} : { TUNING_FORK_PYTHON: python }),
      },
    });
  }

  async #offerRestart(crashes: number): Promise<void> {
    const restart = vscode.l10n.t("Start it again");
    const show = vscode.l10n.t("Show its output");
    const message = vscode.l10n.t(
      "Configs are no longer checked while typing: the language server crashed {0} times. Its output says why.",
      crashes,
    );
    const chosen = await vscode.window.showWarningMessage(message, restart, show);
    if (chosen === restart) this.restart();
    if (chosen === show) this.#log.show();
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.stop();
  }

  #then(work: () => Promise<void>): Promise<void> {
    return (this.#work = this.#work.then(work).catch((error: unknown) => this.#log.error(sentenceOf(error))));
  }
}

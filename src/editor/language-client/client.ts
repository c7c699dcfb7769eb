import { join } from "node:path";
import * as vscode from "vscode";
import { LanguageClient, State, TransportKind } from "vscode-languageclient/node";
import { codeDir } from "../../base/code-dir.ts";
import { sentenceOf } from "../../base/errors.ts";
import { HISTORY, type FolderHistory } from "../../language-server/history.ts";
import type { ServerSettings } from "../../language-server/settings.ts";
import { SERVED_DOCUMENTS } from "../config-files/config-files.ts";
import { configProblems } from "../config-files/problems.ts";
import { restarting } from "./restarting.ts";

export interface ClientOptions {
  /** The extension's folder. */
  extension: string;
  log: vscode.LogOutputChannel;
  /** Variables the server gets beside the editor's own. */
  env: Record<string, string>;
  /** A server runs: the first, or one that took the place of one that crashed. */
  onRunning: (client: Client) => void;
  /** It crashed so often that it is left off. */
  onGivenUp: (crashes: number) => void;
}

/** A language server as the editor has it. */
export interface Client {
  /** Tells what earlier runs took; lost when no server runs, for the next one is told by itself. */
  tell(history: FolderHistory[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the language server in a process of its own. Rejects when it does not start. */
export async function startClient(options: ClientOptions): Promise<Client> {
  const { extension, log, env, onRunning, onGivenUp } = options;
  const settings: ServerSettings = {
    language: { name: vscode.env.language, folder: join(extension, "l10n") },
    docs: join(extension, "docs/config.md"),
  };
  const problems = configProblems();
  const client = new LanguageClient(
    "tuningFork.languageServer",
    "Tuning Fork Language Server",
    {
      module: join(codeDir(), "language-server.cjs"),
      transport: TransportKind.ipc,
      // Not in the workspace: some systems look for programs where a process stands before they look at PATH.
      options: { env, cwd: codeDir() },
    },
    {
      documentSelector: [...SERVED_DOCUMENTS],
      outputChannel: log,
      initializationOptions: settings,
      // One list for the server and for refused starts, so that nothing is told twice and a restart keeps what is shown.
      diagnosticCollectionProvider: { create: () => problems.collection, dispose: () => {} },
      errorHandler: restarting(onGivenUp),
    },
  );
  const running: Client = {
    async tell(history) {
      if (client.state === State.Running) await client.sendNotification(HISTORY, history);
    },
    async stop() {
      states.dispose();
      problems.setServed(false);
      // One that is just starting cannot be stopped, and one that was killed meanwhile has nothing left to stop.
      if (client.state === State.Starting) await client.start().catch(() => {});
      await client.dispose().catch((error: unknown) => log.warn(sentenceOf(error)));
    },
  };
  const states = client.onDidChangeState(({ newState }) => {
    problems.setServed(newState === State.Running);
    if (newState === State.Running) onRunning(running);
  });
  await client.start();
  return running;
}

import { join } from "node:path";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  State,
  TransportKind,
  type ErrorHandler,
} from "vscode-languageclient/node";
import { codeDir } from "../../base/code-dir.ts";
import type { ServerSettings } from "../../language-server/settings.ts";
import { SERVED_DOCUMENTS } from "../config-files/config-files.ts";
import { configProblems } from "../config-files/problems.ts";

/** Restarts after crashes within a while; after one more it is left off. */
const MOST_RESTARTS = 4;
const WITHIN_MS = 3 * 60_000;

export interface ClientOptions {
  /** The extension's folder. */
  extension: string;
  log: vscode.LogOutputChannel;
  /** Variables the server gets beside the editor's own. */
  env: Record<string, string>;
}

/** A running language server. */
export interface Client {
  stop(): Promise<void>;
}

/** Starts the language server in a process of its own. Rejects when it does not start. */
export async function startClient({ extension, log, env }: ClientOptions): Promise<Client> {
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
      options: { env },
    },
    {
      documentSelector: [...SERVED_DOCUMENTS],
      outputChannel: log,
      initializationOptions: settings,
      // One list for the server and for refused starts, so that nothing is told twice and a restart keeps what is shown.
      diagnosticCollectionProvider: { create: () => problems.collection, dispose: () => {} },
      errorHandler: restarting(),
    },
  );
  const states = client.onDidChangeState(({ newState }) => problems.setServed(newState === State.Running));
  await client.start();
  return {
    async stop() {
      states.dispose();
      problems.setServed(false);
      await client.dispose();
    },
  };
}

/** Restarts the server when it crashes, but not for ever. */
function restarting(): ErrorHandler {
  let crashesMs: number[] = [];
  return {
    error: (_error, _message, count) => ({
      action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
    }),
    closed() {
      const nowMs = Date.now();
      crashesMs = [...crashesMs.filter((atMs) => nowMs - atMs < WITHIN_MS), nowMs];
      if (crashesMs.length <= MOST_RESTARTS) return { action: CloseAction.Restart, handled: true };
      const message = vscode.l10n.t(
        "Configs are no longer checked while typing: the language server crashed {0} times. Its output says why; reload the window to start it again.",
        crashesMs.length,
      );
      return { action: CloseAction.DoNotRestart, message };
    },
  };
}

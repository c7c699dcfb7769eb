import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type CodeAction,
  CodeActionRequest,
  ConfigurationRequest,
  createProtocolConnection,
  type Diagnostic,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  IPCMessageReader,
  IPCMessageWriter,
  LogMessageNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  RegistrationRequest,
  ShutdownRequest,
  type TextEdit,
} from "vscode-languageserver/node";
import { HISTORY, type FolderHistory } from "../../src/language-server/history.ts";
import type { ServerSettings } from "../../src/language-server/settings.ts";
import { bundle } from "./bundle.ts";
import { root } from "./imports.ts";

const WAIT_MS = 20_000;

/** A language server in a process of its own, as an editor has it, and a workspace to serve. */
export class LanguageServer {
  readonly folder: string;
  readonly connection: ProtocolConnection;
  readonly #child: ChildProcess;
  readonly #published: PublishDiagnosticsParams[] = [];
  readonly #waiting = new Set<() => void>();
  readonly logged: string[] = [];
  capabilities: InitializeResult["capabilities"] = {};
  /** The editor's settings by section. */
  #configuration: Record<string, unknown>;

  private constructor(folder: string, entry: string, env: NodeJS.ProcessEnv, configuration: Record<string, unknown>) {
    this.folder = folder;
    this.#configuration = configuration;
    this.#child = fork(entry, ["--node-ipc"], { env, silent: true });
    this.connection = createProtocolConnection(new IPCMessageReader(this.#child), new IPCMessageWriter(this.#child));
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.#published.push(params);
      for (const look of this.#waiting) look();
    });
    this.connection.onNotification(LogMessageNotification.type, ({ message }) => void this.logged.push(message));
    this.connection.onRequest(ConfigurationRequest.type, ({ items }) =>
      items.map(({ section }) => this.#configuration[section ?? ""] ?? null),
    );
    this.connection.onRequest(RegistrationRequest.type, () => {});
    this.connection.listen();
  }

  /**
   * Starts one from the sources; close it in `afterAll`. Home and environment are its own, so that nothing of this machine counts.
   * `configuration` are the editor's settings by section.
   */
  static async start(
    settings: ServerSettings = {},
    env: NodeJS.ProcessEnv = {},
    configuration: Record<string, unknown> = {},
  ): Promise<LanguageServer> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "tuning-fork-language-")));
    const entry = await bundle("../../src/language-server/main.ts", folder, ["sqlite3", "@tensorflow/*"]);
    const environment = { PATH: process.env["PATH"], HOME: folder, ...env };
    const server = new LanguageServer(folder, entry, environment, configuration);
    const { capabilities } = await server.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: { workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } } },
      initializationOptions: { docs: join(root, "docs/config.md"), ...settings } satisfies ServerSettings,
    });
    server.capabilities = capabilities;
    await server.connection.sendNotification(InitializedNotification.type, {});
    return server;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Writes a file of the workspace; returns its path. */
  write(name: string, content: string | Buffer): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  async open(name: string, text: string): Promise<void> {
    const textDocument = { uri: this.uri(name), languageId: "yaml", version: 1, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  /** Replaces the whole text, or a range of it. */
  async change(name: string, version: number, text: string, range?: Range): Promise<void> {
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), version },
      contentChanges: [range ? { range, text } : { text }],
    });
  }

  async save(name: string): Promise<void> {
    await this.connection.sendNotification(DidSaveTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name) },
    });
  }

  async close(name: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name) },
    });
  }

  /** Changes the editor's settings and says so. */
  async configure(configuration: Record<string, unknown>): Promise<void> {
    this.#configuration = configuration;
    await this.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  }

  /** Tells what earlier runs took, as the editor does. */
  async tellHistory(history: readonly FolderHistory[]): Promise<void> {
    await this.connection.sendNotification(HISTORY, history);
  }

  /** All that was published for a document so far, oldest first. */
  published(name: string): PublishDiagnosticsParams[] {
    return this.#published.filter(({ uri }) => uri === this.uri(name));
  }

  /** Waits until what is published last for a document is as wanted. */
  async diagnostics(name: string, wanted: (found: Diagnostic[], version: number) => boolean): Promise<Diagnostic[]> {
    const look = (): Diagnostic[] | undefined => {
      const last = this.published(name).at(-1);
      return last && wanted(last.diagnostics, last.version ?? 0) ? last.diagnostics : undefined;
    };
    return new Promise((done, fail) => {
      const check = (): void => {
        const found = look();
        if (!found) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        done(found);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        const seen = JSON.stringify(this.published(name).at(-1), undefined, 2);
        fail(new Error(`Waited in vain for diagnostics; the last ones: ${seen}\n${this.logged.join("\n")}`));
      }, WAIT_MS);
      this.#waiting.add(check);
      check();
    });
  }

  /** The actions an editor offers at a place. */
  async actions(name: string, range: Range, only?: string[]): Promise<CodeAction[]> {
    const found = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: this.uri(name) },
      range,
      context: { diagnostics: [], ...(only ? { only } : {}) },
    });
    return (found ?? []).filter((one): one is CodeAction => "kind" in one);
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.#child.once("exit", done));
    await this.connection.sendRequest(ShutdownRequest.type).catch(() => {}); // it may have ended already
    this.connection.dispose();
    this.#child.kill();
    await ended;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What a diagnostic says. */
export const textOf = ({ message }: Diagnostic): string => (typeof message === "string" ? message : message.value);

/** A text with the changes of an action made. */
export function edited(text: string, action: CodeAction): string {
  const changes = (action.edit?.documentChanges ?? []).flatMap((change) =>
    "edits" in change ? (change.edits as TextEdit[]) : [],
  );
  return editedBy(text, changes);
}

export function editedBy(text: string, changes: readonly TextEdit[]): string {
  const lines = text.split("\n");
  const offset = ({ line, character }: Range["start"]): number =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return changes
    .map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText }))
    .toSorted((a, b) => b.start - a.start)
    .reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
}

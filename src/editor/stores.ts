import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { UserError } from "../base/errors.ts";
import { STORE_FOLDER } from "../runs/layout.ts";
import type { RunRecord } from "../runs/model.ts";
import { openRuns, openRunsToRead } from "../runs/open.ts";
import { LiveRuns } from "../views/live-runs.ts";
import type { FolderStore, RunRef, Stores } from "./app.ts";

type Change = { folder: vscode.WorkspaceFolder; runs: readonly string[] };

/** Closing waits no longer than this: the editor gives an extension five seconds to go. */
const CLOSE_TIMEOUT_MS = 3000;

/** The stores of the workspace's folders, each opened when first asked for and kept open. */
export class WorkspaceStores implements Stores, vscode.Disposable {
  readonly #report: (error: unknown) => void;
  readonly #open = new Map<string, Promise<FolderStore>>();
  readonly #listeners = new Set<(change: Change) => unknown>();
  readonly #watching = new Map<string, { dispose(): void }>();
  readonly #subscriptions: vscode.Disposable[] = [];

  constructor(report: (error: unknown) => void) {
    this.#report = report;
    const birth = vscode.workspace.createFileSystemWatcher(`**/${STORE_FOLDER}`, false, true, false);
    this.#subscriptions.push(
      birth,
      birth.onDidCreate((uri) => this.#changed(uri)),
      birth.onDidDelete((uri) => void this.#drop(ownFolder(uri))),
      vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        removed.forEach((folder) => void this.#drop(folder));
        for (const folder of added.filter(({ uri }) => uri.scheme === "file")) this.#came(folder);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.folders.forEach((folder) => void this.#drop(folder))),
    );
  }

  get folders(): readonly vscode.WorkspaceFolder[] {
    return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  }

  async open(folder: vscode.WorkspaceFolder): Promise<FolderStore | undefined> {
    // A folder that has left the workspace is asked for once more by those who hear of it.
    const isOurs = this.folders.some(({ uri }) => uri.toString() === folder.uri.toString());
    if (!isOurs || !existsSync(rootOf(folder))) return undefined;
    const store = await this.#opened(folder);
    if (!store.home.store.isEnded) return store;
    await this.#drop(folder);
    return this.#opened(folder);
  }

  async make(folder: vscode.WorkspaceFolder): Promise<FolderStore> {
    if (!vscode.workspace.isTrusted) throw new UserError("untrusted", untrusted());
    const isNew = !existsSync(rootOf(folder));
    const store = await this.#opened(folder);
    if (isNew) this.#tell({ folder, runs: [] });
    return store;
  }

  async all(): Promise<FolderStore[]> {
    // What is wrong with one folder keeps nobody from the others.
    const opened = await Promise.all(
      this.folders.map((folder) =>
        this.open(folder).catch((error: unknown) => {
          this.#report(error);
          return undefined;
        }),
      ),
    );
    return opened.filter((store) => store !== undefined);
  }

  async get({ folder: uri, run: id }: RunRef): Promise<{ store: FolderStore; run: RunRecord }> {
    const folder = this.folders.find((one) => one.uri.toString() === uri);
    const store = folder && (await this.open(folder));
    const run = await store?.home.store.get(id);
    if (store && run) return { store, run };
    throw new UserError("run-not-found", vscode.l10n.t("This run is no longer there."), {
      advice: vscode.l10n.t("Refresh the run explorer."),
    });
  }

  readonly onDidChange: vscode.Event<Change> = (listener, thisArgs?: unknown, disposables?: vscode.Disposable[]) => {
    const bound = (change: Change): unknown => listener.call(thisArgs, change);
    this.#listeners.add(bound);
    void this.all().then((stores) => stores.forEach((store) => this.#watch(store)), this.#report);
    const registration = new vscode.Disposable(() => {
      this.#listeners.delete(bound);
      if (this.#listeners.size === 0) this.#rest();
    });
    disposables?.push(registration);
    return registration;
  };

  /** Closes every store, giving up after a while: what is not closed is closed by the end of the process. */
  async close(): Promise<void> {
    this.dispose();
    const closing = [...this.#open.values()].map(async (opening) => (await opening).home.close());
    this.#open.clear();
    await Promise.race([Promise.allSettled(closing), new Promise((done) => setTimeout(done, CLOSE_TIMEOUT_MS))]);
  }

  dispose(): void {
    this.#listeners.clear();
    this.#rest();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #opened(folder: vscode.WorkspaceFolder): Promise<FolderStore> {
    const key = folder.uri.toString();
    let opening = this.#open.get(key);
    if (!opening) {
      opening = this.#begin(folder);
      this.#open.set(key, opening);
      opening.then(
        (store) => this.#watch(store),
        () => this.#open.delete(key),
      );
    }
    return opening;
  }

  async #begin(folder: vscode.WorkspaceFolder): Promise<FolderStore> {
    const trusted = vscode.workspace.isTrusted;
    const root = rootOf(folder);
    const opening = trusted ? openRuns(root, { worker: true }) : openRunsToRead(root, { worker: true, readOnly: true });
    void vscode.window.withProgress({ location: { viewId: "tuningFork.runs" } }, () => opening.catch(() => undefined));
    const home = await opening;
    for (const warning of home.warnings) this.#report(warning);
    return { folder, home, live: new LiveRuns(home, this.#report, trusted), readOnly: trusted ? null : untrusted() };
  }

  #watch(store: FolderStore): void {
    const key = store.folder.uri.toString();
    if (this.#listeners.size === 0 || this.#watching.has(key)) return;
    const tell = (runs: readonly string[]): void => this.#tell({ folder: store.folder, runs });
    this.#watching.set(key, store.live.watch(tell, "list"));
  }

  #changed(uri: vscode.Uri): void {
    const folder = ownFolder(uri);
    if (folder) this.#came(folder);
  }

  /** A folder that may have runs is there. */
  #came(folder: vscode.WorkspaceFolder): void {
    this.#tell({ folder, runs: [] });
    if (this.#listeners.size > 0) void this.open(folder).catch(this.#report);
  }

  async #drop(folder: vscode.WorkspaceFolder | undefined): Promise<void> {
    if (!folder) return;
    const key = folder.uri.toString();
    const opening = this.#open.get(key);
    this.#open.delete(key);
    this.#watching.get(key)?.dispose();
    this.#watching.delete(key);
    this.#tell({ folder, runs: [] });
    await opening?.then(({ home }) => home.close()).catch(this.#report);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  #rest(): void {
    for (const watching of this.#watching.values()) watching.dispose();
    this.#watching.clear();
  }
}

/** The folder whose own store a path is; undefined of one that lies deeper. */
function ownFolder(uri: vscode.Uri): vscode.WorkspaceFolder | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return folder && rootOf(folder) === uri.fsPath ? folder : undefined;
}

const rootOf = (folder: vscode.WorkspaceFolder): string => join(folder.uri.fsPath, STORE_FOLDER);

const untrusted = (): string =>
  vscode.l10n.t("This workspace is not trusted: runs are shown, but nothing is started or changed.");

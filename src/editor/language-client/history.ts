import * as vscode from "vscode";
import type { FolderHistory } from "../../language-server/history.ts";
import { join } from "node:path";
import { STORE_FOLDER } from "../../runs/layout.ts";
import { isTerminal } from "../../runs/model.ts";
import { recordedRuns } from "../../runs/recorded-peaks.ts";
import { pacesMark } from "../../runs/smoke/paces.ts";
import type { Stores } from "../app.ts";
import type { RunLists } from "../explorer/run-lists.ts";

/** What earlier runs are known from. */
export interface RunSources {
  readonly stores: Stores;
  readonly lists: RunLists;
}

/** Tells a language server what earlier runs of each folder took, at its start and again when other runs have ended. */
export class RunHistory implements vscode.Disposable {
  readonly #sources: RunSources;
  readonly #send: (told: FolderHistory[]) => Promise<void>;
  readonly #report: (error: unknown) => void;
  readonly #subscription: vscode.Disposable;
  /** Which runs were told: to read them costs too much to do it at each of their steps. */
  #told = "";
  #work: Promise<void> = Promise.resolve();

  constructor(sources: RunSources, send: (told: FolderHistory[]) => Promise<void>, report: (error: unknown) => void) {
    this.#sources = sources;
    this.#send = send;
    this.#report = report;
    this.#subscription = sources.lists.onDidChange(() => this.#look());
  }

  /** Tells everything to a server that has just begun. */
  begin(): void {
    this.#told = "";
    this.#look();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #look(): void {
    this.#work = this.#work.then(() => this.#tell()).catch(this.#report);
  }

  async #tell(): Promise<void> {
    const ended = this.#ended();
    if (ended === this.#told) return;
    this.#told = ended;
    const stores = await this.#sources.stores.all();
    const told = stores.map(async ({ folder, home }) => ({
      folder: folder.uri.fsPath,
      runs: await recordedRuns(home),
    }));
    await this.#send(await Promise.all(told));
  }

  /** Which runs have ended, and which smoke runs are remembered. */
  #ended(): string {
    const { lists, stores } = this.#sources;
    const ended = lists.all
      .filter(({ item }) => isTerminal(item.state))
      .map(({ folder, item }) => [folder.uri.toString(), item.id, item.state, item.name]);
    return JSON.stringify([ended, stores.folders.map(({ uri }) => pacesMark(join(uri.fsPath, STORE_FOLDER)))]);
  }
}

import * as vscode from "vscode";
import { sentenceOf } from "../../base/errors.ts";
import { isTerminal, type RunListItem } from "../../runs/model.ts";
import { parseFilter } from "../../store/filter.ts";
import type { FolderStore, Stores } from "../app.ts";

/** A run of a folder, as lists know it. */
export interface ListedRun {
  readonly folder: vscode.WorkspaceFolder;
  readonly item: RunListItem;
}

interface FolderList {
  folder: vscode.WorkspaceFolder;
  /** Newest first, those in the trash included. */
  items: RunListItem[];
  /** Ids that match the filter; undefined = no filter. */
  matching: Set<string> | undefined;
}

/** With more changed runs than this, one list costs less than asking for each. */
const SINGLE_ASKS = 20;

/**
 * The runs of every folder, kept up to date: read whole once, afterwards only what changed. What the explorer, the status
 * bar, notifications and lenses show comes from here, so that none of them reads for itself.
 */
export class RunLists implements vscode.Disposable {
  readonly #stores: Stores;
  readonly #report: (error: unknown) => void;
  readonly #lists = new Map<string, FolderList>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #pending = new Map<string, { folder: vscode.WorkspaceFolder; runs: Set<string>; whole: boolean }>();
  #subscription: vscode.Disposable | undefined;
  #updating: Promise<void> | undefined;
  #filter = "";
  /** Why folders could not be read. */
  readonly #problems = new Map<string, string>();
  #isRead = false;

  constructor(stores: Stores, report: (error: unknown) => void) {
    this.#stores = stores;
    this.#report = report;
  }

  /** Begins to read and to listen; again = nothing. */
  start(): Promise<void> {
    this.#subscription ??= this.#stores.onDidChange(({ folder, runs }) => this.#mark(folder, runs));
    return this.refresh();
  }

  /** Reads everything anew. */
  async refresh(): Promise<void> {
    for (const folder of this.#stores.folders) this.#mark(folder, []);
    await this.#updating;
    if (this.#isRead) return;
    // A workspace without folders is read at once.
    this.#isRead = true;
    this.#changed.fire();
  }

  /** Whether every folder has been read, or could not be. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Why folders could not be read, a sentence each. */
  get problems(): string[] {
    return [...new Set(this.#problems.values())];
  }

  get filter(): string {
    return this.#filter;
  }

  /** Shows only what matches; throws the parser's `UserError` for what is no filter. */
  async setFilter(filter: string): Promise<void> {
    parseFilter(filter);
    this.#filter = filter;
    await this.refresh();
  }

  /** Every run, whatever the filter says, without the trash. */
  get all(): ListedRun[] {
    return this.#flat((list) => list.items.filter(({ trashed }) => !trashed));
  }

  /** Whether there is any run in the trash, or out of it, whatever the filter says. */
  has(trash: boolean): boolean {
    return [...this.#lists.values()].some(({ items }) => items.some(({ trashed }) => trashed === trash));
  }

  /** What the explorer shows. */
  shown(trash: boolean): ListedRun[] {
    return this.#flat(({ items, matching }) =>
      items.filter(({ id, trashed }) => trashed === trash && (!matching || matching.has(id))),
    );
  }

  /** How many runs the filter hides. */
  hidden(trash: boolean): number {
    return (
      this.#flat(({ items }) => items.filter(({ trashed }) => trashed === trash)).length - this.shown(trash).length
    );
  }

  get live(): ListedRun[] {
    return this.all.filter(({ item }) => !isTerminal(item.state) && item.state !== "queued");
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#changed.dispose();
  }

  #flat(part: (list: FolderList) => RunListItem[]): ListedRun[] {
    return [...this.#lists.values()].flatMap((list) => part(list).map((item) => ({ folder: list.folder, item })));
  }

  #mark(folder: vscode.WorkspaceFolder, runs: readonly string[]): void {
    const key = folder.uri.toString();
    const pending = this.#pending.get(key) ?? { folder, runs: new Set<string>(), whole: false };
    for (const run of runs) pending.runs.add(run);
    pending.whole ||= runs.length === 0 || pending.runs.size > SINGLE_ASKS;
    this.#pending.set(key, pending);
    this.#updating ??= this.#update().finally(() => (this.#updating = undefined));
  }

  async #update(): Promise<void> {
    while (this.#pending.size > 0) {
      const batch = [...this.#pending.values()];
      this.#pending.clear();
      for (const { folder, runs, whole } of batch) {
        const key = folder.uri.toString();
        try {
          await this.#read(folder, whole ? undefined : runs);
          this.#problems.delete(key);
        } catch (error) {
          this.#problems.set(key, sentenceOf(error));
          this.#report(error);
        }
      }
      this.#isRead = true;
      this.#changed.fire();
    }
  }

  async #read(folder: vscode.WorkspaceFolder, runs: ReadonlySet<string> | undefined): Promise<void> {
    const key = folder.uri.toString();
    const store = await this.#stores.open(folder);
    const list = this.#lists.get(key);
    if (!store) this.#lists.delete(key);
    else if (list && runs) for (const run of runs) await this.#patch(list, store, run);
    else this.#lists.set(key, await this.#whole(store));
  }

  async #whole({ folder, home: { store } }: FolderStore): Promise<FolderList> {
    const items = await store.list({ trashed: true });
    const filter = this.#filter;
    const matches = filter === "" ? undefined : await store.list({ filter, trashed: true });
    return { folder, items, matching: matches && new Set(matches.map(({ id }) => id)) };
  }

  async #patch(list: FolderList, { home: { store } }: FolderStore, id: string): Promise<void> {
    const record = await store.get(id);
    const at = list.items.findIndex((item) => item.id === id);
    if (!record) {
      if (at >= 0) list.items.splice(at, 1);
      return;
    }
    if (at >= 0) list.items[at] = record;
    else {
      const before = list.items.findIndex(({ createdMs }) => createdMs <= record.createdMs);
      list.items.splice(before < 0 ? list.items.length : before, 0, record);
    }
    if (!list.matching) return;
    if (parseFilter(this.#filter).matches(record, record.config)) list.matching.add(id);
    else list.matching.delete(id);
  }
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { sentenceOf } from "../base/errors.ts";
import { STORE_FOLDER } from "../runs/layout.ts";
import type { RunListItem } from "../runs/model.ts";
import type { RunState } from "../journal/events.ts";
import { openStore } from "../store/open-store.ts";
import type { RunStore } from "../store/port.ts";

/** Theme icon and colour of each state (pages.md §1). */
const ICONS: Record<RunState, [icon: string, colour: string]> = {
  queued: ["history", "testing.iconQueued"],
  preparing: ["loading", "charts.blue"],
  running: ["loading", "charts.blue"],
  stalled: ["warning", "editorWarning.foreground"],
  stopping: ["loading", "charts.blue"],
  finished: ["pass", "testing.iconPassed"],
  failed: ["error", "testing.iconFailed"],
  crashed: ["error", "testing.iconFailed"],
  stopped: ["circle-slash", "descriptionForeground"],
  lost: ["question", "descriptionForeground"],
};

/** The run explorer: the runs of every workspace folder that has a store, newest first. */
export class RunTree implements vscode.TreeDataProvider<RunListItem>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly folders: string[];
  private readonly stores = new Map<string, Promise<RunStore>>();

  constructor(folders: string[]) {
    this.folders = folders;
  }

  refresh(): void {
    this.changed.fire();
  }

  getTreeItem(run: RunListItem): vscode.TreeItem {
    const item = new vscode.TreeItem(run.name);
    const [icon, colour] = ICONS[run.state];
    item.id = run.id;
    item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(colour));
    item.description = run.cause || run.state;
    return item;
  }

  async getChildren(parent?: RunListItem): Promise<RunListItem[]> {
    if (parent) return [];
    const roots = this.folders.map((folder) => join(folder, STORE_FOLDER)).filter((root) => existsSync(root));
    const lists = await Promise.all(roots.map((root) => this.list(root)));
    return lists.flat().sort((a, b) => b.createdMs - a.createdMs);
  }

  dispose(): void {
    this.changed.dispose();
    for (const store of this.stores.values()) void store.then((open) => open.close());
  }

  private async list(root: string): Promise<RunListItem[]> {
    try {
      let store = this.stores.get(root);
      if (!store) this.stores.set(root, (store = openStore(root, { worker: true })));
      const open = await store;
      await open.sync();
      return await open.list();
    } catch (error) {
      this.stores.delete(root);
      void vscode.window.showErrorMessage(vscode.l10n.t("Tuning Fork could not read its runs: {0}", sentenceOf(error)));
      return [];
    }
  }
}

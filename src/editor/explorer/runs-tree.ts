import * as vscode from "vscode";
import { GROUPINGS, groupRuns, type Grouping } from "../../views/explorer/group.ts";
import type { App } from "../app.ts";
import { RunsDrag } from "./drag.ts";
import { folderItem, groupItem, type GroupNode } from "./group-node.ts";
import { keyedRuns } from "./keyed-runs.ts";
import type { ListedRun, RunLists } from "./run-lists.ts";
import { runItem, RunNode, type ExplorerNode } from "./run-node.ts";

const GROUPING = "runs.grouping";
const FILTER = "runs.filter";
/** The tree is drawn anew at most this often: live figures change twice a second at most. */
const REDRAW_MS = 500;

/** The run explorer. */
export class RunsTree implements vscode.TreeDataProvider<ExplorerNode>, vscode.Disposable {
  readonly view: vscode.TreeView<ExplorerNode>;
  readonly #app: App;
  readonly #lists: RunLists;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];
  readonly #nodes = new Map<string, RunNode>();
  #timer: NodeJS.Timeout | undefined;
  #trash = false;

  constructor(app: App, lists: RunLists) {
    this.#app = app;
    this.#lists = lists;
    this.view = vscode.window.createTreeView("tuningFork.runs", {
      treeDataProvider: this,
      dragAndDropController: new RunsDrag(),
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.#subscriptions = [
      this.view,
      this.#changed,
      lists.onDidChange(() => this.#redrawSoon()),
      app.choices.onDidChange(() => this.#redrawSoon()),
      this.view.onDidChangeVisibility(({ visible }) => visible && this.#redrawSoon()),
    ];
  }

  /** Shows the tree with the filter of last time. */
  async begin(): Promise<void> {
    const filter = this.#app.context.workspaceState.get<string>(FILTER, "");
    await this.#lists.start();
    if (filter !== "") await this.filter(filter).catch(() => this.filter(""));
  }

  get grouping(): Grouping {
    const kept = this.#app.context.workspaceState.get<string>(GROUPING);
    return GROUPINGS.find((one) => one === kept) ?? "state";
  }

  async group(grouping: Grouping): Promise<void> {
    await this.#app.context.workspaceState.update(GROUPING, grouping);
    this.#changed.fire();
  }

  /** Shows only runs that match; an empty text shows all. Throws the parser's `UserError`. */
  async filter(filter: string): Promise<void> {
    await this.#lists.setFilter(filter);
    await this.#app.context.workspaceState.update(FILTER, filter || undefined);
    await vscode.commands.executeCommand("setContext", "tuningFork.filtered", filter !== "");
    this.#redraw();
  }

  async showTrash(trash: boolean): Promise<void> {
    this.#trash = trash;
    await vscode.commands.executeCommand("setContext", "tuningFork.trashShown", trash);
    this.#redraw();
  }

  /** Selects a run in the tree if the tree is shown. */
  async reveal(run: string): Promise<void> {
    const node = [...this.#nodes.values()].find(({ ref }) => ref.run === run);
    if (node && this.view.visible) await this.view.reveal(node, { select: true, focus: false });
  }

  /** What a key pressed in the explorer is about. */
  keyed(): Promise<RunNode[]> {
    return keyedRuns(this.view);
  }

  getTreeItem(node: ExplorerNode): vscode.TreeItem {
    if (node.kind === "folder") return folderItem(node);
    if (node.kind === "group") return groupItem(node);
    const baseline = this.#app.choices.baseline(node.listed.folder);
    return runItem(node, this.grouping, baseline === node.listed.item.id);
  }

  getChildren(parent?: ExplorerNode): ExplorerNode[] {
    if (!parent) return this.#roots();
    if (parent.kind === "folder") return this.#groups(parent.folder);
    return parent.kind === "group" ? this.#runs(parent) : [];
  }

  getParent(node: ExplorerNode): ExplorerNode | undefined {
    if (node.kind === "run") return node.parent;
    return node.kind === "group" && node.folder ? { kind: "folder", folder: node.folder } : undefined;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #roots(): ExplorerNode[] {
    const folders = this.#app.stores.folders;
    const [only] = folders;
    if (folders.length <= 1) return only ? this.#groups(undefined) : [];
    const withRuns = new Set(this.#lists.shown(this.#trash).map(({ folder }) => folder.uri.toString()));
    return folders
      .filter(({ uri }) => withRuns.has(uri.toString()))
      .map((folder): ExplorerNode => ({ kind: "folder", folder }));
  }

  #groups(folder: vscode.WorkspaceFolder | undefined): ExplorerNode[] {
    const runs = this.#listed(folder).map(({ item }) => item);
    const grouping = this.#trash ? "none" : this.grouping;
    const groups = groupRuns(runs, grouping, Date.now()).map((group): GroupNode => ({ kind: "group", group, folder }));
    const [only] = groups;
    return grouping === "none" && only ? this.#runs(only) : groups;
  }

  #runs(parent: GroupNode): RunNode[] {
    const ids = new Set(parent.group.runs.map(({ id }) => id));
    const listed = new Map(
      this.#listed(parent.folder)
        .filter(({ item }) => ids.has(item.id))
        .map((one) => [one.item.id, one]),
    );
    return parent.group.runs.flatMap(({ id }) => {
      const one = listed.get(id);
      return one ? [this.#node(one, parent)] : [];
    });
  }

  #node(listed: ListedRun, parent: GroupNode): RunNode {
    const node = new RunNode(listed, parent.group.id === "all" ? undefined : parent);
    this.#nodes.set(`${parent.group.id}/${node.ref.folder}/${node.ref.run}`, node);
    return node;
  }

  #listed(folder: vscode.WorkspaceFolder | undefined): ListedRun[] {
    const shown = this.#lists.shown(this.#trash);
    return folder ? shown.filter((one) => one.folder.uri.toString() === folder.uri.toString()) : shown;
  }

  #redrawSoon(): void {
    this.#timer ??= setTimeout(() => this.#redraw(), REDRAW_MS);
  }

  #redraw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#nodes.clear();
    const live = this.#lists.live.length;
    this.view.badge = live === 0 ? undefined : { value: live, tooltip: vscode.l10n.t("{0} running", live) };
    void vscode.commands.executeCommand("setContext", "tuningFork.liveRuns", live);
    void vscode.commands.executeCommand(
      "setContext",
      "tuningFork.hasRuns",
      this.#lists.has(false) || this.#lists.has(true),
    );
    const isRead = this.#lists.isRead && this.#lists.problems.length === 0;
    void vscode.commands.executeCommand("setContext", "tuningFork.isRead", isRead);
    this.view.message = this.#message() ?? "";
    if (this.view.visible) this.#changed.fire();
  }

  #message(): string | undefined {
    const { filter, problems } = this.#lists;
    if (problems.length > 0) return problems.join(" ");
    const hidden = filter === "" ? 0 : this.#lists.hidden(this.#trash);
    if (filter !== "" && this.#lists.shown(this.#trash).length === 0)
      return vscode.l10n.t("No run matches “{0}”. {1} are hidden.", filter, hidden);
    if (filter !== "") return vscode.l10n.t("Filter “{0}”: {1} hidden", filter, hidden);
    if (!this.#trash)
      return !this.#lists.has(false) && this.#lists.has(true) ? vscode.l10n.t("All runs are in the trash.") : undefined;
    return this.#lists.shown(true).length === 0
      ? vscode.l10n.t("The trash is empty.")
      : vscode.l10n.t("Runs in the trash");
  }
}

import { basename } from "node:path";
import * as vscode from "vscode";
import { formatDelta } from "../../base/format.ts";
import { fromJsonNumber } from "../../base/numbers.ts";
import { higherIsBetter } from "../../config/metrics.ts";
import { headlineOf } from "../../runs/headline.ts";
import { isTerminal, type RunListItem } from "../../runs/model.ts";
import { progressText, resultText } from "../../views/explorer/describe.ts";
import type { App } from "../app.ts";
import { CONFIG_PATTERN, findConfigs } from "../config-files/config-files.ts";
import type { RunLists } from "./run-lists.ts";
import { stateIcon } from "./run-node.ts";

/** A config file of the workspace. */
export interface ConfigNode {
  readonly uri: vscode.Uri;
}

/** Every config of the workspace with what came out last. Files are looked for while the view is shown. */
export class ConfigsTree implements vscode.TreeDataProvider<ConfigNode>, vscode.Disposable {
  readonly #app: App;
  readonly #lists: RunLists;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #subscriptions: vscode.Disposable[];

  constructor(app: App, lists: RunLists) {
    this.#app = app;
    this.#lists = lists;
    const files = vscode.workspace.createFileSystemWatcher(CONFIG_PATTERN, false, true, false);
    const view = vscode.window.createTreeView("tuningFork.configs", { treeDataProvider: this });
    const redraw = (): void => {
      if (view.visible) this.#changed.fire();
    };
    this.#subscriptions = [
      files,
      view,
      this.#changed,
      files.onDidCreate(redraw),
      files.onDidDelete(redraw),
      lists.onDidChange(redraw),
      app.choices.onDidChange(redraw),
      view.onDidChangeVisibility(redraw),
    ];
  }

  async getChildren(parent?: ConfigNode): Promise<ConfigNode[]> {
    if (parent) return [];
    const { configs } = await findConfigs();
    return configs.map((uri) => ({ uri }));
  }

  getTreeItem({ uri }: ConfigNode): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.workspace.asRelativePath(uri));
    const runs = this.#lists.all.filter((one) => one.item.configFile === uri.fsPath).map((one) => one.item);
    const live = runs.find(({ state }) => !isTerminal(state));
    item.id = uri.toString();
    item.resourceUri = uri;
    item.iconPath = live ? stateIcon(live.state) : new vscode.ThemeIcon("settings");
    item.description = live ? progressText(live) : this.#last(uri, runs);
    item.contextValue = ",config,";
    item.command = { command: "vscode.open", title: vscode.l10n.t("Open"), arguments: [uri] };
    item.accessibilityInformation = {
      label: vscode.l10n.t("Config {0}, {1}", basename(uri.fsPath), item.description ?? ""),
    };
    return item;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** The newest result, and whether it is better than the baseline's. */
  #last(uri: vscode.Uri, runs: readonly RunListItem[]): string {
    const last = runs.find((run) => headlineOf(run));
    if (!last) return runs.length === 0 ? vscode.l10n.t("not run yet") : vscode.l10n.t("no result yet");
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    const baseline = folder && this.#app.choices.baseline(folder);
    const reference = this.#lists.all.find(({ item }) => item.id === baseline)?.item;
    return [resultText(last), reference && comparedWith(last, reference)].filter(Boolean).join(" ");
  }
}

/** `▲ +0.0027`, the triangle by the metric's goal; undefined when the two cannot be compared. */
export function comparedWith(run: RunListItem, reference: RunListItem): string | undefined {
  const [mine, other] = [headlineOf(run), headlineOf(reference)];
  if (!mine || !other || mine.metric !== other.metric || run.id === reference.id) return undefined;
  const [value, base] = [fromJsonNumber(mine.value), fromJsonNumber(other.value)];
  if (value === undefined || base === undefined || !Number.isFinite(value - base)) return undefined;
  const isBetter = higherIsBetter(mine.metric) ? value > base : value < base;
  return `${isBetter ? "▲" : "▽"} ${formatDelta(value, base, mine.metric)}`;
}

import * as vscode from "vscode";
import { formatDuration, formatPercent } from "../../base/format.ts";
import { etaOf, shareDone } from "../../views/explorer/describe.ts";
import { PREFIX } from "../commands/specs.ts";
import type { RunLists } from "../explorer/run-lists.ts";

/** One item while something runs: how many, how far the newest is, how long it needs. Nothing otherwise. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("tuningFork.live", vscode.StatusBarAlignment.Left, 10);
  readonly #lists: RunLists;
  readonly #subscription: vscode.Disposable;

  constructor(lists: RunLists) {
    this.#lists = lists;
    this.#item.name = vscode.l10n.t("Fine-tunes");
    this.#subscription = lists.onDidChange(() => this.#update());
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #update(): void {
    const { live } = this.#lists;
    const [newest] = live;
    if (!newest) return this.#item.hide();
    const { item, folder } = newest;
    const share = shareDone(item);
    const etaMs = etaOf(item);
    const parts = [
      vscode.l10n.t("{0} running", live.length),
      ...(share === undefined || item.progress.step === 0 ? [] : [formatPercent(share)]),
      ...(etaMs === null ? [] : [vscode.l10n.t("{0} left", formatDuration(etaMs))]),
    ];
    this.#item.text = `$(sync~spin) ${parts.join(" · ")}`;
    this.#item.tooltip = live.map(({ item: { name } }) => name).join("\n");
    this.#item.accessibilityInformation = { label: parts.join(", ") };
    this.#item.command =
      live.length === 1
        ? { command: `${PREFIX}openRun`, title: "", arguments: [{ folder: folder.uri.toString(), run: item.id }] }
        : { command: "tuningFork.runs.focus", title: "" };
    this.#item.show();
  }
}

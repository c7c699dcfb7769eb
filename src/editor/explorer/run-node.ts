import * as vscode from "vscode";
import { formatInstant, formatSteps } from "../../base/format.ts";
import type { RunState } from "../../journal/events.ts";
import { stateWord } from "../../runs/state-word.ts";
import { abilitiesOf } from "../../views/explorer/abilities.ts";
import { factOf, resultText } from "../../views/explorer/describe.ts";
import type { RunRef } from "../app.ts";
import { PREFIX } from "../commands/specs.ts";
import type { FolderNode, GroupNode } from "./group-node.ts";
import type { ListedRun } from "./run-lists.ts";

/** Theme icon and colour of each state. */
const ICONS: Record<RunState, [icon: string, colour: string]> = {
  queued: ["history", "testing.iconQueued"],
  preparing: ["loading~spin", "charts.blue"],
  running: ["loading~spin", "charts.blue"],
  stalled: ["warning", "editorWarning.foreground"],
  stopping: ["loading~spin", "charts.blue"],
  finished: ["pass", "testing.iconPassed"],
  failed: ["error", "testing.iconFailed"],
  crashed: ["error", "testing.iconFailed"],
  stopped: ["circle-slash", "descriptionForeground"],
  lost: ["question", "descriptionForeground"],
};

/** A run in the explorer. */
export class RunNode {
  readonly kind = "run";
  readonly listed: ListedRun;
  readonly ref: RunRef;
  /** Undefined where runs are not grouped. */
  readonly parent: GroupNode | undefined;

  constructor(listed: ListedRun, parent: GroupNode | undefined) {
    this.listed = listed;
    this.parent = parent;
    this.ref = { folder: listed.folder.uri.toString(), run: listed.item.id };
  }
}

export type ExplorerNode = GroupNode | FolderNode | RunNode;

/** The state's icon; it turns only where motion is wanted (the editor stops it with its reduced motion setting). */
export function stateIcon(state: RunState): vscode.ThemeIcon {
  const [icon, colour] = ICONS[state];
  return new vscode.ThemeIcon(icon, new vscode.ThemeColor(colour));
}

export function runItem(node: RunNode, group: string, isBaseline: boolean): vscode.TreeItem {
  const { item: run } = node.listed;
  const item = new vscode.TreeItem(run.name);
  const fact = factOf(run);
  item.id = `${group}/${node.ref.folder}/${run.id}`;
  item.iconPath = stateIcon(run.state);
  item.description = `${run.starred ? "★ " : ""}${fact}`;
  item.tooltip = tooltip(run, isBaseline);
  item.contextValue = `,run,${abilitiesOf(run, isBaseline).join(",")},`;
  item.command = { command: `${PREFIX}openRun`, title: vscode.l10n.t("Open"), arguments: [node] };
  item.accessibilityInformation = { label: vscode.l10n.t("{0}, {1}, {2}", run.name, stateWord(run.state), fact) };
  return item;
}

function tooltip(run: ListedRun["item"], isBaseline: boolean): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  const line = (words: string): void => void text.appendText(words).appendMarkdown("  \n");
  text.appendMarkdown("**").appendText(run.name).appendMarkdown("**  \n");
  line(run.cause ? `${stateWord(run.state)}: ${run.cause}` : stateWord(run.state));
  line(formatSteps(run.progress.step, run.progress.total));
  const result = resultText(run);
  if (result) line(vscode.l10n.t("Best {0}", result));
  if (run.model) line([run.model, run.method, run.task].filter((part) => part !== "").join(", "));
  line(vscode.l10n.t("Started {0}", formatInstant(run.startedMs ?? run.createdMs)));
  if (run.endedMs !== null) line(vscode.l10n.t("Ended {0}", formatInstant(run.endedMs)));
  if (run.tags.length > 0) line(vscode.l10n.t("Tags {0}", run.tags.join(", ")));
  if (isBaseline) line(vscode.l10n.t("Baseline of this folder"));
  if (run.note) text.appendMarkdown("\n---\n").appendText(run.note);
  return text;
}

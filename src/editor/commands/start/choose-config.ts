import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { formatPast } from "../../../base/format.ts";
import { isTerminal, type RunListItem } from "../../../runs/model.ts";
import { stateWord } from "../../../runs/state-word.ts";
import { progressText, resultText } from "../../../views/explorer/describe.ts";
import { findConfigs, isConfigFile } from "../../config-files/config-files.ts";
import type { RunLists } from "../../explorer/run-lists.ts";
import { pick } from "../../quick/steps.ts";
import type { ConfigTarget } from "../register.ts";

interface ConfigItem extends vscode.QuickPickItem {
  uri: vscode.Uri;
}

/** The file of what a command was called on; the config in front when it was called on nothing. */
export function configOf(target: ConfigTarget | undefined): vscode.Uri | undefined {
  if (target) return target instanceof vscode.Uri ? target : target.uri;
  const active = vscode.window.activeTextEditor?.document.uri;
  return active && isConfigFile(active) ? active : undefined;
}

/** The config that is meant: the only one, or the person's choice. `none` when there is no config in the workspace. */
export async function chooseConfig(
  lists: Pick<RunLists, "all">,
  title: string,
): Promise<vscode.Uri | "none" | undefined> {
  const { configs, complete } = await findConfigs();
  const [only] = configs;
  if (!only) return "none";
  if (configs.length === 1) return only;
  const placeholder = complete
    ? vscode.l10n.t("Choose a config")
    : vscode.l10n.t("Choose a config; only the first {0} are listed", configs.length);
  const chosen = await pick<ConfigItem>({ title, items: itemsOf(lists, configs), placeholder });
  return typeof chosen === "object" ? chosen.value.uri : undefined;
}

function itemsOf(lists: Pick<RunLists, "all">, configs: readonly vscode.Uri[]): ConfigItem[] {
  const last = lastRuns(lists);
  return configs.map((uri) => {
    const run = last.get(uri.fsPath);
    const isLive = run !== undefined && !isTerminal(run.state);
    const folder = vscode.workspace.asRelativePath(dirname(uri.fsPath));
    return {
      label: `$(${isLive ? "sync" : "file-code"}) ${basename(uri.fsPath)}`,
      description: folder === dirname(uri.fsPath) ? "" : folder,
      detail: run ? runText(run) : vscode.l10n.t("Not started yet"),
      uri,
    };
  });
}

/** `f1_macro 0.9168 · 2h ago`, `Running: 74 % · 3m 06s`. */
function runText(run: RunListItem): string {
  if (!isTerminal(run.state)) return vscode.l10n.t("Running: {0}", progressText(run));
  return `${resultText(run) ?? stateWord(run.state)} · ${formatPast(run.createdMs, Date.now())}`;
}

/** The newest run of each config, by its absolute path; lists have the newest first. */
function lastRuns(lists: Pick<RunLists, "all">): Map<string, RunListItem> {
  const last = new Map<string, RunListItem>();
  for (const { item } of lists.all) if (!last.has(item.configFile)) last.set(item.configFile, item);
  return last;
}

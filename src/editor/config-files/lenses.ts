import * as vscode from "vscode";
import { formatPercent } from "../../base/format.ts";
import { isTerminal, type RunListItem } from "../../runs/model.ts";
import { stateWord } from "../../runs/state-word.ts";
import { resultText, shareDone } from "../../views/explorer/describe.ts";
import { trendOf } from "../../views/explorer/trend.ts";
import type { App, RunRef } from "../app.ts";
import { PREFIX, type CommandName } from "../commands/specs.ts";
import { comparedWith } from "../explorer/configs-tree.ts";
import type { ListedRun, RunLists } from "../explorer/run-lists.ts";
import { configProblems } from "./problems.ts";

/** A lens in words: title, tooltip, command and its arguments. */
export interface LensWords {
  title: string;
  tooltip?: string;
  command: string;
  args: unknown[];
}

const lens = (title: string, name: CommandName, args: unknown[], tooltip?: string): LensWords => ({
  title,
  command: PREFIX + name,
  args,
  ...(tooltip === undefined ? {} : { tooltip }),
});

/** What stands above a config: how to start it, or how its run goes; how to check it; what was wrong with it; what came out last. */
export function lensesFor(app: Pick<App, "choices">, lists: RunLists, uri: vscode.Uri): LensWords[] {
  const runs = lists.all.filter(({ item }) => item.configFile === uri.fsPath);
  const live = runs.filter(({ item }) => !isTerminal(item.state));
  const running = live.flatMap((one) => [
    lens(runningText(one.item, live.length > 1), "openRun", [refOf(one)], one.item.name),
    one.item.state === "stopping"
      ? lens(vscode.l10n.t("Stop now"), "stopRunNow", [refOf(one)])
      : lens(vscode.l10n.t("Stop"), "stopRun", [refOf(one)]),
  ]);
  const last = runs.find(({ item }) => isTerminal(item.state));
  const result = last && [lens(lastText(app, lists, last), "openRun", [refOf(last)], last.item.name)];
  return [
    ...(running.length > 0 ? running : startLenses(uri)),
    lens(
      vscode.l10n.t("Validate"),
      "validateConfig",
      [uri],
      vscode.l10n.t("Check the config, its data, its model and this machine"),
    ),
    lens(
      vscode.l10n.t("Estimate"),
      "estimateConfig",
      [uri],
      vscode.l10n.t("Steps, time, disk and memory this config needs"),
    ),
    ...errorLens(uri),
    ...(result ?? []),
    ...trendLens(runs),
  ];
}

/** The bars of the last results; pressed, those runs are compared. */
function trendLens(runs: readonly ListedRun[]): LensWords[] {
  const trend = trendOf(runs.map(({ item }) => item).filter(({ state }) => isTerminal(state)));
  if (!trend) return [];
  const refs = runs.filter(({ item }) => trend.runs.includes(item.id)).map(refOf);
  return [lens(trend.bars, "compareRuns", [refs[0], refs], trend.words)];
}

const refOf = ({ folder, item }: ListedRun): RunRef => ({ folder: folder.uri.toString(), run: item.id });

function startLenses(uri: vscode.Uri): LensWords[] {
  if (!vscode.workspace.isTrusted) {
    return [{ title: vscode.l10n.t("Trust this folder to start"), command: "workbench.trust.manage", args: [] }];
  }
  return [
    lens(`$(play) ${vscode.l10n.t("Start fine-tune")}`, "startFineTune", [uri]),
    lens(vscode.l10n.t("Start with overrides…"), "startWithOverrides", [uri]),
  ];
}

function errorLens(uri: vscode.Uri): LensWords[] {
  const errors = configProblems().errors(uri);
  if (errors === 0) return [];
  const title = errors === 1 ? vscode.l10n.t("1 error") : vscode.l10n.t("{0} errors", errors);
  return [{ title: `$(error) ${title}`, command: "workbench.actions.view.problems", args: [] }];
}

/** `Running 74 %`; with its name where several run. */
function runningText(run: RunListItem, isNamed: boolean): string {
  const share = shareDone(run);
  const name = isNamed ? `${run.name}: ` : "";
  if (run.state !== "running" || share === undefined) return `$(sync) ${name}${sentenceCase(stateWord(run.state))}`;
  return `$(sync) ${name}${vscode.l10n.t("Running {0}", formatPercent(share))}`;
}

const sentenceCase = (word: string): string => word.charAt(0).toLocaleUpperCase() + word.slice(1);

/** `Last: f1_macro 0.9141 ▲ +0.0027`, or how it ended where it measured nothing. */
function lastText({ choices }: Pick<App, "choices">, lists: RunLists, last: RunLists["all"][number]): string {
  const baseline = choices.baseline(last.folder);
  const reference = lists.all.find(({ item }) => item.id === baseline)?.item;
  const compared = reference ? comparedWith(last.item, reference) : undefined;
  const result = resultText(last.item) ?? stateWord(last.item.state);
  return vscode.l10n.t("Last: {0}", compared === undefined ? result : `${result} ${compared}`);
}

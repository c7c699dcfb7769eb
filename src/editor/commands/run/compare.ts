import { existsSync } from "node:fs";
import { basename } from "node:path";
import * as vscode from "vscode";
import { stringify } from "yaml";
import { UserError } from "../../../base/errors.ts";
import { runFile } from "../../../runs/layout.ts";
import type { RunRecord } from "../../../runs/model.ts";
import type { App } from "../../app.ts";
import { showCodeDiff } from "../../code-diff/code-diff.ts";
import { showTexts } from "../../code-diff/texts.ts";
import { pickRun, pickRuns } from "../../quick/pick-runs.ts";
import type { Handlers, RunTarget } from "../register.ts";
import { oneRun, refOf, refsOf, type Meant } from "./targets.ts";

type CompareCommands = "compareRuns" | "setBaseline" | "clearBaseline" | "diffCode" | "diffConfig";

/** Commands that lay runs beside each other. */
export const compareHandlers: Pick<Handlers, CompareCommands> = {
  compareRuns: async (app, target, selected) => {
    const given = refsOf(target, selected);
    if (given.length > 1) return app.panels.compare(given);
    const first = given[0] ?? app.panels.active;
    const title = vscode.l10n.t("Compare");
    const others = await pickRuns(app, first ? { title, folder: first.folder, without: [first.run] } : { title });
    const all = [...(first ? [first] : []), ...others];
    if (others.length > 0) await app.panels.compare(all);
  },
  setBaseline: async (app, target) => {
    const meant = await oneRun(app, target, vscode.l10n.t("Choose the baseline"));
    if (meant) await app.choices.setBaseline(meant.store.folder, meant.run.id);
  },
  clearBaseline: async (app, target) => {
    const uri = target && ("ref" in target ? target.ref.folder : target.folder);
    const folders = app.stores.folders.filter((folder) => uri === undefined || folder.uri.toString() === uri);
    for (const folder of folders) await app.choices.setBaseline(folder, undefined);
  },
  diffCode: async (app, target, selected, path) => {
    const pair = await twoRuns(app, target, selected, vscode.l10n.t("Compare the code of two runs"));
    if (pair) await showCodeDiff(pair[0].run, pair[1].run, path);
  },
  diffConfig: (app, target, selected) => diffConfig(app, target, selected),
};

/** Two runs: those selected, or the one clicked and another that the person chooses. */
async function twoRuns(
  app: App,
  target: RunTarget | undefined,
  selected: readonly RunTarget[] | undefined,
  title: string,
): Promise<[Meant, Meant] | undefined> {
  const [first, second] = refsOf(target, selected);
  const a = await oneRun(app, first, title);
  if (!a) return undefined;
  const other = second ?? (await pickRun(app, title, { folder: a.ref.folder, without: [a.run.id] }));
  const b = other && (await oneRun(app, other, title));
  return b && [a, b];
}

/** One run: its config as it took it, and the file as it is now. Two: the resolved configs, in which every value stands. */
async function diffConfig(
  app: App,
  target: RunTarget | undefined,
  selected: readonly RunTarget[] | undefined,
): Promise<void> {
  const title = vscode.l10n.t("Compare a run's config with its file");
  if (refsOf(target, selected).length > 1) {
    const pair = await twoRuns(app, target, selected, title);
    if (!pair) return;
    const [{ run: a }, { run: b }] = pair;
    const change = { path: "config.yaml", left: resolved(a), right: resolved(b) };
    return showTexts(vscode.l10n.t("Config: {0} ↔ {1}", a.name, b.name), [change]);
  }
  const meant = await oneRun(app, refOf(target), title);
  if (!meant) return;
  const { run } = meant;
  if (!existsSync(run.configFile)) {
    throw new UserError("config-missing", vscode.l10n.t("The config file {0} is no longer there.", run.configFile), {
      file: runFile(run.dir, "configSource"),
    });
  }
  const left = vscode.Uri.file(runFile(run.dir, "configSource"));
  const words = vscode.l10n.t("{0}: as {1} took it ↔ now", basename(run.configFile), run.name);
  await vscode.commands.executeCommand("vscode.diff", left, vscode.Uri.file(run.configFile), words);
}

const resolved = ({ config }: RunRecord): string => stringify(config, { lineWidth: 0 });

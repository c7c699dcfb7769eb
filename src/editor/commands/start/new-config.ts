import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import { UserError } from "../../../base/errors.ts";
import { writeNewFile } from "../../../base/new-file.ts";
import { evaluationHalfOf, newConfigName } from "../../../config/new-config.ts";
import { configPath, requireDataFile } from "../../../config/new-config/data-files.ts";
import type { Undecided } from "../../../config/new-config/methods.ts";
import { configFor } from "../../../config/new-config/text.ts";
import { describeFile } from "../../../data/describe-file.ts";
import { inSteps, type StepResult } from "../../quick/in-steps.ts";
import type { StepPlace } from "../../quick/steps.ts";
import { askColumn, askData, askGoal, askMethod, askModel, columnsToAsk, type Draft } from "./new-config-steps.ts";
import { withNotice } from "./start-config.ts";

const DATA = "**/*.{csv,tsv,jsonl,ndjson,parquet}";
const ELSEWHERE = "**/{node_modules,.git,.tuning-fork,.venv,venv}/**";
const MOST = 200;
/** Roles a person may be asked the columns of. */
const MOST_ROLES = 2;

/**
 * Data, what is learnt from it, model, method: then a config for it is written and opened, where it is checked like any other.
 * Never over a file that is there.
 */
export async function newConfig(): Promise<void> {
  const { files, complete } = await dataFiles();
  const draft: Draft = { asked: {} };
  const place = (step: number): StepPlace => {
    const roles = draft.goal ? columnsToAsk(draft.goal).length : 0;
    const later = step > 2 ? roles : 0;
    return { title: vscode.l10n.t("New config"), step: step + later, totalSteps: 4 + roles };
  };
  const data = async (): Promise<StepResult<unknown>> => {
    const chosen = await askData(place(1), files, complete, draft);
    if (typeof chosen === "object") draft.data = chosen.value;
    return chosen;
  };
  const goal = async (): Promise<StepResult<unknown>> => {
    const file = draft.data!.fsPath;
    requireDataFile(file);
    const found =
      draft.described?.file === file
        ? draft.described.found
        : await withNotice(vscode.l10n.t("Looking at {0}", basename(file)), (_say, signal) =>
            describeFile(file, signal),
          );
    if (draft.described?.file !== file) draft.asked = {};
    draft.described = { file, found };
    const chosen = await askGoal(place(2), draft, found);
    if (typeof chosen === "object") draft.goal = chosen.value;
    return chosen;
  };
  const columns = Array.from({ length: MOST_ROLES }, (_, index) => async (): Promise<StepResult<unknown> | "skip"> => {
    const role = columnsToAsk(draft.goal!)[index];
    if (role === undefined) return "skip";
    const chosen = await askColumn({ ...place(2), step: 3 + index }, role, draft, draft.described!.found);
    if (typeof chosen === "object") draft.asked[role] = chosen.value;
    return chosen;
  });
  const model = async (): Promise<StepResult<unknown>> => {
    const chosen = await askModel(place(3), draft, folderOf(draft));
    if (typeof chosen === "object") draft.model = chosen.value;
    return chosen;
  };
  const method = async (): Promise<StepResult<unknown>> => {
    const chosen = await askMethod(place(4), draft, aboutOf(draft, files), folderOf(draft));
    if (typeof chosen === "object") draft.method = chosen.value;
    return chosen;
  };
  if (!(await inSteps([data, goal, ...columns, model, method]))) return;
  const about = aboutOf(draft, files);
  const folder = folderOf(draft);
  const file = join(
    folder,
    newConfigName(about.dataFile, (name) => existsSync(join(folder, name))),
  );
  writeNewFile(file, configFor({ ...about, ...draft.method!, model: draft.model!.name }));
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
}

async function dataFiles(): Promise<{ files: vscode.Uri[]; complete: boolean }> {
  const found = await vscode.workspace.findFiles(DATA, ELSEWHERE, MOST + 1);
  const files = found
    .filter((uri) => uri.scheme === "file" && vscode.workspace.getWorkspaceFolder(uri))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (files.length > 0) return { files: files.slice(0, MOST), complete: found.length <= MOST };
  throw new UserError(
    "data-none",
    vscode.l10n.t("There is no data file in this workspace: CSV, TSV, JSONL or Parquet."),
    {
      advice: vscode.l10n.t("Put one there with a column of texts and a column of labels."),
    },
  );
}

/** The workspace folder the data lies in: there the config is written. */
const folderOf = ({ data }: Draft): string => vscode.workspace.getWorkspaceFolder(data!)!.uri.fsPath;

/** What is known once the goal was chosen. */
function aboutOf(draft: Draft, files: readonly vscode.Uri[]): Undecided {
  const { found } = draft.described!;
  const goal = draft.goal!;
  const folder = folderOf(draft);
  const dataFile = configPath(folder, draft.data!.fsPath);
  const columns = {
    ...goal.columns,
    ...Object.fromEntries(columnsToAsk(goal).map((role) => [role, draft.asked[role]!])),
  };
  return {
    goal: goal.goal,
    task: goal.task,
    isByName: goal.isByName,
    columns,
    dataFile,
    evalFile: evaluationHalfOf(
      dataFile,
      files.map(({ fsPath }) => configPath(folder, fsPath)),
    ),
    labels: goal.goal === "classify" && columns["label"] === found.labelColumn ? found.labels : undefined,
    rows: found.rows,
    isPart: !found.complete,
    name: basename(folder),
  };
}

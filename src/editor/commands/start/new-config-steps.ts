import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { formatFileSize } from "../../../base/format.ts";
import type { ColumnRole } from "../../../config/facts/facts.ts";
import { configPath } from "../../../config/new-config/data-files.ts";
import { goalReason, goalsFor, goalTitle, rolesOf, type GoalChoice } from "../../../config/new-config/goals.ts";
import {
  freestGpu,
  methodChoices,
  methodTitle,
  type MethodChoice,
  type Undecided,
} from "../../../config/new-config/methods.ts";
import { modelChoices, modelNamed, type ModelChoice } from "../../../config/new-config/models.ts";
import type { FileDescription } from "../../../data/describe-file.ts";
import { programEnvironment } from "../../../launch/untrusted.ts";
import { checkEnvironment } from "../../check-environment.ts";
import { parseModelReference } from "../../../models/locate.ts";
import { UserError } from "../../../base/errors.ts";
import type { StepResult } from "../../quick/in-steps.ts";
import { pick, text, type StepPlace } from "../../quick/steps.ts";

// The steps of a new config, each asking for one thing. What was chosen before is where the list begins.

/** What was chosen so far. It stays when the person goes back, as far as it still fits. */
export interface Draft {
  data?: vscode.Uri;
  described?: { file: string; found: FileDescription };
  goal?: GoalChoice;
  /** Columns that were not recognised and asked for, by role. */
  asked: Record<string, string>;
  model?: ModelChoice;
  method?: MethodChoice;
}

export async function askData(
  place: StepPlace,
  files: readonly vscode.Uri[],
  complete: boolean,
  { data }: Draft,
): Promise<StepResult<vscode.Uri>> {
  const items = files.map((value) => ({
    label: vscode.workspace.asRelativePath(value),
    description: formatFileSize(statSync(value.fsPath, { throwIfNoEntry: false })?.size),
    value,
  }));
  const placeholder = complete
    ? vscode.l10n.t("Choose the data to train on")
    : vscode.l10n.t("Choose the data to train on; only the first {0} files are listed", files.length);
  const active = items.find(({ value }) => value.fsPath === data?.fsPath);
  return valueOf(await pick({ ...place, items, placeholder, active }));
}

export async function askGoal(
  place: StepPlace,
  { data, goal }: Draft,
  found: FileDescription,
): Promise<StepResult<GoalChoice>> {
  const items = goalsFor(data!.fsPath, found).map((value, index) => ({
    label: goalTitle(value.goal),
    description: index === 0 && value.columns ? vscode.l10n.t("recognised {0}", goalReason(value)) : goalReason(value),
    detail: value.task,
    value,
  }));
  const placeholder = vscode.l10n.t("What is to be learnt from {0}?", basename(data!.fsPath));
  const active = items.find(({ value }) => value.goal === goal?.goal);
  return valueOf(await pick({ ...place, items, placeholder, active }));
}

/** Roles of a goal whose columns were not recognised. */
export const columnsToAsk = ({ goal, columns }: GoalChoice): readonly ColumnRole[] => (columns ? [] : rolesOf(goal));

export async function askColumn(
  place: StepPlace,
  role: ColumnRole,
  { goal, asked }: Draft,
  { columns }: FileDescription,
): Promise<StepResult<string>> {
  const others = columnsToAsk(goal!).filter((other) => other !== role);
  const taken = others.slice(0, columnsToAsk(goal!).indexOf(role)).map((other) => asked[other]);
  const items = columns.filter((column) => !taken.includes(column)).map((value) => ({ label: value, value }));
  const active = items.find(({ value }) => value === asked[role]);
  return valueOf(await pick({ ...place, items, placeholder: columnQuestion(role), active }));
}

function columnQuestion(role: ColumnRole): string {
  switch (role) {
    case "text":
      return vscode.l10n.t("Which column holds the texts?");
    case "label":
      return vscode.l10n.t("Which column holds the labels?");
    case "prompt":
      return vscode.l10n.t("Which column holds the prompts?");
    case "completion":
      return vscode.l10n.t("Which column holds the answers, or the second texts?");
    case "messages":
      return vscode.l10n.t("Which column holds the conversations?");
    case "chosen":
      return vscode.l10n.t("Which column holds the better answers?");
    case "rejected":
      return vscode.l10n.t("Which column holds the worse answers?");
    case "tokens":
      return vscode.l10n.t("Which column holds the lists of tokens?");
  }
}

const MOST_FOLDERS = 100;
const MODEL_CONFIGS = "**/config.json";
const ELSEWHERE = "**/{node_modules,.git,.tuning-fork,.venv,venv,checkpoint-*}/**";

export async function askModel(place: StepPlace, draft: Draft, folder: string): Promise<StepResult<ModelChoice>> {
  const surroundings = { baseDir: folder, env: await checkEnvironment(vscode.Uri.file(folder)) };
  const items = modelItems(draft, surroundings);
  const placeholder = vscode.l10n.t("Which model is it to start from?");
  const active = ({ value }: ModelItem): boolean => value !== undefined && value.name === draft.model?.name;
  for (;;) {
    const chosen = await pick({ ...place, items, placeholder, active });
    if (typeof chosen !== "object") return chosen;
    if (chosen.value.value) return { value: chosen.value.value };
    const name = await text({
      ...place,
      prompt: vscode.l10n.t("Id of the Hugging Face hub, such as org/name, or a folder"),
      value: "",
      problem: (written) => nameProblem(written.trim(), draft.goal!, folder),
    });
    if (name === undefined) return undefined;
    if (name !== "back") return { value: await modelNamed(name.value.trim(), surroundings) };
  }
}

/** Without a value: another model, to be typed in. */
type ModelItem = vscode.QuickPickItem & { value: ModelChoice | undefined };

async function modelItems(
  { goal, model }: Draft,
  surroundings: { baseDir: string; env: NodeJS.ProcessEnv },
): Promise<ModelItem[]> {
  const found = await vscode.workspace.findFiles(MODEL_CONFIGS, ELSEWHERE, MOST_FOLDERS);
  const local = found.filter(({ scheme }) => scheme === "file");
  const folders = local.map(({ fsPath }) => configPath(surroundings.baseDir, dirname(fsPath)));
  const models = await modelChoices(goal!.goal, { ...surroundings, folders });
  // One that was typed in is offered again.
  const isTyped = model !== undefined && model.description === "" && !models.some(({ name }) => name === model.name);
  return [
    ...[...models, ...(isTyped ? [model] : [])].map((value) => ({
      label: value.name,
      description: value.description,
      value,
    })),
    {
      label: `$(edit) ${vscode.l10n.t("Another model…")}`,
      description: vscode.l10n.t("id of the hub, or folder"),
      value: undefined,
    },
  ];
}

function nameProblem(name: string, { goal }: GoalChoice, folder: string): string | undefined {
  try {
    const { kind } = parseModelReference(name, folder);
    const isUnfit = kind === "builtin" && goal !== "classify";
    return isUnfit ? vscode.l10n.t("The built-in models classify texts, and nothing else.") : undefined;
  } catch (problem) {
    if (problem instanceof UserError) return problem.sentence;
    throw problem;
  }
}

export async function askMethod(
  place: StepPlace,
  { model, method }: Draft,
  about: Undecided,
  folder: string,
): Promise<StepResult<MethodChoice>> {
  const placeholder = vscode.l10n.t("How is it to be trained?");
  const active = ({ value }: MethodItem): boolean =>
    value.method === method?.method && value.framework === method.framework;
  return valueOf(await pick({ ...place, items: methodItems(about, model!, folder), placeholder, active }));
}

type MethodItem = vscode.QuickPickItem & { value: MethodChoice };

async function methodItems(about: Undecided, model: ModelChoice, baseDir: string): Promise<MethodItem[]> {
  const env = programEnvironment(await checkEnvironment(vscode.Uri.file(baseDir)), baseDir);
  const choices = await methodChoices(about, model, { baseDir, env, gpu: await freestGpu(env) });
  return choices.map((value, index) => ({
    label: methodTitle(value),
    description: index === 0 ? vscode.l10n.t("recommended: {0}", value.reason) : value.reason,
    value,
  }));
}

const valueOf = <T>(chosen: StepResult<{ value: T }>): StepResult<T> =>
  typeof chosen === "object" ? { value: chosen.value.value } : chosen;

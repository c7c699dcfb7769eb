import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { evaluationHalfOf, newConfigName } from "../../config/new-config.ts";
import { configPath, dataFilesBeside, dataFilesIn, requireDataFile } from "../../config/new-config/data-files.ts";
import { goalReason, goalsFor, goalTitle, rolesOf, type GoalChoice } from "../../config/new-config/goals.ts";
import { freestGpu, methodChoices, methodTitle, type MethodChoice } from "../../config/new-config/methods.ts";
import { modelChoices, modelNamed } from "../../config/new-config/models.ts";
import { configFor, type MethodType } from "../../config/new-config/text.ts";
import { describeFile } from "../../data/describe-file.ts";
import { EXIT, printJson, type Context } from "../context.ts";
import { reportDocument, tellChecked } from "../checked-file.ts";
import { reportFailure, usageError } from "../failures.ts";
import { printable } from "../terminal.ts";
import { writeConfig } from "../write-config.ts";

interface Options {
  task?: string;
  model?: string;
  method?: MethodType;
  out?: string;
}

/** Exit code: 0 when a config was written, 1 when it has errors, 2 when there is nothing to write it from or to. */
export async function run(context: Context, [data]: string[], options: Options): Promise<number> {
  try {
    return await make(context, data, options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    reportFailure(context, error);
    return EXIT.usage;
  }
}

async function make(context: Context, data: string | undefined, options: Options): Promise<number> {
  const { cwd, env } = context.where;
  const folder = options.out === undefined ? cwd : dirname(resolve(cwd, options.out));
  const source = data === undefined ? onlyDataFile(cwd) : resolve(cwd, data);
  requireDataFile(source);
  const dataFile = configPath(folder, source);
  const description = await describeFile(source);
  const goal = chooseGoal(source, goalsFor(source, description), description.columns, options.task);
  const model =
    options.model === undefined
      ? (await modelChoices(goal.goal, { baseDir: folder, env, folders: [] }))[0]!
      : await modelNamed(options.model, { baseDir: folder, env });
  const about = {
    ...goal,
    columns: goal.columns!,
    dataFile,
    evalFile: evaluationHalfOf(dataFile, dataFilesBeside(source, folder)),
    labels: goal.columns?.label === description.labelColumn ? description.labels : undefined,
    rows: description.rows,
    isPart: !description.complete,
    name: basename(folder),
  };
  const methods = await methodChoices(about, model, { baseDir: folder, env, gpu: await freestGpu(env) });
  const method = chooseMethod(methods, options.method, model.name);
  const text = configFor({ ...about, ...method, model: model.name });

  const free = newConfigName(dataFile, (name) => existsSync(join(folder, name)));
  const file = options.out === undefined ? join(folder, free) : resolve(cwd, options.out);
  const checked = await writeConfig(context, file, text, free);
  if (context.json) {
    const { task, columns } = goal;
    const { framework, method: type, reason } = method;
    const chosen = { data: source, task, columns, model: model.name, framework, method: type, reason };
    printJson(context, { file, ...chosen, report: reportDocument(checked.report) });
  } else {
    context.out.line(t("Wrote {0} for {1}.", printable(relative(cwd, file)), printable(relative(cwd, source))));
    context.out.line(`  ${goalTitle(goal.goal)} (${goal.task}): ${printable(goalReason(goal))}`);
    context.out.line(`  ${printable(model.name)}${model.description === "" ? "" : `: ${model.description}`}`);
    context.out.line(`  ${methodTitle(method)}: ${method.reason}`);
    tellChecked(context, { ...checked, made: [] });
  }
  return checked.report.ok ? EXIT.done : EXIT.failed;
}

/** The training data of a folder, where there is no doubt which it is: not the half that belongs to another file. */
function onlyDataFile(cwd: string): string {
  const files = dataFilesIn(cwd);
  const halves = new Set(files.map((file) => evaluationHalfOf(file, files)));
  const [only, ...others] = files.filter((file) => !halves.has(file));
  if (only === undefined) {
    throw usageError(
      t("There is no data file here: CSV, TSV, JSONL or Parquet."),
      t("Name one: tuning-fork new <data-file>."),
    );
  }
  if (others.length > 0) {
    throw usageError(
      t("There are several data files here: {0}.", [only, ...others].slice(0, MOST_NAMED).join(", ")),
      t("Name one: tuning-fork new <data-file>."),
    );
  }
  return resolve(cwd, only);
}

const MOST_NAMED = 10;

/** What the columns tell, or that of the task asked for. */
function chooseGoal(
  file: string,
  goals: readonly GoalChoice[],
  columns: readonly string[],
  task: string | undefined,
): GoalChoice {
  const asked = task === undefined ? goals : goals.filter((goal) => goal.task === task);
  const found = asked.find((goal) => goal.columns !== undefined);
  if (found) return found;
  const names = columns.join(", ");
  if (task === undefined) {
    throw usageError(
      t("What is to be learnt from {0} cannot be told by its columns, {1}.", file, names),
      t("Call them as the task has them, such as text and label, or messages."),
    );
  }
  const needed = asked.map(({ goal }) => rolesOf(goal).join(" + ")).join("; ");
  throw usageError(
    t("{0} has no columns for {1}, which takes: {2}.", file, task, needed),
    t("Its columns are {0}.", names),
  );
}

function chooseMethod(methods: readonly MethodChoice[], wanted: MethodType | undefined, model: string): MethodChoice {
  const found = wanted === undefined ? methods[0] : methods.find(({ method }) => method === wanted);
  if (found) return found;
  const there = methods.map(({ method }) => method).join(", ");
  if (wanted !== undefined && there !== "")
    throw usageError(
      t("{0} is not trained with {1}, but with: {2}.", model, wanted, [...new Set(there.split(", "))].join(", ")),
    );
  throw usageError(t("{0} cannot learn this task.", model), t("Name another model."));
}

import { existsSync, statSync } from "node:fs";
import { delimiter, dirname, extname, isAbsolute, join, resolve } from "node:path";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";
import { fillIn, type RunValues } from "../config/script/placeholders.ts";
import type { ResolvedScriptConfig } from "../config/types.ts";
import type { ScriptPlan } from "../runs/model.ts";
import { nodeExecutable } from "./node-executable.ts";
import { findPython, programsOnPath, type PythonChoice } from "./python/find.ts";

/** Time a script has to save a checkpoint when it is to stop. */
export const SCRIPT_GRACE_MS = 30_000;

/** A script that is to run. */
export interface ScriptRequest {
  config: ResolvedScriptConfig;
  /** Folder of the config: where the script stands, and where relative paths start. */
  baseDir: string;
  env: NodeJS.ProcessEnv;
}

/** The run it is to run for. */
export interface ScriptRun {
  id: string;
  name: string;
  dir: string;
  resumeFrom: string | null;
}

/** What starts a script: program and first arguments, or a sentence on why nothing can. */
export type ScriptProgram =
  | { command: string[]; python: Extract<PythonChoice, { path: string }> | null }
  | { command: undefined; problem: string; key: "entry" | "command" | "python" };

/** Finds the program of `script.entry` or `script.command`, as it is written, without the further arguments. */
export function scriptProgram({ config, baseDir, env }: ScriptRequest): ScriptProgram {
  const { entry, command } = config.script;
  if (entry !== null) return ofEntry(entry, config, baseDir, env);
  return ofCommand((command ?? []).map(String), config, baseDir, env);
}

function ofEntry(entry: string, config: ResolvedScriptConfig, baseDir: string, env: NodeJS.ProcessEnv): ScriptProgram {
  const file = resolve(baseDir, entry);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    const problem = existsSync(file) ? t("{0} is not a file.", file) : t("The script {0} is not there.", file);
    return { command: undefined, problem, key: "entry" };
  }
  switch (extname(file).toLowerCase()) {
    case ".py": {
      const python = findPython({ configured: config.hardware.python, baseDir, env });
      if (python.path === undefined) return { command: undefined, problem: python.problem, key: "python" };
      return { command: [python.path, file], python };
    }
    case ".js":
    case ".mjs":
    case ".cjs":
      return { command: [nodeExecutable(env).path, file], python: null };
    default:
      return { command: [file], python: null };
  }
}

/** A bare name is looked for beside the interpreter, where its environment has torchrun and the like, then on PATH. */
function ofCommand(
  [name = "", ...rest]: readonly string[],
  config: ResolvedScriptConfig,
  baseDir: string,
  env: NodeJS.ProcessEnv,
): ScriptProgram {
  if (/[\\/]/.test(name)) {
    const program = resolve(baseDir, name);
    if (existsSync(program)) return { command: [program, ...rest], python: null };
    return { command: undefined, problem: t("The program {0} is not there.", program), key: "command" };
  }
  const python = findPython({ configured: config.hardware.python, baseDir, env });
  if (python.path === undefined && config.hardware.python !== null)
    return { command: undefined, problem: python.problem, key: "python" };
  const beside = python.path === undefined || python.chosenBy === "PATH" ? undefined : dirname(python.path);
  for (const file of process.platform === "win32" ? [`${name}.exe`, name] : [name]) {
    if (beside !== undefined && existsSync(join(beside, file)))
      return { command: [join(beside, file), ...rest], python: python.path === undefined ? null : python };
    const onPath = programsOnPath(file, env)[0];
    if (onPath !== undefined) return { command: [onPath, ...rest], python: null };
  }
  const problem =
    beside === undefined
      ? t("The program {0} is not on PATH.", name)
      : t("The program {0} is neither in {1} nor on PATH.", name, beside);
  return { command: undefined, problem, key: "command" };
}

/** How the script of a run is started, and what the runner looks for beside it. Throws a `UserError` where it cannot be. */
export function planScript(request: ScriptRequest, run: ScriptRun, codeDir: string) {
  const { config, baseDir, env } = request;
  const { script } = config;
  const program = scriptProgram(request);
  if (program.command === undefined) {
    throw new UserError("script-program", program.problem, { advice: t("Correct {0}.", adviceKey(program.key)) });
  }
  const outputDir =
    config.run.output_dir === null ? join(run.dir, "checkpoints") : resolve(baseDir, config.run.output_dir);
  const values: RunValues = {
    "run.id": run.id,
    "run.name": run.name,
    "run.seed": String(config.run.seed),
    "run.dir": run.dir,
    "run.output_dir": outputDir,
    "run.resume_from": run.resumeFrom ?? "",
  };
  const filled = (text: string): string => fillIn(text, script.params, values);
  const [first = "", ...rest] = program.command;
  const reads = (reader: (typeof script.metrics)[number]): number => script.metrics.indexOf(reader);
  const plan: ScriptPlan = {
    outputDir,
    checkpoints: script.checkpoints === null ? null : checkpointGlob(script.checkpoints, outputDir, baseDir, filled),
    patterns: reads("stdout") >= 0 ? script.patterns : [],
    patternsFirst: reads("jsonl") < 0 || reads("stdout") < reads("jsonl"),
  };
  return {
    command: [first, ...rest.map(filled), ...script.args.map((argument) => filled(String(argument)))],
    python: program.python,
    plan,
    variables: { ...parameterVariables(config), ...ownVariables(env, codeDir, outputDir) },
  };
}

const adviceKey = (key: "entry" | "command" | "python"): string =>
  key === "python" ? "`hardware.python`" : `\`script.${key}\``;

/** `checkpoint-*` stands in the run's output folder, `./out/checkpoint-*` starts at the config. */
function checkpointGlob(pattern: string, outputDir: string, baseDir: string, filled: (text: string) => string): string {
  const text = filled(pattern);
  if (isAbsolute(text)) return text;
  const folder = /^\.\.?[\\/]/.test(text) ? baseDir : outputDir;
  // A folder's own name may hold what a pattern takes for its signs.
  return `${folder.replaceAll(/[*?[]/g, "[$&]")}/${text.replace(/^\.[\\/]/, "")}`;
}

function parameterVariables({ script }: ResolvedScriptConfig): Record<string, string> {
  const single = Object.entries(script.params).map(([name, value]): [string, string] => [
    `TUNING_FORK_PARAM_${name.toUpperCase().replaceAll(/\W/g, "_")}`,
    String(value ?? ""),
  ]);
  return { ...Object.fromEntries(single), TUNING_FORK_PARAMS: JSON.stringify(script.params) };
}

/** `import tuning_fork` works in any interpreter, and a print is seen when it is made. */
function ownVariables(env: NodeJS.ProcessEnv, codeDir: string, outputDir: string): Record<string, string> {
  const path = [join(codeDir, "python"), ...(env["PYTHONPATH"] ? [env["PYTHONPATH"]] : [])].join(delimiter);
  return { TUNING_FORK_OUTPUT_DIR: outputDir, PYTHONPATH: path, PYTHONUNBUFFERED: env["PYTHONUNBUFFERED"] ?? "1" };
}

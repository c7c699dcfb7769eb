import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { t } from "../../base/l10n.ts";

/** Names the interpreter that was chosen elsewhere, such as in the editor. */
export const PYTHON_VARIABLE = "TUNING_FORK_PYTHON";
/** `0` = the workspace is not trusted: nothing of it may be executed. */
export const TRUST_VARIABLE = "TUNING_FORK_TRUSTED";

/** What a choice of an interpreter goes by. */
export interface PythonWish {
  /** `hardware.python`; null = not said. */
  configured: string | null;
  /** Folder of the config. */
  baseDir: string;
  env: NodeJS.ProcessEnv;
}

/** The chosen interpreter, or why there is none. */
export type PythonChoice =
  | { readonly path: string; readonly chosenBy: string }
  /** A whole sentence. */
  | { readonly path: undefined; readonly problem: string };

const isWindows = process.platform === "win32";
const NAMES = isWindows ? ["python.exe", "python3.exe"] : ["python3", "python"];

/**
 * The interpreter that trains: the config's, else the editor's, else that of the workspace's environment (one that is
 * active, `.venv`, `venv`, uv's, conda's), else the first on PATH. One that is named and not there is not passed over.
 */
export function findPython({ configured, baseDir, env }: PythonWish): PythonChoice {
  if (configured !== null) return configuredPython(expand(configured, baseDir, env));
  const chosen = env[PYTHON_VARIABLE];
  if (chosen) return editorsPython(expand(chosen, baseDir, env));
  for (const { folder, chosenBy } of environments(baseDir, env)) {
    const path = pythonIn(folder);
    if (path !== undefined) return { path, chosenBy };
  }
  const onPath = NAMES.flatMap((name) => programsOnPath(name, env))[0];
  if (onPath !== undefined) return { path: onPath, chosenBy: "PATH" };
  return {
    path: undefined,
    problem: t(
      "There is no Python here: neither `hardware.python`, nor an environment in this folder, nor PATH names one.",
    ),
  };
}

function configuredPython(path: string): PythonChoice {
  const program = programAt(path);
  if (program !== undefined) return { path: program, chosenBy: "`hardware.python`" };
  const problem = existsSync(path)
    ? t("`hardware.python` names {0}, which is not a program.", path)
    : t("`hardware.python` names {0}, which is not there.", path);
  return { path: undefined, problem };
}

function editorsPython(path: string): PythonChoice {
  const program = programAt(path);
  if (program !== undefined) return { path: program, chosenBy: t("the editor's choice") };
  const problem = t("The interpreter chosen in the editor, {0}, is not there. Choose another.", path);
  return { path: undefined, problem };
}

/** An interpreter somebody named: the program itself, or the one in the folder of an environment. */
function programAt(path: string): string | undefined {
  return isFolder(path) ? pythonIn(path) : isProgram(path) ? path : undefined;
}

interface Environment {
  folder: string;
  chosenBy: string;
}

function environments(baseDir: string, env: NodeJS.ProcessEnv): Environment[] {
  const active = env["VIRTUAL_ENV"];
  const project = env["UV_PROJECT_ENVIRONMENT"];
  const conda = env["CONDA_PREFIX"];
  const folders = workspaceFolders(baseDir);
  return [
    ...(active ? [{ folder: active, chosenBy: t("the active environment, VIRTUAL_ENV") }] : []),
    ...folders.flatMap((folder) => [
      ...(project ? [{ folder: resolve(folder, project), chosenBy: t("uv's environment of this folder") }] : []),
      ...[".venv", "venv"].map((name) => ({ folder: join(folder, name), chosenBy: t("{0} in {1}", name, folder) })),
      ...condaEnvironment(folder, env),
    ]),
    ...(conda ? [{ folder: conda, chosenBy: t("the active conda environment, CONDA_PREFIX") }] : []),
  ];
}

/** What marks the top of a workspace. */
const TOPS = [".git", ".tuning-fork", ".vscode", "pyproject.toml", "environment.yml"];

/** The config's folder and those above it, up to the top of its workspace; without one, the folder alone. */
export function workspaceFolders(baseDir: string): string[] {
  const folders: string[] = [];
  for (let folder = resolve(baseDir); ; folder = dirname(folder)) {
    folders.push(folder);
    if (TOPS.some((name) => existsSync(join(folder, name)))) return folders;
    if (folder === dirname(folder)) return folders.slice(0, 1);
  }
}

/** The conda environment that an `environment.yml` names, if conda's list of environments has it. */
function condaEnvironment(folder: string, env: NodeJS.ProcessEnv): Environment[] {
  const name = /^name:\s*["']?([\w.-]+)/m.exec(textOf(join(folder, "environment.yml")))?.[1];
  if (name === undefined) return [];
  const list = textOf(join(env["HOME"] ?? homedir(), ".conda", "environments.txt")).split(/\r?\n/);
  const found = list.filter((path) => isAbsolute(path) && path.split(/[\\/]/).at(-1) === name);
  return found.map((path) => ({ folder: path, chosenBy: t("conda's environment {0}, by environment.yml", name) }));
}

const BYTES_OF_LISTS = 1_000_000;

/** A small text file; empty when it is not there, not a file, or not small. */
function textOf(path: string): string {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size < BYTES_OF_LISTS ? readFileSync(path, "utf8") : "";
  } catch {
    return "";
  }
}

function pythonIn(folder: string): string | undefined {
  const places = isWindows ? ["Scripts", "."] : ["bin"];
  return places.flatMap((place) => [...NAMES].reverse().map((name) => join(folder, place, name))).find(isProgram);
}

/** Programs of a name on PATH, first things first. Relative entries depend on where one stands, and are left out. */
export function programsOnPath(name: string, env: NodeJS.ProcessEnv): string[] {
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, name)).filter(isProgram);
}

/** A path as a person writes it: `~`, relative to the config, or the bare name of a program on PATH. */
function expand(path: string, baseDir: string, env: NodeJS.ProcessEnv): string {
  if (path === "~" || /^~[\\/]/.test(path)) return join(env["HOME"] ?? homedir(), path.slice(1));
  const beside = resolve(baseDir, path);
  const isBare = !/[\\/]/.test(path) && !existsSync(beside);
  return (isBare ? programsOnPath(isWindows ? `${path}.exe` : path, env)[0] : undefined) ?? beside;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

import type * as vscode from "vscode";

/**
 * The parts that are used here of what two extensions of Microsoft's offer: Python (`ms-python.python`), and Python
 * Environments (`ms-python.vscode-python-envs`), which takes its place where it is on. Neither needs to be installed.
 */

export interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(environment: { path: string } | string): Promise<ResolvedPython | undefined>;
    updateActiveEnvironmentPath(path: string, resource?: vscode.Uri): Promise<void>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

interface ResolvedPython {
  /** Without a file for an environment of conda that has no Python. */
  executable: { uri?: { fsPath: string } | undefined };
}

export interface EnvironmentsApi {
  getEnvironment(scope: vscode.Uri | undefined): Promise<PythonEnvironment | undefined>;
  resolveEnvironment(place: vscode.Uri): Promise<PythonEnvironment | undefined>;
  setEnvironment(scope: vscode.Uri | undefined, environment: PythonEnvironment): Promise<void>;
  readonly onDidChangeEnvironment: vscode.Event<unknown>;
}

interface PythonEnvironment {
  readonly execInfo?: { readonly run?: { readonly executable?: string } };
  /** Why it cannot be used. */
  readonly error?: string;
}

/** What the two extensions give, where they are there. */
export interface PythonApis {
  environments: EnvironmentsApi | undefined;
  python: PythonApi | undefined;
}

/** The interpreter that was chosen for a file or folder; undefined where none was, or the one chosen cannot be run. */
export async function chosenIn(
  { environments, python }: PythonApis,
  resource: vscode.Uri | undefined,
): Promise<string | undefined> {
  if (environments) {
    const found = await environments.getEnvironment(resource);
    return found?.error === undefined ? absolute(found?.execInfo?.run?.executable) : undefined;
  }
  const api = python?.environments;
  if (!api) return undefined;
  return absolute((await api.resolveEnvironment(api.getActiveEnvironmentPath(resource)))?.executable.uri?.fsPath);
}

/** Calls back when another interpreter is chosen. */
export const onChosenIn = ({ environments, python }: PythonApis, changed: () => void): vscode.Disposable | undefined =>
  (environments?.onDidChangeEnvironment ?? python?.environments?.onDidChangeActiveEnvironmentPath)?.(changed);

/** Chooses an interpreter for a file or folder; false where no extension keeps such a choice, or it does not know this one. */
export async function chooseIn(
  { environments, python }: PythonApis,
  interpreter: vscode.Uri,
  resource: vscode.Uri | undefined,
): Promise<boolean> {
  if (environments) {
    const found = await environments.resolveEnvironment(interpreter);
    if (!found) return false;
    await environments.setEnvironment(resource, found);
    return true;
  }
  if (!python?.environments) return false;
  await python.environments.updateActiveEnvironmentPath(interpreter.fsPath, resource);
  return true;
}

/** A name alone (`python`) says that nothing was chosen. */
const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && /[\\/]/.test(path) ? path : undefined;

import * as vscode from "vscode";
import { chooseIn, chosenIn, onChosenIn, type EnvironmentsApi, type PythonApi, type PythonApis } from "./apis.ts";

const PATIENCE_MS = 5_000;

/** The interpreter that was chosen in the editor for a file; undefined without an extension for it, or when that does not answer. */
export const chosenPython = async (resource?: vscode.Uri): Promise<string | undefined> =>
  inTime(chosenIn(await apis(), resource ?? firstFolder()));

/** Calls back when another interpreter is chosen; undefined without an extension for it. */
export const onPythonChosen = async (changed: () => void): Promise<vscode.Disposable | undefined> =>
  onChosenIn(await apis(), changed);

/** Makes an interpreter the one that is chosen for a file; false where nothing keeps such a choice. */
export const choosePython = async (path: string, resource: vscode.Uri): Promise<boolean> =>
  (await inTime(chooseIn(await apis(), vscode.Uri.file(path), resource))) ?? false;

const firstFolder = (): vscode.Uri | undefined => vscode.workspace.workspaceFolders?.[0]?.uri;

async function apis(): Promise<PythonApis> {
  const environments = await inTime(activated<EnvironmentsApi>("ms-python.vscode-python-envs"));
  const usable = typeof environments?.getEnvironment === "function" ? environments : undefined;
  const python = usable ? undefined : await inTime(activated<PythonApi>("ms-python.python"));
  return { environments: usable, python };
}

const activated = async <Api>(id: string): Promise<Api | undefined> =>
  vscode.extensions.getExtension<Api | undefined>(id)?.activate();

/** What comes too late, or fails inside another extension, is as if it were not there. */
async function inTime<T>(work: Promise<T | undefined>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => (timer = setTimeout(done, PATIENCE_MS, undefined)));
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

import * as vscode from "vscode";
import { outsideEditor } from "../launch/outside-editor.ts";
import { PYTHON_VARIABLE, TRUST_VARIABLE } from "../launch/python/find.ts";
import { chosenPython } from "./python/chosen.ts";

/**
 * The environment that configs and this machine are looked at and runs are started in: the interpreter chosen in the editor
 * for a file (or the first folder), or none at all where the workspace is not trusted, for then nothing of it may be executed.
 */
export async function checkEnvironment(resource?: vscode.Uri): Promise<NodeJS.ProcessEnv> {
  const env = outsideEditor(process.env);
  if (!vscode.workspace.isTrusted) return { ...env, [TRUST_VARIABLE]: "0" };
  const python = await chosenPython(resource);
  return python === undefined ? env : { ...env, [PYTHON_VARIABLE]: python };
}

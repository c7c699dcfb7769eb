import * as vscode from "vscode";

/** What a config file is called. */
const NAME = /(?:^|[./\\])finetune\.ya?ml$/;
export const CONFIG_PATTERN = "**/{finetune,*.finetune}.{yaml,yml}";
/** Folders with files of others or of ours. */
const ELSEWHERE = "**/{node_modules,.git,.tuning-fork,.venv,venv}/**";
const MOST = 200;

/** Config files as the editor selects documents. */
export const CONFIG_DOCUMENTS: vscode.DocumentSelector = { scheme: "file", pattern: CONFIG_PATTERN };

/** What the language server is for: configs, and sweeps over them. */
export const SERVED_DOCUMENTS: readonly { scheme: string; pattern: string }[] = [
  { scheme: "file", pattern: CONFIG_PATTERN },
  { scheme: "file", pattern: "**/*.sweep.{yaml,yml}" },
];

export const isConfigFile = (uri: vscode.Uri): boolean => uri.scheme === "file" && NAME.test(uri.path);

/** Whether the workspace has a config at all. */
export const hasConfigs = async (): Promise<boolean> =>
  (await vscode.workspace.findFiles(CONFIG_PATTERN, ELSEWHERE, 1)).length > 0;

/** Every config of the workspace, sorted by path; `complete` is false when there are more than are looked for. */
export async function findConfigs(): Promise<{ configs: vscode.Uri[]; complete: boolean }> {
  const found = await vscode.workspace.findFiles(CONFIG_PATTERN, ELSEWHERE, MOST + 1);
  const files = found.filter((uri) => uri.scheme === "file").toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { configs: files.slice(0, MOST), complete: found.length <= MOST };
}

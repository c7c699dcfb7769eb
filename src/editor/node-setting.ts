import * as vscode from "vscode";
import { NODE_VARIABLE } from "../launch/node-executable.ts";

/** Hands the setting “Node Path” to the engine, now and when it changes. In an untrusted workspace the editor gives only the person's own value. */
export function followNodeSetting(): vscode.Disposable {
  const inherited = process.env[NODE_VARIABLE];
  const apply = (): void => {
    const path = vscode.workspace.getConfiguration("tuningFork").get<string>("nodePath", "") || inherited;
    if (path) process.env[NODE_VARIABLE] = path;
    else delete process.env[NODE_VARIABLE];
  };
  apply();
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration("tuningFork.nodePath")) apply();
  });
}

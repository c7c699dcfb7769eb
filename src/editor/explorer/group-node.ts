import * as vscode from "vscode";
import type { RunGroup } from "../../views/explorer/group.ts";

/** A group of runs in the explorer. */
export interface GroupNode {
  readonly kind: "group";
  readonly group: RunGroup;
  /** Of a workspace with several folders. */
  readonly folder: vscode.WorkspaceFolder | undefined;
}

/** A folder of a workspace that has several. */
export interface FolderNode {
  readonly kind: "folder";
  readonly folder: vscode.WorkspaceFolder;
}

export function groupItem({ group, folder }: GroupNode): vscode.TreeItem {
  const state = group.isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
  const item = new vscode.TreeItem(group.label, state);
  item.id = `${folder?.uri.toString() ?? ""}#${group.id}`;
  item.description = String(group.runs.length);
  item.contextValue = ",group,";
  return item;
}

export function folderItem({ folder }: FolderNode): vscode.TreeItem {
  const item = new vscode.TreeItem(folder.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = folder.uri.toString();
  item.iconPath = vscode.ThemeIcon.Folder;
  return item;
}

import * as vscode from "vscode";
import type { ExplorerNode, RunNode } from "./run-node.ts";

type View = vscode.TreeView<ExplorerNode>;

/**
 * The runs a key pressed in the explorer is about: all selected ones when there are several, else the one with the focus,
 * which becomes the selected one. Arrow keys move the focus only, and the editor tells an extension only the selection; so
 * the focus is found by what changes when the selection is toggled there.
 */
export async function keyedRuns(view: View): Promise<RunNode[]> {
  const before = view.selection.filter((node) => node.kind === "run");
  if (before.length > 1) return before;
  await vscode.commands.executeCommand("list.toggleSelection");
  const after = view.selection.filter((node) => node.kind === "run");
  const focused = missingIn(before, after) ?? missingIn(after, before);
  if (!focused) return [];
  await view.reveal(focused, { select: true, focus: true });
  return [focused];
}

const missingIn = (some: readonly RunNode[], among: readonly RunNode[]): RunNode | undefined =>
  among.find(({ ref }) => !some.some((other) => other.ref.run === ref.run && other.ref.folder === ref.folder));

import * as vscode from "vscode";
import type { ExplorerNode, RunNode } from "./run-node.ts";

/** The editor tells of a selection at once; this is for a window that is very busy. */
const SELECTION_TIMEOUT_MS = 1000;

type View = vscode.TreeView<ExplorerNode>;

/**
 * The runs a key pressed in the explorer is about: all selected ones when there are several, else the one with the focus,
 * which becomes the selected one. Arrow keys move the focus only, and the editor tells an extension only the selection; so
 * the focus is found by what changes when the selection is toggled there.
 */
export async function keyedRuns(view: View): Promise<RunNode[]> {
  const before = view.selection.filter((node) => node.kind === "run");
  if (before.length > 1) return before;
  const toggled = selectionChange(view);
  await vscode.commands.executeCommand("list.toggleSelection");
  await toggled;
  const after = view.selection.filter((node) => node.kind === "run");
  const focused = missingIn(before, after) ?? missingIn(after, before);
  if (!focused) return [];
  // The tree may be drawn anew just now; what is selected then matters less than what the key is for.
  await Promise.resolve(view.reveal(focused, { select: true, focus: true })).catch(() => {});
  return [focused];
}

/** Resolves with the next change of the selection, or after a moment without one: with no row in focus there is none. */
function selectionChange(view: View): Promise<void> {
  return new Promise((done) => {
    const finish = (): void => {
      clearTimeout(timer);
      subscription.dispose();
      done();
    };
    const timer = setTimeout(finish, SELECTION_TIMEOUT_MS);
    const subscription = view.onDidChangeSelection(finish);
  });
}

const missingIn = (some: readonly RunNode[], among: readonly RunNode[]): RunNode | undefined =>
  among.find(({ ref }) => !some.some((other) => other.ref.run === ref.run && other.ref.folder === ref.folder));

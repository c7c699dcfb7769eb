import * as vscode from "vscode";
import { diffCode, type CodeChange, type CodeDiff } from "../../runs/code-diff.ts";
import type { RunRecord } from "../../runs/model.ts";
import { pick } from "../quick/steps.ts";
import { showTexts } from "./texts.ts";

/** More files than this are not laid beside each other at once. */
const MOST_TOGETHER = 100;

interface ChangeItem extends vscode.QuickPickItem {
  paths: string[];
}

/** Shows how the code of two runs differs, in the editor's own diff: the file named, or of several what the person chooses. */
export async function showCodeDiff(a: RunRecord, b: RunRecord, path?: string): Promise<void> {
  const title = vscode.l10n.t("Reading the code of {0} and {1}", a.name, b.name);
  const location = vscode.ProgressLocation.Window;
  const diff = await vscode.window.withProgress({ location, title }, () => diffCode(a, b));
  try {
    const isNamed = path !== undefined && diff.changes.some((change) => change.path === path);
    const paths = isNamed ? [path] : await choose(diff);
    if (paths === "same") {
      void vscode.window.showInformationMessage(vscode.l10n.t("{0} and {1} ran the same code.", a.name, b.name));
      return;
    }
    if (!paths) return;
    const pairs = await Promise.all(
      paths.map(async (path) => ({ path, left: await diff.read("a", path), right: await diff.read("b", path) })),
    );
    const [only] = paths;
    // The list of several files says itself how many they are.
    const shown =
      paths.length === 1 && only !== undefined
        ? vscode.l10n.t("{0}: {1} ↔ {2}", only, a.name, b.name)
        : vscode.l10n.t("Code: {0} ↔ {1}", a.name, b.name);
    await showTexts(shown, pairs);
  } finally {
    diff.dispose();
  }
}

async function choose({ changes }: CodeDiff): Promise<string[] | "same" | undefined> {
  if (changes.length === 0) return "same";
  if (changes.length === 1) return [changes[0]!.path];
  const all: ChangeItem[] =
    changes.length <= MOST_TOGETHER
      ? [{ label: vscode.l10n.t("All {0} files", changes.length), paths: changes.map(({ path }) => path) }]
      : [];
  const items = [
    ...all,
    ...changes.map(({ path, change }): ChangeItem => ({ label: path, description: word(change), paths: [path] })),
  ];
  const placeholder = vscode.l10n.t("Choose a file that differs");
  const chosen = await pick<ChangeItem>({ title: vscode.l10n.t("Code difference"), items, placeholder });
  return typeof chosen === "object" ? chosen.value.paths : undefined;
}

function word(change: CodeChange["change"]): string {
  switch (change) {
    case "added":
      return vscode.l10n.t("only in the second");
    case "removed":
      return vscode.l10n.t("only in the first");
    case "changed":
      return vscode.l10n.t("changed");
  }
}

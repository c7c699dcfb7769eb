import * as vscode from "vscode";

export interface TagOptions {
  title: string;
  /** Tags there are, with repeats: those used most come first. */
  known: readonly string[];
  chosen: readonly string[];
}

/** Chooses tags among those there are and new ones, typed. Resolves to undefined when the person left. */
export function pickTags({ title, known, chosen }: TagOptions): Promise<string[] | undefined> {
  const counts = new Map<string, number>(chosen.map((tag) => [tag, 0]));
  for (const tag of known) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const tags = [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([label]) => ({ label }));
  const input = vscode.window.createQuickPick();
  input.title = title;
  input.placeholder = vscode.l10n.t("Choose tags, or type a new one");
  input.canSelectMany = true;
  input.items = tags;
  input.selectedItems = tags.filter(({ label }) => chosen.includes(label));
  let extra: vscode.QuickPickItem | undefined;
  const offer = (value: string): void => {
    const selected = input.selectedItems;
    const isKept = extra !== undefined && selected.includes(extra);
    if (isKept && extra) tags.unshift(extra);
    extra = newTag(value, tags);
    const items = extra ? [extra, ...tags] : tags;
    input.items = items;
    input.selectedItems = items.filter((item) => selected.includes(item));
  };
  input.onDidChangeValue(offer);
  return new Promise((resolve) => {
    input.onDidAccept(() => {
      // Enter right after typing means the tag typed, ticked or not.
      const typed = input.value.trim() === extra?.label ? [extra.label] : [];
      resolve([...new Set([...input.selectedItems.map(({ label }) => label), ...typed])]);
      input.dispose();
    });
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
}

function newTag(value: string, tags: readonly vscode.QuickPickItem[]): vscode.QuickPickItem | undefined {
  const label = value.trim();
  if (label === "" || tags.some((tag) => tag.label === label)) return undefined;
  if (/[\p{Cc}\s]/u.test(label)) {
    return {
      label: label.replaceAll(/[\p{Cc}\s]+/gu, "-"),
      description: vscode.l10n.t("new; tags have no spaces"),
      alwaysShow: true,
    };
  }
  return { label, description: vscode.l10n.t("new"), alwaysShow: true };
}

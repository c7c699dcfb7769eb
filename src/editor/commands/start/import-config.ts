import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { writeNewFile } from "../../../base/new-file.ts";
import { importFile } from "../../../config/import/import-file.ts";
import { newConfigName } from "../../../config/new-config.ts";

/** Makes a config from one of another tool, beside it and under a name that is free, and opens it. */
export async function importOther(given: vscode.Uri | undefined): Promise<void> {
  const source = given ?? (await chooseFile());
  if (!source) return;
  const { tool, text, leftOut } = importFile(source.fsPath);
  const folder = dirname(source.fsPath);
  const file = join(
    folder,
    newConfigName(basename(source.fsPath), (name) => existsSync(join(folder, name))),
  );
  writeNewFile(file, text);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
  const name = basename(source.fsPath);
  const message =
    leftOut.length === 0
      ? vscode.l10n.t("{0} is a config of {1}; every key was taken over.", name, tool)
      : leftOut.length === 1
        ? vscode.l10n.t(
            "{0} is a config of {1}; 1 key has no equivalent and stands at the end as a comment.",
            name,
            tool,
          )
        : vscode.l10n.t(
            "{0} is a config of {1}; {2} keys have no equivalent and stand at the end as comments.",
            name,
            tool,
            leftOut.length,
          );
  // Not waited for: the notice stands until somebody closes it.
  void vscode.window.showInformationMessage(message);
}

async function chooseFile(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Config of LLaMA-Factory, axolotl, TRL, torchtune, AutoTrain or TrainingArguments"),
    openLabel: vscode.l10n.t("Import"),
    filters: { [vscode.l10n.t("Configs")]: ["yaml", "yml", "json"] },
    ...(folder ? { defaultUri: folder } : {}),
  });
  return chosen?.[0];
}

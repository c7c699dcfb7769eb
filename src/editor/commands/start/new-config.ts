import { existsSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import * as vscode from "vscode";
import { UserError } from "../../../base/errors.ts";
import { formatFileSize } from "../../../base/format.ts";
import { evaluationHalfOf, newConfigName, newConfigText } from "../../../config/new-config.ts";
import { describeFile, type FileDescription } from "../../../data/describe-file.ts";
import { pick } from "../../quick/steps.ts";
import { withNotice } from "./start-config.ts";

const DATA = "**/*.{csv,tsv,jsonl,ndjson,parquet}";
const ELSEWHERE = "**/{node_modules,.git,.tuning-fork,.venv,venv}/**";
const MOST = 200;

/** Writes a config for a data file of the workspace and opens it; never over a file that is there. */
export async function newConfig(): Promise<void> {
  const title = vscode.l10n.t("New config");
  const { files, complete } = await dataFiles();
  const data = await chooseData(title, files, complete);
  if (!data) return;
  const folder = vscode.workspace.getWorkspaceFolder(data)?.uri.fsPath;
  if (folder === undefined) return;
  const found = await withNotice(vscode.l10n.t("Looking at {0}", basename(data.fsPath)), (_say, signal) =>
    describeFile(data.fsPath, signal),
  );
  const columns = await chooseColumns(title, found);
  if (!columns) return;
  const pathOf = (uri: vscode.Uri): string => relative(folder, uri.fsPath).split(sep).join("/");
  const dataFile = pathOf(data);
  const name = newConfigName(dataFile, (one) => existsSync(join(folder, one)));
  const text = newConfigText({
    dataFile,
    evalFile: evaluationHalfOf(dataFile, files.map(pathOf)),
    ...columns,
    labels: columns.labelColumn === found.labelColumn ? found.labels : undefined,
    rows: found.rows,
    name: basename(folder),
  });
  const file = join(folder, name);
  writeFileSync(file, text, { flag: "wx" });
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
}

async function dataFiles(): Promise<{ files: vscode.Uri[]; complete: boolean }> {
  const found = await vscode.workspace.findFiles(DATA, ELSEWHERE, MOST + 1);
  const files = found.filter(({ scheme }) => scheme === "file").toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (files.length > 0) return { files: files.slice(0, MOST), complete: found.length <= MOST };
  throw new UserError(
    "data-none",
    vscode.l10n.t("There is no data file in this workspace: CSV, TSV, JSONL or Parquet."),
    {
      advice: vscode.l10n.t("Put one there with a column of texts and a column of labels."),
    },
  );
}

async function chooseData(title: string, files: vscode.Uri[], complete: boolean): Promise<vscode.Uri | undefined> {
  const items = files.map((uri) => ({
    label: vscode.workspace.asRelativePath(uri),
    description: formatFileSize(statSync(uri.fsPath, { throwIfNoEntry: false })?.size),
    uri,
  }));
  const placeholder = complete
    ? vscode.l10n.t("Choose the data to train on")
    : vscode.l10n.t("Choose the data to train on; only the first {0} files are listed", files.length);
  const chosen = await pick({ title, items, placeholder });
  return typeof chosen === "object" ? chosen.value.uri : undefined;
}

/** The columns recognised; the person is asked for those that are not. */
async function chooseColumns(
  title: string,
  { columns, textColumn, labelColumn }: FileDescription,
): Promise<{ textColumn: string; labelColumn: string } | undefined> {
  const choose = async (placeholder: string, without: string | undefined): Promise<string | undefined> => {
    const items = columns.filter((column) => column !== without).map((label) => ({ label }));
    const chosen = await pick({ title, items, placeholder });
    return typeof chosen === "object" ? chosen.value.label : undefined;
  };
  const text = textColumn ?? (await choose(vscode.l10n.t("Which column holds the texts?"), labelColumn));
  if (text === undefined) return undefined;
  const label = labelColumn ?? (await choose(vscode.l10n.t("Which column holds the labels?"), text));
  return label === undefined ? undefined : { textColumn: text, labelColumn: label };
}

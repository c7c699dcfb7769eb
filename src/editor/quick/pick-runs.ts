import * as vscode from "vscode";
import { formatPast } from "../../base/format.ts";
import type { RunListItem } from "../../runs/model.ts";
import { stateWord } from "../../runs/state-word.ts";
import { resultText } from "../../views/explorer/describe.ts";
import type { App, FolderStore, RunRef } from "../app.ts";
import { pick } from "./steps.ts";

type Stores = Pick<App, "stores">;

/** Which runs are offered, and what for. */
export interface RunChoice {
  title?: string;
  /** URI of the only folder; absent = all. */
  folder?: string;
  /** Ids of runs that are not offered. */
  without?: readonly string[];
  /** In the trash, or (default) out of it. */
  trashed?: boolean;
  suits?: (run: RunListItem) => boolean;
}

interface RunItem extends vscode.QuickPickItem {
  ref: RunRef;
}

/** The person's choice of some runs, none when they leave. A single run that suits needs no choice. */
export async function pickRuns(app: Stores, choice: RunChoice): Promise<RunRef[]> {
  const items = await itemsFor(app, choice);
  if (items.length === 0) noneSuits();
  if (items.length < 2) return items.map(({ ref }) => ref);
  const chosen = await vscode.window.showQuickPick(items, {
    ...(choice.title === undefined ? {} : { title: choice.title }),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
    placeHolder: vscode.l10n.t("Choose runs"),
  });
  return (chosen ?? []).map(({ ref }) => ref);
}

/** The person's choice of one run; undefined when they leave or there is none. A single run that suits needs no choice. */
export async function pickRun(app: Stores, title: string, choice: RunChoice): Promise<RunRef | undefined> {
  const items = await itemsFor(app, choice);
  if (items.length === 0) noneSuits();
  if (items.length < 2) return items[0]?.ref;
  const placeholder = vscode.l10n.t("Choose a run");
  const chosen = await pick({ title, items, placeholder, matchOnDetail: true });
  return typeof chosen === "object" ? chosen.value.ref : undefined;
}

function noneSuits(): void {
  void vscode.window.showInformationMessage(vscode.l10n.t("There is no run here that this can be done with."));
}

async function itemsFor({ stores }: Stores, choice: RunChoice): Promise<RunItem[]> {
  const all = await stores.all();
  const asked = all.filter(({ folder }) => choice.folder === undefined || folder.uri.toString() === choice.folder);
  const lists = await Promise.all(asked.map((store) => runsOf(store, choice)));
  return lists
    .flat()
    .toSorted((a, b) => b.run.createdMs - a.run.createdMs)
    .map(({ run, store }) => itemOf(run, store, all.length > 1));
}

async function runsOf(store: FolderStore, choice: RunChoice): Promise<{ run: RunListItem; store: FolderStore }[]> {
  const { without = [], trashed = false, suits = () => true } = choice;
  const runs = await store.home.store.list({ trashed });
  return runs
    .filter((run) => run.trashed === trashed && !without.includes(run.id) && suits(run))
    .map((run) => ({ run, store }));
}

const itemOf = (run: RunListItem, { folder }: FolderStore, namesFolder: boolean): RunItem => ({
  label: run.name,
  description: [stateWord(run.state), resultText(run), formatPast(run.createdMs, Date.now())]
    .filter((part) => part !== undefined)
    .join(" · "),
  ...(namesFolder ? { detail: folder.name } : {}),
  ref: { folder: folder.uri.toString(), run: run.id },
});

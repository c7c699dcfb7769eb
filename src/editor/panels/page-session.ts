import * as vscode from "vscode";
import { UserError } from "../../base/errors.ts";
import { comparePage } from "../../messages/compare-page.ts";
import type { ToPage } from "../../messages/envelope.ts";
import type { PageAction } from "../../messages/actions.ts";
import { runPage } from "../../messages/run-page.ts";
import { CompareSource } from "../../views/compare/source.ts";
import { RunSource } from "../../views/run/source.ts";
import { PageSession } from "../../views/session.ts";
import type { App, FolderStore } from "../app.ts";
import type { PageRef } from "./page-ref.ts";

/** The host's end of either page. */
export type AnySession = PageSession<typeof runPage> | PageSession<typeof comparePage>;

export interface SessionEnds {
  send(message: ToPage): void;
  act(action: PageAction): Promise<void>;
}

type Engine = Pick<App, "stores" | "choices" | "log">;

/** Opens the store of a page and its session. Throws a `UserError` when the run or its folder is gone. */
export async function openSession(app: Engine, ref: PageRef, ends: SessionEnds): Promise<AnySession> {
  const store = await storeOf(app, ref);
  const around = {
    baseline: () => app.choices.baseline(store.folder),
    mutedAlerts: () => app.choices.muted(),
    readOnly: () => store.readOnly,
  };
  const common = {
    actions: { act: (action: PageAction) => ends.act(action) },
    memory: {
      all: () => app.choices.page(),
      set: (key: string, value: unknown) => void app.choices.setPage(key, value),
    },
    port: { send: (message: ToPage) => ends.send(message), log: (message: string) => app.log.warn(message) },
  };
  if (ref.page === "run") {
    const source = new RunSource(store.home, store.live, ref.run, around);
    return new PageSession({ contract: runPage, source, ...common });
  }
  const source = new CompareSource(store.home, store.live, ref.runs, around);
  return new PageSession({ contract: comparePage, source, ...common });
}

async function storeOf({ stores }: Engine, ref: PageRef): Promise<FolderStore> {
  if (ref.page === "run") return (await stores.get(ref)).store;
  const folder = stores.folders.find(({ uri }) => uri.toString() === ref.folder);
  const store = folder && (await stores.open(folder));
  if (store) return store;
  throw new UserError(
    "store-missing",
    vscode.l10n.t("The folder of these runs is not open: {0}", vscode.Uri.parse(ref.folder).fsPath),
    { advice: vscode.l10n.t("Add it to the workspace to see them.") },
  );
}

import { basename } from "node:path";
import * as vscode from "vscode";
import { ConfigRefused } from "../../../runs/start-refused.ts";
import type { App } from "../../app.ts";
import { pickOverrides } from "../../quick/pick-overrides.ts";
import { requireTrust } from "../../trust.ts";
import { startConfig } from "./start-config.ts";

/** How many runs of a config have their values offered. */
const EARLIER = 5;

/**
 * Asks for overrides until a config starts with them: an error that has no line in the file is shown where they are typed,
 * and nothing typed is lost. Resolves to false when the person left.
 */
export async function startWithOverrides(app: App, uri: vscode.Uri): Promise<string | undefined> {
  if (!(await requireTrust())) return undefined;
  const earlier = await earlierConfigs(app, uri);
  let chosen: readonly string[] = [];
  let problem: string | undefined;
  for (;;) {
    const asked = await pickOverrides({
      title: vscode.l10n.t("Start {0} with overrides", basename(uri.fsPath)),
      goOn: (count) =>
        count === 0
          ? vscode.l10n.t("Start without overrides")
          : count === 1
            ? vscode.l10n.t("Start with 1 override")
            : vscode.l10n.t("Start with {0} overrides", count),
      earlier,
      chosen,
      problem,
    });
    if (typeof asked !== "object") return undefined;
    chosen = asked.value;
    try {
      return (await startConfig(app, uri, chosen))?.id;
    } catch (error) {
      problem = problemOf(error, chosen);
      if (problem === undefined) throw error;
    }
  }
}

/** What is wrong with overrides; undefined for an error that they have nothing to do with. */
export function problemOf(error: unknown, chosen: readonly string[]): string | undefined {
  if (!(error instanceof ConfigRefused) || chosen.length === 0) return undefined;
  const keys = new Set(chosen.map((pair) => pair.slice(0, pair.indexOf("=")).trim()));
  const found = error.diagnostics.filter(({ severity }) => severity === "error");
  return found.find(({ line, key }) => line === null || keys.has(key))?.message;
}

/** The resolved configs of the newest runs of a config file. */
export async function earlierConfigs(app: App, uri: vscode.Uri): Promise<unknown[]> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const store = folder && (await app.stores.open(folder));
  if (!store) return [];
  const runs = (await store.home.store.list()).filter(({ configFile }) => configFile === uri.fsPath);
  const records = await Promise.all(runs.slice(0, EARLIER).map(({ id }) => store.home.store.get(id)));
  return records.flatMap((record) => (record ? [record.config] : []));
}

import * as vscode from "vscode";
import type { RunRef } from "../app.ts";
import { execute } from "../commands/register.ts";

const VIEW_TYPE = "tuningFork.droppedRuns";
const SCHEME = "tuning-fork";

/**
 * What dragged runs are to the editor area: a resource. The editor opens nothing but resources where something is dropped, so
 * runs are named by one that no file system has.
 */
export function dropUri(refs: readonly RunRef[]): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: "/dropped.tuning-fork-runs", query: JSON.stringify(refs) });
}

/** Opens what was dropped: one run's page, or several runs beside each other. The empty editor made for it closes. */
export function registerDropEditor(): vscode.Disposable {
  return vscode.window.registerCustomEditorProvider(VIEW_TYPE, {
    openCustomDocument: (uri) => ({ uri, dispose: () => {} }),
    async resolveCustomEditor({ uri }, panel) {
      const refs = refsIn(uri.query);
      panel.webview.html = "";
      // The page opens in the group that is active: the one dropped on.
      panel.reveal(panel.viewColumn);
      panel.dispose();
      const [only] = refs;
      if (refs.length > 1) await execute("compareRuns", only, refs);
      else if (only) await execute("openRun", only);
    },
  });
}

function refsIn(query: string): RunRef[] {
  try {
    const value: unknown = JSON.parse(query);
    return Array.isArray(value) ? value.filter(isRef) : [];
  } catch {
    return [];
  }
}

const isRef = (value: unknown): value is RunRef => {
  const { folder, run } = (value ?? {}) as Record<string, unknown>;
  return typeof folder === "string" && typeof run === "string";
};

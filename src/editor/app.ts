import type * as vscode from "vscode";
import type { RunRecord } from "../runs/model.ts";
import type { RunsHome } from "../runs/open.ts";
import type { LiveRuns } from "../views/live-runs.ts";

/** One run of one workspace folder, as commands and panels name it. JSON, so that it survives a reload of the window. */
export interface RunRef {
  /** URI of the workspace folder. */
  folder: string;
  run: string;
}

/** A workspace folder's store, open. */
export interface FolderStore {
  readonly folder: vscode.WorkspaceFolder;
  readonly home: RunsHome;
  readonly live: LiveRuns;
  /** Why nothing may be started or changed here (untrusted workspace); null when it may. */
  readonly readOnly: string | null;
}

/** The stores of the workspace: each folder its own, opened when first needed. */
export interface Stores {
  readonly folders: readonly vscode.WorkspaceFolder[];
  /** The folder's store; undefined when it has none yet. */
  open(folder: vscode.WorkspaceFolder): Promise<FolderStore | undefined>;
  /** The folder's store, made when it is not there. Throws a `UserError` in an untrusted workspace. */
  make(folder: vscode.WorkspaceFolder): Promise<FolderStore>;
  /** Every store there is. */
  all(): Promise<FolderStore[]>;
  /** The run and its store. Throws `run-not-found`. */
  get(ref: RunRef): Promise<{ store: FolderStore; run: RunRecord }>;
  /** Runs changed, or a store came or went (then `runs` is empty). Fires only while somebody listens. */
  readonly onDidChange: vscode.Event<{ folder: vscode.WorkspaceFolder; runs: readonly string[] }>;
}

/** What workspace and person chose, kept in the workspace's memory. */
export interface Choices {
  /** The run others are compared with, a folder's own. */
  baseline(folder: vscode.WorkspaceFolder): string | undefined;
  setBaseline(folder: vscode.WorkspaceFolder, run: string | undefined): Promise<void>;
  /** Codes of muted alerts. */
  muted(): readonly string[];
  mute(code: string, muted: boolean): Promise<void>;
  /** Small values of pages (smoothing). */
  page(): Record<string, unknown>;
  setPage(key: string, value: unknown): Promise<void>;
  readonly onDidChange: vscode.Event<void>;
}

/** Open pages. */
export interface Panels {
  /** `preview`: for a look; `beside`: next to what is open (a config always stays in sight); `focus`: false leaves it where it is; the rest is the place to show. */
  openRun(
    ref: RunRef,
    how?: { preview?: boolean; beside?: boolean; focus?: boolean; tab?: string; step?: number; line?: number },
  ): Promise<void>;
  compare(refs: readonly RunRef[]): Promise<void>;
  /** The run of the page in front, else of the only one in sight: what palette commands are about. */
  readonly active: RunRef | undefined;
}

/** Everything a feature of the editor works with; made by `extension.ts`. */
export interface App {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly stores: Stores;
  readonly choices: Choices;
  readonly panels: Panels;
}

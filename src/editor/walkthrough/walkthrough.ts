import * as vscode from "vscode";
import type { App } from "../app.ts";
import type { CommandName } from "../commands/specs.ts";
import { hasConfigs } from "../config-files/config-files.ts";
import type { RunLists } from "../explorer/run-lists.ts";

/** Steps of the walkthrough that tick by a context key: `tuningFork.did.<step>` or `tuningFork.had.<step>`. */
type Step = "config" | "start" | "watch" | "compare";

const STEP_OF: { [Name in CommandName]?: Step } = {
  openRun: "watch",
  previewRun: "watch",
  compareRuns: "compare",
  resumeRun: "compare",
  exportRun: "compare",
  forkRun: "compare",
};

/** Commands after which there may be a config; those that were left before make none. */
const MAKES_CONFIG: readonly CommandName[] = ["newConfig", "importConfig", "startFineTune"];

/**
 * Ticks the walkthrough's steps. The editor sees no command that an item of a view or a page runs, so what was done is told
 * by context keys. A key that was true before the editor knew the walkthrough it takes for an old event, and never ticks its
 * step. So each step has two keys: one set when it happens, one set for what had happened when the walkthrough is opened.
 */
export class Walkthrough implements vscode.Disposable {
  readonly #app: App;
  readonly #lists: RunLists;
  readonly #did = new Set<Step>();
  readonly #subscription: vscode.Disposable;

  constructor(app: App, lists: RunLists) {
    this.#app = app;
    this.#lists = lists;
    this.#subscription = lists.onDidChange(() => {
      if (lists.live.length > 0) this.#tick("start");
      if (app.panels.active) this.#tick("watch");
    });
  }

  async open(): Promise<void> {
    const id = `${this.#app.context.extension.id}#start`;
    await vscode.commands.executeCommand("workbench.action.openWalkthrough", id, false);
    if (this.#lists.all.length > 0) this.#did.add("start");
    if (await hasConfigs()) this.#did.add("config");
    for (const step of this.#did) void vscode.commands.executeCommand("setContext", `tuningFork.had.${step}`, true);
  }

  /** To be told of every command that was run. */
  ran(name: CommandName): void {
    const step = STEP_OF[name];
    if (step) this.#tick(step);
    if (MAKES_CONFIG.includes(name)) void hasConfigs().then((has) => has && this.#tick("config"));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #tick(step: Step): void {
    if (this.#did.has(step)) return;
    this.#did.add(step);
    void vscode.commands.executeCommand("setContext", `tuningFork.did.${step}`, true);
  }
}

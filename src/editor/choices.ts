import * as vscode from "vscode";
import type { Choices } from "./app.ts";

const BASELINES = "baselines";
const MUTED = "mutedAlerts";
const PAGES = "pages";

/** What was chosen in this workspace, in the editor's own memory of it: no file of ours in the person's folder. */
export class WorkspaceChoices implements Choices, vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    void this.#tellMenus();
  }

  baseline(folder: vscode.WorkspaceFolder): string | undefined {
    return this.#memory.get<Record<string, string>>(BASELINES, {})[folder.uri.toString()];
  }

  async setBaseline(folder: vscode.WorkspaceFolder, run: string | undefined): Promise<void> {
    const { [folder.uri.toString()]: _before, ...others } = this.#memory.get<Record<string, string>>(BASELINES, {});
    await this.#memory.update(BASELINES, run === undefined ? others : { ...others, [folder.uri.toString()]: run });
    this.#changed.fire();
  }

  muted(): readonly string[] {
    return this.#memory.get<string[]>(MUTED, []);
  }

  async mute(code: string, muted: boolean): Promise<void> {
    const others = this.muted().filter((other) => other !== code);
    await this.#memory.update(MUTED, muted ? [...others, code] : others);
    await this.#tellMenus();
    this.#changed.fire();
  }

  page(): Record<string, unknown> {
    return this.#memory.get<Record<string, unknown>>(PAGES, {});
  }

  async setPage(key: string, value: unknown): Promise<void> {
    await this.#memory.update(PAGES, { ...this.page(), [key]: value });
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #tellMenus(): Promise<void> {
    await vscode.commands.executeCommand("setContext", "tuningFork.muted", this.muted().length > 0);
  }
}

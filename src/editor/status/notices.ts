import * as vscode from "vscode";
import { sentenceOf } from "../../base/errors.ts";
import { isTerminal, type RunRecord } from "../../runs/model.ts";
import { resultText } from "../../views/explorer/describe.ts";
import type { App, RunRef } from "../app.ts";
import { execute } from "../commands/register.ts";
import type { ListedRun, RunLists } from "../explorer/run-lists.ts";

/** What was told before, over reloads of the window. */
const TOLD = "notices.told";
const MOST_TOLD = 500;
/** A reload of the window takes no longer than this; what ends meanwhile is told afterwards. */
const RELOAD_MS = 20_000;

/** A loss that is no number any more: of a script that goes on all the same, nothing else tells. */
function nanLoss({ metrics }: RunRecord): { code: string; step: number | null; message: string } | undefined {
  const name = ["train/loss", "loss"].find((one) => metrics[one]?.last === "NaN");
  if (name === undefined) return undefined;
  return { code: "nan-loss", step: null, message: vscode.l10n.t("{0} is NaN. Nothing more is learnt.", name) };
}

/**
 * Tells what one wants to be woken for: a run failed, a run finished while the window was elsewhere, a loss is NaN. Each at
 * most once, and not of what ended before the window opened: that stands in the explorer.
 */
export class Notices implements vscode.Disposable {
  readonly #app: App;
  readonly #lists: RunLists;
  readonly #subscription: vscode.Disposable;
  readonly #openedMs = Date.now();
  readonly #seenLive = new Set<string>();
  readonly #seenEnded = new Set<string>();
  /** Runs looked at for alerts, with the step they were at. */
  readonly #lookedAt = new Map<string, number>();

  constructor(app: App, lists: RunLists) {
    this.#app = app;
    this.#lists = lists;
    this.#subscription = lists.onDidChange(
      () => void this.#look().catch((error: unknown) => app.log.warn(String(error))),
    );
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #look(): Promise<void> {
    for (const listed of this.#lists.all) {
      try {
        await this.#lookAt(listed);
      } catch (error) {
        // One that was removed meanwhile keeps nobody from hearing of the others.
        this.#app.log.warn(sentenceOf(error));
      }
    }
  }

  async #lookAt(listed: ListedRun): Promise<void> {
    const { id, state, endedMs } = listed.item;
    if (!isTerminal(state)) {
      this.#seenLive.add(id);
      await this.#alerts(listed);
    } else if (this.#endsNow(id, endedMs)) await this.#ended(listed);
  }

  /** Whether the end is news. A run that ended between two looks, or during a reload, was never seen live. */
  #endsNow(id: string, endedMs: number | null): boolean {
    const wasLive = this.#seenLive.delete(id);
    const key = `${id} ${endedMs}`;
    if (this.#seenEnded.has(key)) return false;
    const isRecent = endedMs !== null && endedMs >= this.#openedMs - RELOAD_MS;
    if (wasLive || isRecent) this.#seenEnded.add(key);
    return wasLive || isRecent;
  }

  async #ended({ folder, item }: ListedRun): Promise<void> {
    const ref = { folder: folder.uri.toString(), run: item.id };
    if (item.state === "failed" || item.state === "crashed") {
      const cause = item.cause || vscode.l10n.t("The trainer ended without a word.");
      await this.#tell(
        ref,
        `${item.state} ${item.endedMs}`,
        "error",
        vscode.l10n.t("{0} failed. {1}", item.name, cause),
        {
          title: vscode.l10n.t("Open log"),
          run: () => execute("openRunLog", ref),
        },
      );
    } else if (item.state === "finished" && !vscode.window.state.focused) {
      const result = resultText(item);
      const sentence = result
        ? vscode.l10n.t("{0} finished: {1}.", item.name, result)
        : vscode.l10n.t("{0} finished.", item.name);
      await this.#tell(ref, `finished ${item.endedMs}`, "information", sentence, {
        title: vscode.l10n.t("Open run"),
        run: () => execute("openRun", ref),
      });
    }
  }

  /** Alerts stand in the record, which is read only when the run has gone on. */
  async #alerts({ folder, item }: ListedRun): Promise<void> {
    if (this.#lookedAt.get(item.id) === item.progress.step) return;
    this.#lookedAt.set(item.id, item.progress.step);
    const ref = { folder: folder.uri.toString(), run: item.id };
    const { run } = await this.#app.stores.get(ref);
    const nan = run.alerts.find(({ code }) => code.startsWith("nan")) ?? nanLoss(run);
    if (!nan || this.#app.choices.muted().includes(nan.code)) return;
    await this.#tell(ref, `${nan.code} ${nan.step}`, "warning", `${item.name}: ${nan.message}`, {
      title: vscode.l10n.t("Open run"),
      run: () => execute("openRun", ref),
    });
  }

  async #tell(
    ref: RunRef,
    what: string,
    level: "error" | "warning" | "information",
    sentence: string,
    button: { title: string; run: () => unknown },
  ): Promise<void> {
    const wanted = vscode.workspace.getConfiguration("tuningFork").get<string>("notifications", "all");
    if (wanted === "none" || (wanted === "failures" && level === "information")) return;
    const { workspaceState } = this.#app.context;
    const key = `${ref.run} ${what}`;
    const told = workspaceState.get<string[]>(TOLD, []);
    if (told.includes(key)) return;
    await workspaceState.update(TOLD, [...told, key].slice(-MOST_TOLD));
    const show = {
      error: vscode.window.showErrorMessage,
      warning: vscode.window.showWarningMessage,
      information: vscode.window.showInformationMessage,
    }[level];
    // Not waited for: a message may stand for hours, and others must not wait behind it.
    void show(sentence, button.title).then((chosen) => chosen === button.title && button.run());
  }
}

import * as vscode from "vscode";
import { UserError } from "../../base/errors.ts";
import type { Panels, RunRef } from "../app.ts";
import { isConfigFile } from "../config-files/config-files.ts";
import { actFor } from "./page-actions.ts";
import { PagePanel, type PageApp } from "./page-panel.ts";
import { isSamePage, refOfState, runPageOf, VIEW_TYPES, type PageRef } from "./page-ref.ts";

type How = NonNullable<Parameters<Panels["openRun"]>[1]>;

/** The open pages: one for each run, one for each comparison. */
export class PagePanels implements Panels, vscode.Disposable {
  readonly #app: PageApp;
  readonly #pages = new Set<PagePanel>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(app: PageApp) {
    this.#app = app;
    this.#subscriptions = [
      ...Object.entries(VIEW_TYPES).map(([page, type]) =>
        vscode.window.registerWebviewPanelSerializer(type, {
          deserializeWebviewPanel: async (panel, state) => this.#restore(page as PageRef["page"], panel, state),
        }),
      ),
      app.choices.onDidChange(() => {
        for (const page of this.#pages) page.refresh();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        for (const page of this.#pages) page.reload();
      }),
    ];
  }

  get active(): RunRef | undefined {
    const shown = [...this.#pages].filter(({ panel, ref }) => panel.visible && ref.page === "run");
    const front = shown.find(({ panel }) => panel.active) ?? (shown.length === 1 ? shown[0] : undefined);
    const ref = front?.ref;
    return ref?.page === "run" ? { folder: ref.folder, run: ref.run } : undefined;
  }

  async openRun(ref: RunRef, how: How = {}): Promise<void> {
    const { preview = false, beside = isConfigInFront(), focus = !preview, ...place } = how;
    const wanted = runPageOf(ref);
    const name = this.#find(wanted)?.panel.title ?? (await this.#app.stores.get(ref)).run.name;
    // A double click asks twice; by now the first may have opened it.
    const open = this.#find(wanted);
    if (open) {
      if (!preview) open.isPreview = false;
      open.panel.reveal(undefined, !focus);
      open.go(place);
      return;
    }
    const looked = preview ? [...this.#pages].find(({ isPreview }) => isPreview) : undefined;
    const viewColumn = looked?.panel.viewColumn ?? this.#column(beside);
    const page = this.#open(wanted, name, { viewColumn, preserveFocus: !focus });
    page.isPreview = preview;
    page.go(place);
    looked?.panel.dispose();
  }

  async compare(refs: readonly RunRef[]): Promise<void> {
    const wanted = comparisonOf(refs);
    const open = this.#find(wanted);
    if (open) return open.panel.reveal();
    this.#open(wanted, compareTitle(wanted), { viewColumn: this.#column(isConfigInFront()) });
  }

  dispose(): void {
    for (const page of this.#pages) page.dispose();
    for (const one of this.#subscriptions) one.dispose();
  }

  #find(ref: PageRef): PagePanel | undefined {
    return [...this.#pages].find((page) => isSamePage(page.ref, ref));
  }

  /** A page beside the config goes where a page is already, so that starting often does not split the window ever further. */
  #column(beside: boolean): vscode.ViewColumn {
    if (!beside) return vscode.ViewColumn.Active;
    const shown = [...this.#pages].find(({ panel }) => panel.visible && !panel.active);
    return shown?.panel.viewColumn ?? vscode.ViewColumn.Beside;
  }

  #open(ref: PageRef, title: string, at: { viewColumn: vscode.ViewColumn; preserveFocus?: boolean }): PagePanel {
    return this.#adopt(vscode.window.createWebviewPanel(VIEW_TYPES[ref.page], title, at), ref);
  }

  #adopt(panel: vscode.WebviewPanel, ref: PageRef): PagePanel {
    const page = new PagePanel(this.#app, panel, ref, (from, action) =>
      actFor(this.#app, from.ref, action, (runs) => this.#compareIn(from, runs)),
    );
    this.#pages.add(page);
    panel.onDidDispose(() => this.#pages.delete(page));
    return page;
  }

  /** A comparison changes in its place; beside a run's page it opens anew. */
  #compareIn(from: PagePanel, runs: readonly RunRef[]): void {
    if (from.ref.page === "run") return void this.compare(runs);
    const next = comparisonOf(runs);
    from.panel.title = compareTitle(next);
    from.show(next);
  }

  #restore(page: PageRef["page"], panel: vscode.WebviewPanel, state: unknown): void {
    const ref = refOfState(page, state);
    if (ref) this.#adopt(panel, ref);
    else panel.dispose(); // closed before it had shown anything
  }
}

/** The comparison of runs. Throws `compare-folders` when they are not of one store. */
function comparisonOf(refs: readonly RunRef[]): PageRef {
  const [first] = refs;
  const runs = [...new Set(refs.map(({ run }) => run))];
  if (!first || runs.length < 2)
    throw new UserError("compare-few", vscode.l10n.t("A comparison needs two runs or more."));
  if (refs.every(({ folder }) => folder === first.folder)) return { page: "compare", folder: first.folder, runs };
  throw new UserError("compare-folders", vscode.l10n.t("Runs of different workspace folders cannot be compared."), {
    advice: vscode.l10n.t("Choose runs of one folder."),
  });
}

/** A config that is being read stays in sight: pages go beside it. */
function isConfigInFront(): boolean {
  const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
  return input instanceof vscode.TabInputText && isConfigFile(input.uri);
}

const compareTitle = (ref: PageRef): string =>
  vscode.l10n.t("Compare {0} runs", ref.page === "compare" ? ref.runs.length : 1);

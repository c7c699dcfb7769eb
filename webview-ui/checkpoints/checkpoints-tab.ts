import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../../src/base/l10n.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { PageCheckpointFolder } from "../../src/messages/tables.ts";
import type { GoTo, RunTab } from "../run/tab.ts";
import { selectStyles } from "../samples/select-styles.ts";
import { TableStore } from "../samples/table-store.ts";
import type { Host } from "../shared/host.ts";
import { paneStyles } from "../shared/pane-styles.ts";
import { shared } from "../shared/styles.ts";
import { retentionWords } from "./checkpoint-actions.ts";
import "./checkpoint-list.ts";
import { marksOf, metricsOf, shortName, usualPair, type Mark } from "./marks.ts";
import "./predictions.ts";
import type { PredictionsState } from "./predictions.ts";
import "./timeline.ts";
import type { TimelineChoice, TimelineCurve } from "./timeline.ts";

/** What the tab keeps of itself over a reload of the window. A and B are null until the person chooses. */
interface Kept {
  a?: number | null;
  b?: number | null;
  showsPruned?: boolean;
  predictions?: PredictionsState;
}

const REMEMBERED = "checkpointMetric";
/** Buckets of the timeline's curve: evaluations are few. */
const BUCKETS = 2000;
const NO_CURVE: TimelineCurve = { steps: [], values: [] };

/** The Checkpoints tab: which point is best, and what did it get right that the other did not. */
@customElement("tf-checkpoints-tab")
export class CheckpointsTab extends LitElement implements RunTab {
  static override styles = [
    ...shared,
    selectStyles,
    paneStyles,
    css`
      .tab {
        min-height: 520px;
      }
      .toolbar {
        min-height: 34px;
      }
      .fill {
        flex: 1;
      }
      tf-checkpoint-timeline {
        flex: none;
      }
      .panes {
        grid-template-columns: minmax(300px, 38fr) minmax(0, 62fr);
      }
      .panes > * {
        min-height: 0;
      }
      tf-checkpoint-list {
        padding-right: 16px;
        border-right: 1px solid var(--vscode-panel-border);
      }
      tf-predictions {
        padding-left: 16px;
      }
      .empty {
        margin: 24px 0;
      }
      @container (max-width: 800px) {
        .tab {
          height: auto;
        }
        .hint {
          display: none;
        }
        .panes {
          display: flex;
          flex-direction: column;
        }
        tf-checkpoint-list,
        tf-predictions {
          padding: 0;
          border: 0;
        }
        tf-predictions {
          height: 480px;
        }
      }
    `,
  ];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  @property({ attribute: false }) goto: GoTo | undefined;
  @state() private kept: Kept = {};
  @state() private folders: readonly PageCheckpointFolder[] = [];
  @state() private resumeStep: number | null = null;
  @state() private curve: TimelineCurve = NO_CURVE;
  @state() private problem = "";
  #tables: TableStore | undefined;
  #foldersOf = "";
  #curveOf = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tables ??= new TableStore(this.host);
    this.kept = (this.host.state["checkpoints"] as Kept | undefined) ?? {};
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("goto") && this.goto?.step !== undefined) this.#goTo(this.goto.step);
    if (!changed.has("view")) return;
    void this.#loadFolders();
    void this.#loadCurve();
  }

  override render() {
    const marks = marksOf(this.view, this.folders);
    if (marks.length === 0) return html`<div class="tab"><p class="empty quiet">${this.#emptyWords()}</p></div>`;
    const { a, b } = this.#pair(marks);
    return html`<div class="tab">
      ${this.#toolbar()}
      <tf-checkpoint-timeline
        .marks=${marks}
        .curve=${this.curve}
        .metric=${this.#metric}
        .colorSlot=${this.view.slot}
        .a=${a}
        .b=${b}
        .end=${this.#end(marks)}
        .stepsPerEpoch=${this.view.stepsPerEpoch}
        @tf-choose=${this.#choose}
      ></tf-checkpoint-timeline>
      <div class="panes">
        <tf-checkpoint-list
          .host=${this.host}
          .view=${this.view}
          .marks=${marks}
          .metric=${this.#metric}
          .a=${a}
          .b=${b}
          .showsPruned=${this.kept.showsPruned ?? true}
          .resumeStep=${this.resumeStep}
          @tf-choose=${this.#choose}
          @tf-show-pruned=${(event: CustomEvent<boolean>) => this.#keep({ showsPruned: event.detail })}
        ></tf-checkpoint-list>
        <tf-predictions
          .host=${this.host}
          .view=${this.view}
          .tables=${this.#tables}
          .a=${a}
          .b=${b}
          .steps=${this.#stepsOfB(marks, a, b)}
          .kept=${this.kept.predictions ?? {}}
          @tf-choose-b=${(event: CustomEvent<number>) => this.#keep({ b: event.detail })}
          @predictions-state=${(event: CustomEvent<PredictionsState>) => this.#keep({ predictions: event.detail })}
        ></tf-predictions>
      </div>
    </div>`;
  }

  #toolbar(): TemplateResult {
    const names = metricsOf(this.view);
    const change = (): void =>
      this.host.act({ do: "openConfig", run: this.view.id, key: "checkpoint.save_total_limit" });
    return html`<div class="toolbar">
      ${
        names.length === 0
          ? nothing
          : html`<label
              >${t("Metric")}
              <select @change=${this.#chooseMetric}>
                ${names.map((name) => html`<option value=${name} .selected=${name === this.#metric}>${shortName(name)}</option>`)}
              </select></label
            >`
      }
      <span class="quiet hint">${t("Click a point to choose A, Shift+click for B. Arrow keys move A.")}</span>
      ${this.problem ? html`<span class="quiet">${this.problem}</span>` : nothing}
      <span class="fill"></span>
      <span class="quiet">${retentionWords(this.view)}</span>
      <button class="link" title=${t("Open checkpoint.save_total_limit in the config")} @click=${change}>
        ${t("Change")}
      </button>
    </div>`;
  }

  get #metric(): string {
    const names = metricsOf(this.view);
    const remembered = this.host.remembered[REMEMBERED];
    return names.find((name) => name === remembered) ?? names[0] ?? "";
  }

  #emptyWords(): string {
    const every = this.view.state === "preparing" || this.view.state === "queued" || this.view.state === "running";
    if (every) return t("No checkpoint yet. The first one is saved as checkpoint.save_strategy says.");
    return t("This run saved no checkpoint. See checkpoint.save_strategy in its config.");
  }

  #end(marks: readonly Mark[]): number {
    const { step, total } = this.view.progress;
    return Math.max(step, total ?? 0, marks.at(-1)?.step ?? 0);
  }

  /** The person's choice, else the usual one; a choice whose checkpoint is no more is none. */
  #pair(marks: readonly Mark[]): { a: number | null; b: number | null } {
    const usual = usualPair(marks);
    const has = (step: number | null | undefined): step is number => marks.some((mark) => mark.step === step);
    const a = has(this.kept.a) ? this.kept.a : usual.a;
    const b = has(this.kept.b) ? this.kept.b : usual.b;
    return { a, b: b === a ? (usual.a === a ? usual.b : usual.a) : b };
  }

  #stepsOfB(marks: readonly Mark[], a: number | null, b: number | null): number[] {
    const stored = new Set(this.view.tables.filter(({ name }) => name === "eval/samples").map(({ step }) => step));
    return marks
      .map(({ step }) => step)
      .filter((step) => step !== a && (stored.has(step) || step === b))
      .toReversed();
  }

  #choose(event: CustomEvent<TimelineChoice>): void {
    const { which, step } = event.detail;
    const { a, b } = this.#pair(marksOf(this.view, this.folders));
    // Choosing the other's point swaps the two.
    if (which === "a") this.#keep({ a: step, b: step === b ? a : (this.kept.b ?? null) });
    else this.#keep({ b: step, a: step === a ? b : (this.kept.a ?? null) });
  }

  #goTo(step: number): void {
    const steps = marksOf(this.view, this.folders).map((mark) => mark.step);
    const nearest = steps.toSorted((one, two) => Math.abs(one - step) - Math.abs(two - step))[0];
    if (nearest !== undefined) this.#keep({ a: nearest });
  }

  #chooseMetric(event: Event): void {
    this.host.remember(REMEMBERED, (event.target as HTMLSelectElement).value);
    this.requestUpdate();
    void this.#loadCurve();
  }

  #keep(part: Kept): void {
    this.kept = { ...this.kept, ...part };
    this.host.keep({ checkpoints: this.kept });
  }

  async #loadFolders(): Promise<void> {
    const { id, state: runState, checkpoints } = this.view;
    const wanted = JSON.stringify([
      id,
      runState,
      checkpoints.map(({ path, present, timeMs }) => [path, present, timeMs]),
    ]);
    if (wanted === this.#foldersOf) return;
    this.#foldersOf = wanted;
    try {
      const { folders, resumeStep } = await this.host.ask("checkpointFolders", { run: id });
      if (this.#foldersOf !== wanted) return;
      this.folders = folders;
      this.resumeStep = resumeStep;
      this.problem = "";
    } catch (error) {
      this.#foldersOf = "";
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  async #loadCurve(): Promise<void> {
    const metric = this.#metric;
    const run = this.view.id;
    const wanted = `${run} ${metric} ${this.view.metrics[metric]?.count} ${this.view.segments.length}`;
    if (wanted === this.#curveOf) return;
    this.#curveOf = wanted;
    try {
      const [answer] = await this.host.ask("series", { series: [{ run, metric, buckets: BUCKETS }] });
      if (answer && this.#curveOf === wanted) this.curve = { steps: answer.step1, values: answer.mean };
    } catch {
      // The points stand without their line; asked again with the next state.
      this.#curveOf = "";
    }
  }
}

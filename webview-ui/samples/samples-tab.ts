import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount, formatMetric } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { PageTable } from "../../src/messages/tables.ts";
import type { GoTo, RunTab } from "../run/tab.ts";
import type { Host } from "../shared/host.ts";
import "../shared/skeleton.ts";
import { isLive } from "../shared/state-words.ts";
import { paneStyles } from "../shared/pane-styles.ts";
import { shared } from "../shared/styles.ts";
import { readConfusion } from "./confusion.ts";
import "./confusion-matrix.ts";
import type { ConfusionCell } from "./confusion-matrix.ts";
import { reportStyles, reportTable } from "./report-table.ts";
import "./sample-table.ts";
import type { SampleTableState } from "./sample-table.ts";
import { selectStyles } from "./select-styles.ts";
import { TableStore } from "./table-store.ts";

/** What the tab keeps of itself over a reload of the window. `step` null: the newest evaluation, also as the run goes on. */
interface Kept {
  step?: number | null;
  cell?: ConfusionCell | null;
  table?: SampleTableState;
}

const NAMES = ["eval/samples", "eval/confusion_matrix", "eval/report"] as const;

interface Evaluation {
  step: number;
  samples: PageTable | null;
  confusion: PageTable | null;
  report: PageTable | null;
}

/** The Samples tab: what one evaluation predicted, where it was wrong, and the row in the data. */
@customElement("tf-samples-tab")
export class SamplesTab extends LitElement implements RunTab {
  static override styles = [
    ...shared,
    reportStyles,
    selectStyles,
    paneStyles,
    css`
      .tab {
        min-height: 420px;
      }
      .toolbar {
        min-height: 38px;
      }
      .panes {
        grid-template-columns: minmax(300px, 40fr) minmax(0, 60fr);
      }
      .panes.single {
        grid-template-columns: minmax(0, 1fr);
      }
      .left {
        overflow: auto;
        min-height: 0;
        padding-right: 16px;
        border-right: 1px solid var(--vscode-panel-border);
      }
      h2 {
        margin: 12px 0 4px;
        font-size: 12px;
        font-weight: 600;
      }
      .left h2:first-child {
        margin-top: 4px;
      }
      tf-sample-table {
        padding-top: 4px;
      }
      .left + tf-sample-table {
        padding-left: 16px;
      }
      .empty {
        margin: 24px 0;
      }
      @container (max-width: 800px) {
        .tab {
          height: auto;
        }
        .panes {
          display: flex;
          flex-direction: column;
          gap: 12px;
        }
        .left,
        .left + tf-sample-table {
          padding: 0;
          border: 0;
        }
        tf-sample-table {
          height: 440px;
        }
      }
    `,
  ];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  @property({ attribute: false }) goto: GoTo | undefined;
  @state() private kept: Kept = {};
  @state() private shown: Evaluation | undefined;
  @state() private problem = "";
  #tables: TableStore | undefined;
  #asked = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tables ??= new TableStore(this.host);
    this.kept = (this.host.state["samples"] as Kept | undefined) ?? {};
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("goto") && this.goto?.step !== undefined) this.#keep({ step: this.goto.step });
    void this.#load();
  }

  override render() {
    const steps = this.#steps();
    if (steps.length === 0) return html`<div class="tab"><p class="empty quiet">${this.#emptyWords()}</p></div>`;
    return html`<div class="tab">${this.#toolbar(steps)} ${this.problem ? this.#failed() : this.#content()}</div>`;
  }

  /** Steps at which anything was stored, rising. */
  #steps(): number[] {
    const names: readonly string[] = NAMES;
    const steps = this.view.tables.filter(({ name }) => names.includes(name)).map(({ step }) => step);
    return [...new Set(steps)].sort((a, b) => a - b);
  }

  get #step(): number | undefined {
    const steps = this.#steps();
    return steps.find((step) => step === this.kept.step) ?? steps.at(-1);
  }

  #toolbar(steps: readonly number[]): TemplateResult {
    const newest = steps.at(-1)!;
    const isNewest = !steps.some((step) => step === this.kept.step);
    const live = isLive(this.view)
      ? t("Newest (step {0}), follows the run", formatCount(newest))
      : t("Newest (step {0})", formatCount(newest));
    return html`<div class="toolbar">
      <label
        >${t("Evaluation")}
        <select @change=${this.#choose}>
          <option value="" .selected=${isNewest}>${live}</option>
          ${steps.toReversed().map((step) => html`<option value=${step} .selected=${step === this.kept.step}>${t("step {0}", formatCount(step))}</option>`)}
        </select></label
      >
      <span class="quiet">${this.#summary()}</span>
    </div>`;
  }

  #summary(): string {
    const table = this.shown?.confusion;
    const confusion = table && readConfusion(table);
    if (!confusion) return "";
    const rows = t("{0} rows", formatCount(confusion.total));
    return `${t("accuracy {0}", formatMetric(confusion.accuracy, "accuracy"))} · ${rows}`;
  }

  #failed(): TemplateResult {
    const again = (): void => {
      this.#asked = "";
      this.requestUpdate();
    };
    return html`<p class="empty">${this.problem} <button class="link" @click=${again}>${t("Try again")}</button></p>`;
  }

  #content(): TemplateResult {
    if (!this.shown) return html`<tf-skeleton .waitsFor=${t("Loading the predictions…")}></tf-skeleton>`;
    const { samples, confusion: table, report } = this.shown;
    const confusion = table ? readConfusion(table) : undefined;
    const cell = this.kept.cell ?? null;
    const hasLeft = confusion !== undefined || report !== null;
    return html`<div class="panes ${hasLeft ? "" : "single"}">
      ${
        hasLeft
          ? html`<div class="left">
              ${
                confusion
                  ? html`<h2>${t("Confusion matrix")}</h2>
                      <tf-confusion-matrix
                        .confusion=${confusion}
                        .chosen=${cell}
                        @tf-cell=${this.#chooseCell}
                      ></tf-confusion-matrix>`
                  : nothing
              }
              ${
                report
                  ? html`<h2>${t("Report per label")}</h2>
                      ${reportTable(report)}`
                  : nothing
              }
            </div>`
          : nothing
      }
      ${
        samples
          ? html`<tf-sample-table
              .host=${this.host}
              .view=${this.view}
              .table=${samples}
              .cell=${cell}
              .evaluated=${confusion?.total ?? null}
              .kept=${this.kept.table ?? {}}
              @tf-cell=${this.#chooseCell}
              @samples-state=${(event: CustomEvent<SampleTableState>) => this.#keep({ table: event.detail })}
            ></tf-sample-table>`
          : html`<p class="empty quiet">${t("No predictions at step {0}.", formatCount(this.shown.step))}</p>`
      }
    </div>`;
  }

  #emptyWords(): string {
    return isLive(this.view)
      ? t("Predictions appear here with the first evaluation. When it comes is set by eval.steps.")
      : t("This run stored no predictions. They are written at each evaluation; see eval.strategy in its config.");
  }

  #choose(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    this.#keep({ step: value === "" ? null : Number(value) });
  }

  #chooseCell(event: CustomEvent<ConfusionCell | null>): void {
    event.stopPropagation();
    this.#keep({ cell: event.detail });
  }

  #keep(part: Kept): void {
    this.kept = { ...this.kept, ...part };
    this.host.keep({ samples: this.kept });
  }

  async #load(): Promise<void> {
    const step = this.#step;
    const { id, segments, tables } = this.view;
    const version = String(segments.length);
    const wanted = `${step} ${version} ${tables.filter((at) => at.step === step).length}`;
    if (step === undefined || wanted === this.#asked) return;
    this.#asked = wanted;
    this.problem = "";
    try {
      const [samples, confusion, report] = await Promise.all(
        NAMES.map((name) => this.#tables!.get(id, name, step, version)),
      );
      if (this.#asked === wanted) this.shown = { step, samples: samples!, confusion: confusion!, report: report! };
    } catch (error) {
      if (this.#asked === wanted) this.problem = error instanceof Error ? error.message : String(error);
    }
  }
}

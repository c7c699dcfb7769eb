import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { formatCount, formatFileSize, formatMetric } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { Host } from "../shared/host.ts";
import { icon } from "../shared/icon.ts";
import { isResumable } from "../shared/state-words.ts";
import { rowPartStyles } from "../samples/row-parts.ts";
import { shared } from "../shared/styles.ts";
import { checkpointActions } from "./checkpoint-actions.ts";
import { checkpointListStyles } from "./checkpoint-list-styles.ts";
import { evaluationList } from "./evaluation-list.ts";
import { metricAt, shortName, type Mark } from "./marks.ts";
import type { TimelineChoice } from "./timeline.ts";

const PAGE_ROWS = 10;

/**
 * The checkpoints, newest first. Enter, Space or click chooses A and unfolds its actions, with Shift B. Fires `tf-choose`
 * (`TimelineChoice`) and `tf-show-pruned` (detail: boolean).
 */
@customElement("tf-checkpoint-list")
export class CheckpointList extends LitElement {
  static override styles = [...shared, rowPartStyles, checkpointListStyles];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  @property({ attribute: false }) marks: readonly Mark[] = [];
  @property() metric = "";
  @property({ attribute: false }) a: number | null = null;
  @property({ attribute: false }) b: number | null = null;
  @property({ type: Boolean }) showsPruned = true;
  /** Where a resume would go on; null when there is no place. */
  @property({ attribute: false }) resumeStep: number | null = null;
  @state() private active: number | undefined;

  override render() {
    const rows = this.#rows();
    const pruned = this.marks.filter(isPruned).length;
    const columns = this.#metrics();
    return html`
      <div class="bar">
        <h2>${t("Checkpoints")}</h2>
        <button
          class="toggle"
          aria-pressed=${this.showsPruned}
          ?hidden=${pruned === 0}
          @click=${() => this.dispatchEvent(new CustomEvent("tf-show-pruned", { detail: !this.showsPruned }))}
        >
          ${icon(this.showsPruned ? "eye" : "eye-closed")}${t("Show pruned")}
        </button>
      </div>
      <div
        class="grid"
        role="treegrid"
        aria-label=${t("Checkpoints")}
        style="--metrics: ${columns.length}"
        @keydown=${this.#key}
      >
        <div role="row" class="row head">
          <span role="columnheader"><span class="hidden-text">${t("Mark")}</span></span>
          <span role="columnheader" class="end">${t("step")}</span>
          <span role="columnheader"><span class="hidden-text">${t("Tags")}</span></span>
          ${columns.map((name) => html`<span role="columnheader" class="end clipped" title=${name}>${shortName(name)}</span>`)}
          <span role="columnheader" class="end">${t("size")}</span>
        </div>
        ${repeat(
          rows,
          ({ step }) => step,
          (mark, index) => this.#row(mark, index, columns),
        )}
      </div>
      ${
        !this.showsPruned && pruned > 0
          ? html`<p class="note quiet">
              ${pruned === 1 ? t("1 pruned checkpoint is not shown.") : t("{0} pruned checkpoints are not shown.", pruned)}
            </p>`
          : nothing
      }
    `;
  }

  /** Newest first; A and B are shown even when pruned ones are not. */
  #rows(): Mark[] {
    return this.marks
      .filter((mark) => this.showsPruned || !isPruned(mark) || mark.step === this.a || mark.step === this.b)
      .toReversed();
  }

  #metrics(): string[] {
    const second = this.metric === "eval/loss" ? undefined : "eval/loss";
    return [this.metric, second].filter((name) => name !== undefined && name !== "") as string[];
  }

  #row(mark: Mark, index: number, columns: readonly string[]): TemplateResult {
    const { step, isKept, isAbandoned, checkpoint } = mark;
    const isOpen = step === this.a;
    const isTabStop = this.active === undefined ? isOpen || (this.a === null && index === 0) : step === this.active;
    return html`<div
        role="row"
        class="row body ${isKept ? "kept" : "pruned"} ${isOpen ? "open" : ""} ${isAbandoned ? "abandoned" : ""}"
        data-step=${step}
        aria-level="1"
        aria-expanded=${String(isOpen)}
        aria-selected=${String(isOpen || step === this.b)}
        tabindex=${isTabStop ? 0 : -1}
        @focus=${() => (this.active = step)}
        @mousedown=${keepSelection}
        @click=${(event: MouseEvent) => this.#choose(event.shiftKey ? "b" : "a", step)}
      >
        <span role="gridcell">${this.#mark(mark)}</span>
        <span role="gridcell" class="end strong">${formatCount(step)}</span>
        <span role="gridcell" class="tags">${this.#tags(mark)}</span>
        ${columns.map((name) => html`<span role="gridcell" class="end">${checkpoint ? formatMetric(metricAt(mark, name), name) : ""}</span>`)}
        <span role="gridcell" class="end">${sizeWord(mark)}</span>
      </div>
      ${
        isOpen
          ? html`<div role="row" class="unfold" aria-level="2">
              <div role="gridcell">
                ${checkpointActions({
                  host: this.host,
                  view: this.view,
                  mark,
                  isResumePoint: isResumable(this.view) && step === this.resumeStep,
                })}
                ${evaluationList(this.host, this.view, step)}
              </div>
            </div>`
          : nothing
      }`;
  }

  #mark({ step, isKept }: Mark): TemplateResult {
    if (step === this.a) return html`<span class="letter a">A</span>`;
    if (step === this.b) return html`<span class="letter b">B</span>`;
    return html`<span class="diamond" aria-hidden="true">${isKept ? "◆" : "◇"}</span
      ><span class="hidden-text">${isKept ? t("kept") : t("pruned")}</span>`;
  }

  #tags({ tags, isAbandoned, folder }: Mark): TemplateResult {
    return html`${tags.includes("best") ? html`<span class="tag best">${icon("star-full")}${t("best")}</span>` : nothing}
    ${tags.includes("last") ? html`<span class="tag">${t("last")}</span>` : nothing}
    ${tags.includes("pinned") ? html`<span class="tag">${icon("pinned")}${t("pinned")}</span>` : nothing}
    ${isAbandoned ? html`<span class="tag faint">${t("abandoned")}</span>` : nothing}
    ${folder?.state === "incomplete" ? html`<span class="tag faint">${t("incomplete")}</span>` : nothing}`;
  }

  #choose(which: "a" | "b", step: number): void {
    this.dispatchEvent(new CustomEvent<TimelineChoice>("tf-choose", { detail: { which, step } }));
  }

  #key(event: KeyboardEvent): void {
    const focused = event.composedPath()[0] as HTMLElement;
    if (!focused.matches(".row.body")) return;
    const rows = this.#rows();
    const at = rows.findIndex(({ step }) => String(step) === focused.dataset["step"]);
    const moves: Record<string, number> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      Home: 0,
      End: rows.length - 1,
      PageUp: at - PAGE_ROWS,
      PageDown: at + PAGE_ROWS,
    };
    const target = moves[event.key];
    if (target !== undefined) {
      this.active = rows[Math.min(rows.length - 1, Math.max(0, target))]!.step;
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.row[tabindex="0"]')?.focus());
    } else if ((event.key === "Enter" || event.key === " ") && rows[at]) {
      this.#choose(event.shiftKey ? "b" : "a", rows[at].step);
    } else return;
    event.preventDefault();
  }
}

/** Shift+click chooses B; it shall not select the text between. */
const keepSelection = (event: MouseEvent): void => {
  if (event.shiftKey) event.preventDefault();
};

const isPruned = ({ isKept, folder }: Mark): boolean => !isKept && folder === undefined;

function sizeWord({ isKept, folder, checkpoint }: Mark): string {
  if (folder) return formatFileSize(folder.bytes);
  return isKept && checkpoint ? formatFileSize(checkpoint.bytes) : t("pruned");
}

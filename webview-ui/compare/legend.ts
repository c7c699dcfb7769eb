import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";
import { formatCount, formatMetric, formatSteps, MISSING } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { ChartGroup } from "../charts/group.ts";
import { icon, type IconName } from "../shared/icon.ts";
import { slotStyle } from "../shared/slots.ts";
import { isLive, stateLook } from "../shared/state-words.ts";
import { shared } from "../shared/styles.ts";
import { legendStyles } from "./legend-styles.ts";
import { letterBadge, letterStyles, runColor } from "./letter.ts";
import { MOST_COLOURED, shortMetric, type ComparedRun, type Comparison } from "./runs.ts";

/** What a person wants of a run in the legend. */
export interface LegendEvents {
  "tf-open": string;
  "tf-baseline": string;
  "tf-pin": string;
  "tf-remove": string;
}

/**
 * The compared runs: a card each, above twelve runs a line each. Pointing at a run lifts its curves, the eye hides them
 * (with Alt: hides all others), the pin makes it the baseline (in the list: keeps its colour).
 */
@customElement("tf-compare-legend")
export class LegendElement extends LitElement {
  static override styles = [...shared, letterStyles, legendStyles];

  @property({ attribute: false }) comparison!: Comparison;
  @property({ attribute: false }) group!: ChartGroup;
  /** Runs that keep their colour among many. */
  @property({ attribute: false }) pinned: ReadonlySet<string> = new Set();
  @state() private hovered: string | undefined;
  #ending: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#ending = this.group.on("lines", () => {
      if (this.hovered !== this.group.hovered) this.hovered = this.group.hovered;
      else this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#ending?.();
    this.group.hovered = undefined;
  }

  override render() {
    const { runs } = this.comparison;
    const isList = runs.length > MOST_COLOURED;
    return html`<ul class=${isList ? "list" : "cards"} aria-label=${t("Runs")}>
      ${runs.map((run) => (isList ? this.#line(run) : this.#card(run)))}
    </ul>`;
  }

  #card(run: ComparedRun): TemplateResult {
    const { id, evaluations } = run.run;
    const evals = evaluations === 1 ? t("1 eval") : t("{0} evals", formatCount(evaluations));
    return this.#item(
      run,
      html`<div class="row">
          ${letterBadge(run)} ${this.#name(run)}
          <span class="tools">
            ${this.#remove(run)}
            ${
              run.isBaseline
                ? html`<span class="fixed" title=${t("Baseline")}>${icon("pinned")}</span>`
                : this.#tool(
                    "pin",
                    t("Make {0} the baseline", run.letter),
                    () => this.#tell("tf-baseline", id),
                    "hover",
                  )
            }
            ${this.#eye(run)}
          </span>
        </div>
        <div class="row second">
          ${this.#sample(run)} ${this.#result(run)}
          <span class="end quiet">${run.isBaseline ? t("baseline") : evals}</span>
        </div>`,
    );
  }

  #line(run: ComparedRun): TemplateResult {
    const isPinned = this.pinned.has(run.run.id);
    const pin = isPinned ? t("Let {0} be grey", run.letter) : t("Keep the colour of {0}", run.letter);
    const isAlways = !run.isMuted && !isPinned;
    return this.#item(
      run,
      html`<div class="row">
        ${letterBadge(run, run.run.id === this.hovered)} ${this.#name(run)} ${this.#result(run)}
        <span class="tools">
          ${run.isBaseline ? html`<span class="quiet base">${t("baseline")}</span>` : this.#remove(run)}
          ${isAlways ? nothing : this.#tool(isPinned ? "pinned" : "pin", pin, () => this.#tell("tf-pin", run.run.id))}
          ${this.#eye(run)}
        </span>
      </div>`,
    );
  }

  #item({ run: { id } }: ComparedRun, content: TemplateResult): TemplateResult {
    const classes = classMap({ item: true, lifted: this.hovered === id, hides: !this.group.isShown(id) });
    return html`<li
      class=${classes}
      data-run=${id}
      @pointerenter=${() => (this.group.hovered = id)}
      @pointerleave=${() => (this.group.hovered = undefined)}
      @focusin=${() => (this.group.hovered = id)}
      @focusout=${() => (this.group.hovered = undefined)}
    >
      ${content}
    </li>`;
  }

  #name({ run }: ComparedRun): TemplateResult {
    const look = stateLook(run.state);
    const state = html`<span class="state" style="color: ${look.color}" title=${look.word}
      >${icon(look.icon, look.spins ? "spin" : "")}<span class="hidden-text">${look.word}</span></span
    >`;
    return html`${run.state === "finished" ? nothing : state}<button
        class="name clipped"
        title=${t("Open {0}", run.name)}
        @click=${() => this.#tell("tf-open", run.id)}
      >
        ${run.name}
      </button>`;
  }

  #sample(run: ComparedRun): TemplateResult {
    const dash = slotStyle(run.slot).dash.join(" ");
    return html`<svg width="22" height="8" aria-hidden="true">
      <line x1="0" y1="4" x2="22" y2="4" style="stroke: ${runColor(run)}" stroke-width="2" stroke-dasharray=${dash} />
    </svg>`;
  }

  #result({ run, result }: ComparedRun): TemplateResult {
    const { deciding, best } = this.comparison;
    if (!deciding)
      return html`<span class="result clipped">${formatSteps(run.progress.step, run.progress.total)}</span>`;
    const star = html`${icon("star-full", "star")}<span class="hidden-text">${t("best")}</span>`;
    const text = result === undefined ? MISSING : formatMetric(result, deciding.metric);
    const progress = isLive(run) ? formatSteps(run.progress.step, run.progress.total) : "";
    return html`<span
        class="result clipped"
        title=${[`${deciding.metric} ${text}`, progress].filter(Boolean).join(" · ")}
        >${shortMetric(deciding.metric)} ${text}</span
      >${run.id === best ? star : nothing}`;
  }

  #eye({ run: { id }, letter }: ComparedRun): TemplateResult {
    const isShown = this.group.isShown(id);
    const words = isShown ? t("Hide {0} (Alt: only this one)", letter) : t("Show {0}", letter);
    return this.#tool(isShown ? "eye" : "eye-closed", words, (event) =>
      event.altKey ? this.group.isolate(id) : this.group.toggle(id),
    );
  }

  #remove({ run: { id }, letter }: ComparedRun): TemplateResult | typeof nothing {
    if (this.comparison.runs.length < 3) return nothing;
    return this.#tool("close", t("Take {0} out of the comparison", letter), () => this.#tell("tf-remove", id), "hover");
  }

  #tool(name: IconName, label: string, action: (event: MouseEvent) => void, look = ""): TemplateResult {
    return html`<button class="icon-button tool ${look}" aria-label=${label} title=${label} @click=${action}>
      ${icon(name)}
    </button>`;
  }

  #tell<K extends keyof LegendEvents>(name: K, detail: LegendEvents[K]): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import "../charts/chart.ts";
import { metricFilter } from "../charts/metrics.ts";
import { shared } from "../shared/styles.ts";
import { blockHead, blockHeadStyles } from "./block-head.ts";
import { chartBar, chartBarStyles } from "./chart-bar.ts";
import type { CompareCharts } from "./charts.ts";
import "./diff-table.ts";
import "./finals-table.ts";
import type { Kept } from "./kept.ts";
import type { Comparison } from "./runs.ts";
import { compareSections, pinnedSpecs } from "./specs.ts";

/** Differing keys of the environment listed here; the others stand in their tab. */
const MOST_ENVIRONMENT = 8;
/** Charts a filter shows here at most. */
const MOST_FILTERED = 6;

/** Which run is better, and because of what. Fires `tf-keep`, `tf-tab` and `tf-code` (detail: the run to lay beside). */
@customElement("tf-compare-overview")
export class OverviewElement extends LitElement {
  static override styles = [
    ...shared,
    blockHeadStyles,
    chartBarStyles,
    css`
      :host {
        display: block;
        padding: 0 var(--page-gap) 16px;
      }
      .charts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 360px), 1fr));
        gap: 8px;
        --chart-height: 298px;
      }
      .tables {
        display: grid;
        grid-template-columns: minmax(46%, 1fr) minmax(0, max-content);
        align-items: start;
        gap: 0 16px;
        margin-top: 8px;
      }
      @media (max-width: 800px) {
        .tables {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      .none {
        margin: 4px 0 8px;
        font-size: 12px;
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  @property({ attribute: false }) charts!: CompareCharts;
  @property({ attribute: false }) kept!: Kept;

  override render() {
    const { comparison } = this;
    return html`${this.#charts()}
      <div class="tables">
        <div>${this.#config()} ${this.#environment()}</div>
        <div>
          ${blockHead(t("Final metrics"), t("at each run's best checkpoint, Δ to {0}", comparison.baseline.letter))}
          <tf-finals-table .comparison=${comparison}></tf-finals-table>
        </div>
      </div>`;
  }

  #charts(): TemplateResult {
    const { comparison, charts, kept } = this;
    const sections = compareSections(comparison);
    const all = sections.flatMap(({ specs }) => specs);
    const { matches } = metricFilter(kept.filter);
    const isFiltered = kept.filter.trim() !== "";
    const shown = isFiltered
      ? all.filter(({ metric, title }) => matches(metric, title)).slice(0, MOST_FILTERED)
      : pinnedSpecs(sections, comparison);
    const count = isFiltered
      ? t("{0} of {1} charts", formatCount(shown.length), formatCount(all.length))
      : t("{0} of {1} charts, pinned", formatCount(shown.length), formatCount(all.length));
    const end = html`<span class="quiet">${count}</span>
      <button class="link" @click=${() => this.#tell("tf-tab", "charts")}>${t("Show all")}</button>`;
    return html`${chartBar({ comparison, charts, kept, keep: (part) => this.#tell("tf-keep", part), end })}
      <div class="charts">
        ${repeat(
          shown,
          ({ id }) => id,
          (spec) => html`<tf-chart wide .spec=${spec} .group=${charts.group} .curves=${charts.curves}></tf-chart>`,
        )}
      </div>
      ${shown.length === 0 ? html`<p class="none quiet">${isFiltered ? t("No metric matches “{0}”.", kept.filter) : t("None of the runs has logged a metric yet.")}</p>` : nothing}`;
  }

  #config(): TemplateResult {
    const { comparison, kept } = this;
    const { config } = comparison.view;
    const differing = config.filter(({ differs }) => differs);
    const fact =
      differing.length === 0
        ? t("all {0} keys are the same", formatCount(config.length))
        : t(
            "{0} of {1} keys differ; a dot means same as {2}",
            differing.length,
            formatCount(config.length),
            comparison.baseline.letter,
          );
    const toggle = kept.equalConfig ? t("Hide equal keys") : t("Show equal keys");
    const rows = kept.equalConfig ? config : differing;
    return html`${blockHead(
      t("Config"),
      fact,
      html`<button class="link" @click=${() => this.#tell("tf-keep", { equalConfig: !kept.equalConfig })}>
        ${toggle}
      </button>`,
    )}
    ${rows.length > 0 ? html`<tf-diff-table .label=${t("Config")} .comparison=${comparison} .rows=${rows}></tf-diff-table>` : nothing}`;
  }

  #environment(): TemplateResult {
    const { comparison } = this;
    const { baseline, runs } = comparison;
    const differing = comparison.view.environment.filter(({ differs }) => differs);
    const rows = differing.slice(0, MOST_ENVIRONMENT);
    const left = differing.length - rows.length;
    const other = runs.find(({ run }) => run.code !== null && run.code !== baseline.run.code);
    const link =
      other && baseline.run.code !== null
        ? html`<button class="link" @click=${() => this.#tell("tf-code", other.run.id)}>
            ${t("Open code diff {0} ↔ {1}", baseline.letter, other.letter)}
          </button>`
        : nothing;
    return html`${blockHead(t("Code and environment"), rows.length === 0 ? t("the same for all runs") : "", link)}
    ${rows.length > 0 ? html`<tf-diff-table .label=${t("Code and environment")} .comparison=${comparison} .rows=${rows}></tf-diff-table>` : nothing}
    ${
      left > 0
        ? html`<button class="link" @click=${() => this.#tell("tf-tab", "environment")}>
            ${left === 1 ? t("1 more key differs") : t("{0} more keys differ", formatCount(left))}
          </button>`
        : nothing
    }`;
  }

  #tell(name: "tf-keep" | "tf-tab" | "tf-code", detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

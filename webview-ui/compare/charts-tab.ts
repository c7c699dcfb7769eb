import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { metricFilter } from "../charts/metrics.ts";
import type { ChartSection } from "../charts/run-specs.ts";
import "../charts/section.ts";
import type { SectionState } from "../charts/section.ts";
import { shared } from "../shared/styles.ts";
import { chartBar, chartBarStyles } from "./chart-bar.ts";
import type { CompareCharts } from "./charts.ts";
import type { Kept } from "./kept.ts";
import type { Comparison } from "./runs.ts";
import { compareSections } from "./specs.ts";

/** All metrics of the compared runs, in groups. Fires `tf-keep`. */
@customElement("tf-compare-charts")
export class CompareChartsElement extends LitElement {
  static override styles = [
    ...shared,
    chartBarStyles,
    css`
      :host {
        display: block;
        padding: 0 var(--page-gap) 16px;
      }
      .empty {
        padding: 32px 0;
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  @property({ attribute: false }) charts!: CompareCharts;
  @property({ attribute: false }) kept!: Kept;

  override render() {
    const { comparison, charts, kept } = this;
    const all = compareSections(comparison);
    const { matches } = metricFilter(kept.filter);
    const shown = all
      .map((section) => ({ ...section, specs: section.specs.filter(({ metric, title }) => matches(metric, title)) }))
      .filter(({ specs }) => specs.length > 0);
    return html`${chartBar({ comparison, charts, kept, keep: (part) => this.#keep(part) })}
    ${shown.length === 0 ? this.#empty(all) : nothing}
    ${repeat(
      shown,
      ({ prefix }) => prefix,
      (section) => this.#section(section),
    )}`;
  }

  #section({ prefix, specs }: ChartSection): TemplateResult {
    const { sections, filter } = this.kept;
    return html`<tf-chart-section
      .heading=${prefix}
      .specs=${specs}
      .group=${this.charts.group}
      .curves=${this.charts.curves}
      .kept=${(Object.hasOwn(sections, prefix) ? sections[prefix] : undefined) ?? { isClosed: false, isWhole: filter.trim() !== "" }}
      @section=${(event: CustomEvent<SectionState>) => this.#keep({ sections: { ...sections, [prefix]: event.detail } })}
    ></tf-chart-section>`;
  }

  #empty(all: readonly ChartSection[]): TemplateResult {
    const count = all.reduce((sum, { specs }) => sum + specs.length, 0);
    if (count === 0) return html`<div class="empty quiet">${t("None of the runs has logged a metric yet.")}</div>`;
    return html`<div class="empty">
      ${t("No metric matches “{0}”.", this.kept.filter)}
      <button class="link" @click=${() => this.#keep({ filter: "" })}>
        ${t("Show all {0} metrics", formatCount(count))}
      </button>
    </div>`;
  }

  #keep(part: Partial<Kept>): void {
    this.dispatchEvent(new CustomEvent("tf-keep", { detail: part }));
  }
}

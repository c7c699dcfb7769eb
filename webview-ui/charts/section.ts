import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../../src/base/l10n.ts";
import { icon } from "../shared/icon.ts";
import { shared } from "../shared/styles.ts";
import "./chart.ts";
import type { Curves } from "./curves.ts";
import type { ChartGroup } from "./group.ts";
import type { ChartSpec } from "./model.ts";

/** Charts a section shows before the person asks for more. */
export const FIRST_CHARTS = 3;

/** What a section keeps. */
export interface SectionState {
  isClosed: boolean;
  isWhole: boolean;
}

/**
 * The charts under one prefix, in columns: 3 from 1,000 px, 2 from 640, 1 below. Fires `section` (detail: its state).
 * The slot `legend` stands at the right of the head.
 */
@customElement("tf-chart-section")
export class ChartSectionElement extends LitElement {
  static override styles = [
    ...shared,
    css`
      :host {
        display: block;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 8px;
        height: 26px;
        font-size: 12px;
      }
      .fold {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        height: 22px;
        min-width: 0;
      }
      .prefix {
        font-family: var(--vscode-editor-font-family);
      }
      h2 {
        margin: 0;
        font: inherit;
        min-width: 0;
      }
      .spring {
        flex: 1;
      }
      .more {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        height: 22px;
        padding: 0 2px;
        white-space: nowrap;
        color: var(--vscode-descriptionForeground);
      }
      .more:hover {
        color: var(--vscode-foreground);
      }
      .grid {
        container-type: inline-size;
        padding-bottom: 4px;
      }
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
      }
      @container (min-width: 640px) {
        .columns {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
      }
      @container (min-width: 1000px) {
        .columns {
          grid-template-columns: repeat(3, minmax(0, 1fr));
        }
      }
    `,
  ];

  @property() heading = "";
  @property({ attribute: false }) specs: readonly ChartSpec[] = [];
  @property({ attribute: false }) group!: ChartGroup;
  @property({ attribute: false }) curves!: Curves;
  @property({ attribute: false }) kept: SectionState = { isClosed: false, isWhole: false };

  override render() {
    const { specs, kept } = this;
    const shown = kept.isWhole ? specs : specs.slice(0, FIRST_CHARTS);
    const more = specs.length - FIRST_CHARTS;
    return html`<div class="head">
        <h2>
          <button class="fold" aria-expanded=${!kept.isClosed} @click=${() => this.#keep({ isClosed: !kept.isClosed })}>
            ${icon(kept.isClosed ? "chevron-right" : "chevron-down")}<span class="prefix clipped" title=${this.heading}
              >${this.heading || t("other")}</span
            ><span class="quiet">${chartCount(kept.isClosed ? specs.length : shown.length)}</span>
          </button>
        </h2>
        <span class="spring"></span>
        <slot name="legend"></slot>
        ${
          more > 0 && !kept.isClosed
            ? html`<button
                class="more"
                aria-expanded=${kept.isWhole}
                @click=${() => this.#keep({ isWhole: !kept.isWhole })}
              >
                ${kept.isWhole ? t("Show fewer") : more === 1 ? t("1 more metric") : t("{0} more metrics", more)}${
                  kept.isWhole ? nothing : icon("add")
                }
              </button>`
            : nothing
        }
      </div>
      ${
        kept.isClosed
          ? nothing
          : html`<div class="grid">
              <div class="columns">
                ${repeat(
                  shown,
                  ({ id }) => id,
                  (spec) => html`<tf-chart .spec=${spec} .group=${this.group} .curves=${this.curves}></tf-chart>`,
                )}
              </div>
            </div>`
      }`;
  }

  #keep(part: Partial<SectionState>): void {
    this.kept = { ...this.kept, ...part };
    this.dispatchEvent(new CustomEvent("section", { detail: this.kept }));
  }
}

const chartCount = (count: number): string => (count === 1 ? t("1 chart") : t("{0} charts", count));

declare global {
  interface HTMLElementTagNameMap {
    "tf-chart-section": ChartSectionElement;
  }
}

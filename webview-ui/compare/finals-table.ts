import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../src/base/l10n.ts";
import { deltaMark, deltaStyles } from "../shared/delta.ts";
import { GridKeys } from "../shared/grid-keys.ts";
import { icon } from "../shared/icon.ts";
import { shared } from "../shared/styles.ts";
import { finalRows, type FinalCell, type FinalRow } from "./finals.ts";
import { letterTable } from "./letter-table.ts";
import { letterStyles } from "./letter.ts";
import type { Comparison } from "./runs.ts";
import { tableStyles } from "./table-styles.ts";

/** What came of the runs: values with their difference to the baseline, the best of each row with a star. */
@customElement("tf-finals-table")
export class FinalsTableElement extends LitElement {
  static override styles = [
    ...shared,
    letterStyles,
    tableStyles,
    deltaStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      table {
        width: 100%;
      }
      th:not(:first-child),
      td {
        text-align: right;
      }
      tbody th,
      tbody td {
        height: 38px;
        line-height: 16px;
      }
      .second {
        font-size: 11px;
      }
      .best {
        font-weight: 600;
      }
      .best .icon {
        width: 14px;
        height: 14px;
        font-size: 13px;
        vertical-align: -2px;
        color: var(--vscode-charts-yellow);
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  readonly #keys = new GridKeys(this);

  override render() {
    return letterTable({
      label: t("Final metrics"),
      corner: t("Metric"),
      columns: this.comparison.columns,
      keys: this.#keys,
      rows: finalRows(this.comparison).map((row, at) => this.#row(row, at + 1)),
    });
  }

  #row({ id, label, goal, cells }: FinalRow, y: number): TemplateResult {
    const arrow = goal === "max" ? "↑" : "↓";
    const words = goal === "max" ? t("higher is better") : t("lower is better");
    const direction = html` <span class="quiet" aria-hidden="true">${arrow}</span
      ><span class="hidden-text"> (${words})</span>`;
    return html`<tr>
      <th
        scope="row"
        title=${goal ? `${id} · ${words}` : id}
        data-row=${y}
        data-column="0"
        tabindex=${this.#keys.tabIndex(y, 0)}
      >
        ${label}${goal ? direction : nothing}
      </th>
      ${cells.map((cell, index) => this.#cell(cell, y, index + 1))}
    </tr>`;
  }

  #cell({ text, isBest, delta, value }: FinalCell, y: number, x: number): TemplateResult {
    const star = html`${icon("star-full")}<span class="hidden-text">${t("best")}</span> `;
    const second = x === 1 && value !== undefined ? html`<span class="quiet">${t("baseline")}</span>` : nothing;
    return html`<td data-row=${y} data-column=${x} tabindex=${this.#keys.tabIndex(y, x)}>
      <div class=${isBest ? "best" : ""}>${isBest ? star : nothing}${text}</div>
      <div class="second">${delta ? deltaMark(delta.text, delta.kind) : second}</div>
    </td>`;
  }
}

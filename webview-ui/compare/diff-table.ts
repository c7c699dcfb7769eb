import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../src/base/l10n.ts";
import type { PageDifference } from "../../src/messages/compare-page.ts";
import { GridKeys } from "../shared/grid-keys.ts";
import { shared } from "../shared/styles.ts";
import { letterTable } from "./letter-table.ts";
import { letterStyles } from "./letter.ts";
import type { Comparison } from "./runs.ts";
import { isSame, settingsOf } from "./settings.ts";
import { tableStyles } from "./table-styles.ts";

/** Keys and their values in all runs, the baseline first; a dot is a value the same as the baseline's. */
@customElement("tf-diff-table")
export class DiffTableElement extends LitElement {
  static override styles = [
    ...shared,
    letterStyles,
    tableStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      table {
        min-width: 100%;
      }
      td {
        max-width: 180px;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      th:first-child {
        max-width: 260px;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .differs {
        background: color-mix(in srgb, var(--vscode-charts-blue) 20%, transparent);
      }
      .same {
        color: var(--vscode-descriptionForeground);
      }
      .equal th,
      .equal td {
        color: var(--vscode-descriptionForeground);
      }
      :host-context(body.vscode-high-contrast) .differs {
        background: none;
        outline: 1px dashed var(--vscode-contrastActiveBorder);
        outline-offset: -2px;
      }
      :host-context(body.vscode-high-contrast) .differs:focus-visible {
        outline: 2px solid var(--vscode-focusBorder);
      }
    `,
  ];

  @property({ attribute: false }) comparison!: Comparison;
  @property({ attribute: false }) rows: readonly PageDifference[] = [];
  @property() label = "";
  readonly #keys = new GridKeys(this);

  override render() {
    return letterTable({
      label: this.label,
      corner: t("Key"),
      columns: this.comparison.columns,
      keys: this.#keys,
      rows: this.rows.map((row, at) => this.#row(row, at + 1)),
    });
  }

  #row(row: PageDifference, y: number): TemplateResult {
    const { columns, baseline } = this.comparison;
    const settings = settingsOf(row);
    const reference = row.values[baseline.index]!;
    const cell = (x: number, kind: string, title: string, content: unknown): TemplateResult =>
      html`<td class=${kind} title=${title} data-row=${y} data-column=${x} tabindex=${this.#keys.tabIndex(y, x)}>
        ${content}
      </td>`;
    return html`<tr class=${row.differs ? "" : "equal"}>
      <th scope="row" class="key" title=${row.key} data-row=${y} data-column="0" tabindex=${this.#keys.tabIndex(y, 0)}>
        ${row.key}
      </th>
      ${columns.map(({ index, isBaseline }, at) => {
        const { text, full } = settings[index]!;
        if (isBaseline) return cell(at + 1, "", full, text);
        if (!isSame(row.values[index]!, reference)) return cell(at + 1, "differs", full, text);
        const words = t("the same as {0}", baseline.letter);
        const dot = html`<span aria-hidden="true">·</span><span class="hidden-text">${words}</span>`;
        return cell(at + 1, "same", words, dot);
      })}
    </tr>`;
  }
}

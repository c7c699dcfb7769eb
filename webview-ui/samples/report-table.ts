/** Precision, recall and F1 of each label, out of its logged table. */
import { css, html, nothing, type TemplateResult } from "lit";
import { formatCount, formatMetric } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { PageCell, PageTable } from "../../src/messages/tables.ts";

/** Column names as people know them; others are shown as they are. */
const WORDS: Record<string, () => string> = {
  label: () => t("label"),
  precision: () => t("precision"),
  recall: () => t("recall"),
  f1: () => t("F1"),
  support: () => t("rows"),
};

export function reportTable({ columns, rows }: PageTable): TemplateResult {
  return html`<div class="report" tabindex="0" role="region" aria-label=${t("Report per label")}>
    <table>
      <thead>
        <tr>
          ${columns.map((name, index) => html`<th scope="col" class=${index === 0 ? "" : "end"}>${WORDS[name]?.() ?? name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, index) =>
                index === 0
                  ? html`<th scope="row" class="clipped" title=${String(cell)}>${String(cell)}</th>`
                  : html`<td class="end">${figure(columns[index] ?? "", cell)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function figure(column: string, cell: PageCell): string | typeof nothing {
  if (typeof cell !== "number") return cell === null ? nothing : String(cell);
  return column === "support" ? formatCount(cell) : formatMetric(cell, column);
}

export const reportStyles = css`
  .report {
    overflow: auto;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 12px;
  }
  th,
  td {
    height: 24px;
    padding: 0 8px;
    font-weight: normal;
    text-align: left;
    white-space: nowrap;
    border-bottom: 1px solid var(--vscode-panel-border);
  }
  thead th {
    font-size: 11px;
    color: var(--vscode-descriptionForeground);
  }
  tbody th {
    max-width: 140px;
  }
  .end {
    text-align: right;
  }
`;

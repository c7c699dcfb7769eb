import { css, html, svg, type TemplateResult } from "lit";
import { t } from "../../src/base/l10n.ts";
import { icon } from "../shared/icon.ts";

const diamond = (className: string): TemplateResult =>
  html`<svg class="diamond ${className}" width="9" height="9" viewBox="0 0 9 9" aria-hidden="true">
    ${svg`<path d="M4.5 0.7 8.3 4.5 4.5 8.3 0.7 4.5Z" />`}
  </svg>`;

/** What the signs on the x axis mean, for the slot `legend` of a section. */
export const chartLegend = (): TemplateResult =>
  html`<span slot="legend" class="legend">
    <span>${diamond("kept")}${t("checkpoint kept")}</span>
    <span>${diamond("pruned")}${t("pruned")}</span>
    <span>${icon("star-full", "best")}${t("best")}</span>
  </span>`;

export const legendStyles = css`
  .legend {
    display: inline-flex;
    gap: 12px;
    font-size: 12px;
    white-space: nowrap;
    color: var(--vscode-descriptionForeground);
  }
  .legend span {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .legend .kept {
    fill: var(--vscode-foreground);
  }
  .legend .pruned {
    fill: none;
    stroke: var(--vscode-descriptionForeground);
  }
  .legend .best {
    width: 14px;
    height: 14px;
    font-size: 14px;
    color: var(--vscode-charts-yellow);
  }
`;

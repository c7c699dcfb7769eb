import { css, html, nothing, type TemplateResult } from "lit";
import { t } from "../../src/base/l10n.ts";
import { metricFilter } from "../charts/metrics.ts";
import "../charts/toolbar.ts";
import { fieldStyles, tickBox } from "../shared/field.ts";
import type { CompareCharts } from "./charts.ts";
import type { Kept } from "./kept.ts";
import type { Comparison } from "./runs.ts";

export interface ChartBarParts {
  comparison: Comparison;
  charts: CompareCharts;
  kept: Kept;
  keep: (part: Partial<Kept>) => void;
  /** What stands at the end of the bar. */
  end?: TemplateResult;
}

/** The toolbar of the charts with what only a comparison has. Needs `chartBarStyles`. */
export const chartBar = ({ comparison, charts, kept, keep, end }: ChartBarParts): TemplateResult =>
  html`<tf-chart-toolbar
    compares
    .group=${charts.group}
    .filter=${kept.filter}
    .problem=${metricFilter(kept.filter).problem ?? ""}
    @filter=${(event: CustomEvent<string>) => keep({ filter: event.detail })}
  >
    ${tickBox(t("Difference to {0}", comparison.baseline.letter), kept.isDifference, (isDifference) => keep({ isDifference }))}
    ${end ?? nothing}
  </tf-chart-toolbar>`;

export const chartBarStyles = [
  fieldStyles,
  css`
    /* As large as the toolbar's own. */
    .tick {
      width: 16px;
      height: 16px;
    }
    .tick .icon {
      font-size: 14px;
      width: 14px;
      height: 14px;
    }
  `,
];

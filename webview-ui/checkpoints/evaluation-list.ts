import { html, nothing, type TemplateResult } from "lit";
import { formatCount, formatInstant, formatPast, formatReading } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { fromJsonNumber } from "../../src/base/numbers.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { PageEvaluation, RunView } from "../../src/messages/run-view.ts";
import { compareMetrics } from "../charts/metrics.ts";
import { placeOf } from "../samples/sample-rows.ts";
import type { Host } from "../shared/host.ts";
import { shortName } from "./marks.ts";

/** What the checkpoint at a step reached on other files, newest first: file, rows, age, and every metric. */
export function evaluationList(host: Host<RunPage>, view: RunView, step: number): TemplateResult | typeof nothing {
  const found = view.evaluations.filter((one) => one.step === step);
  if (found.length === 0) return nothing;
  return html`<ul class="evaluations" aria-label=${t("Evaluations on other files")}>
    ${found.map((one) => html`<li>${place(host, view, one)}${figures(view, one)}</li>`)}
  </ul>`;
}

function place(
  host: Host<RunPage>,
  view: RunView,
  { files, rows, judgedRows, timeMs }: PageEvaluation,
): TemplateResult {
  const [file = ""] = files;
  const shown = placeOf({ file, row: null }, view.configFile);
  return html`<div class="place">
    <button
      class="link clipped"
      title=${files.join("\n")}
      @click=${() => host.act({ do: "openFile", run: view.id, file, line: null })}
    >
      ${files.length > 1 ? t("{0} and {1} more", shown, formatCount(files.length - 1)) : shown}
    </button>
    <p class="details" title=${formatInstant(timeMs)}>
      ${rowsWords(rows, judgedRows)} · ${formatPast(timeMs, Date.now())}
    </p>
  </div>`;
}

function rowsWords(rows: number, judgedRows: number): string {
  if (judgedRows !== rows) return t("{0} of {1} rows", formatCount(judgedRows), formatCount(rows));
  return rows === 1 ? t("1 row") : t("{0} rows", formatCount(rows));
}

/** The metric that decides about the best checkpoint stands behind the loss, as among the charts. */
function figures(view: RunView, { metrics }: PageEvaluation): TemplateResult {
  const names = Object.keys(metrics).sort(compareMetrics(view.best?.metric));
  return html`<dl class="figures">
    ${names.map(
      (name) =>
        html`<div>
          <dt title=${name}>${shortName(name)}</dt>
          <dd>${formatReading(fromJsonNumber(metrics[name]), name)}</dd>
        </div>`,
    )}
  </dl>`;
}

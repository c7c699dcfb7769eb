import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount, formatMetric, formatPercent } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import type { PageTable } from "../../src/messages/tables.ts";
import { field, fieldStyles } from "../shared/field.ts";
import type { Host } from "../shared/host.ts";
import { icon } from "../shared/icon.ts";
import { shared } from "../shared/styles.ts";
import type { ConfusionCell } from "./confusion-matrix.ts";
import "./row-grid.ts";
import type { GridColumn, GridSort } from "./row-grid.ts";
import { columnWord, predictionCell, rowPartStyles, shareBars, textTitle, wholeTexts } from "./row-parts.ts";
import { passes, SAMPLE_FILTERS, shownRows, UNSURE_BELOW, type SampleFilter } from "./sample-filters.ts";
import { compareText, placeOf, readSamples, toCsv, type SampleRow, type Samples } from "./sample-rows.ts";
import { tableStyles } from "./table-styles.ts";

export interface SampleTableState {
  filter?: SampleFilter;
  search?: string;
  sort?: GridSort;
}

/**
 * The predictions stored at one evaluation. Fires `tf-cell` (detail: null) when the chosen cell is to be left, and
 * `samples-state` (`SampleTableState`).
 */
@customElement("tf-sample-table")
export class SampleTable extends LitElement {
  static override styles = [...shared, fieldStyles, rowPartStyles, tableStyles];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  @property({ attribute: false }) table!: PageTable;
  @property({ attribute: false }) cell: ConfusionCell | null = null;
  /** Rows the evaluation had; null when that is not known. */
  @property({ attribute: false }) evaluated: number | null = null;
  @property({ attribute: false }) kept: SampleTableState = {};
  @state() private open: string | null = null;
  #read: { of: PageTable; samples: Samples } | undefined;

  override render() {
    const samples = this.#samples();
    const shown = this.#shown(samples);
    return html`<div class="tools">
        <div class="chips" role="group" aria-label=${t("Which rows")}>
          ${samples.isJudged ? SAMPLE_FILTERS.map((filter) => this.#chip(samples, filter)) : nothing}
          ${this.#cellChip()}
        </div>
        ${field({
          icon: "search",
          label: t("Search text"),
          value: this.kept.search ?? "",
          onInput: (search) => this.#keep({ search }),
        })}
      </div>
      <tf-row-grid
        .rows=${shown}
        .columns=${this.#columns(samples)}
        .sort=${this.kept.sort}
        .open=${this.open}
        .kindOf=${({ isRight }: SampleRow) => (isRight === false ? "broken" : "")}
        .details=${(row: SampleRow) => this.#details(row, samples)}
        .label=${t("Predictions at step {0}", formatCount(samples.step))}
        .empty=${this.#emptyWords()}
        @grid-open=${(event: CustomEvent<string | null>) => (this.open = event.detail)}
        @grid-jump=${(event: CustomEvent<SampleRow>) => this.#jump(event.detail)}
        @grid-sort=${(event: CustomEvent<GridSort>) => this.#keep({ sort: event.detail })}
      ></tf-row-grid>
      <div class="foot">
        <span class="quiet">${this.#footWords(shown.length, samples.rows.length)}</span>
        <button class="link" @click=${() => this.#export(shown)}>${t("Export table")}</button>
      </div>`;
  }

  #samples(): Samples {
    if (this.#read?.of !== this.table) this.#read = { of: this.table, samples: readSamples(this.table) };
    return this.#read.samples;
  }

  #shown(samples: Samples): SampleRow[] {
    const filter = samples.isJudged ? (this.kept.filter ?? "all") : "all";
    const shown = shownRows(samples.rows, { filter, search: this.kept.search ?? "", cell: this.cell });
    const { sort } = this.kept;
    const compare = this.#columns(samples).find(({ id }) => id === sort?.column)?.compare;
    if (compare) shown.sort(compare);
    return compare && sort?.isDescending ? shown.reverse() : shown;
  }

  #chip({ rows }: Samples, filter: SampleFilter): TemplateResult {
    const isOn = filter === (this.kept.filter ?? "all");
    const count = rows.filter((row) => passes(row, filter)).length;
    const why = filter === "unsure" ? t("Predicted with a probability below {0}", formatPercent(UNSURE_BELOW)) : "";
    return html`<button
      class="filter ${isOn ? "on" : ""}"
      aria-pressed=${isOn}
      title=${why}
      @click=${() => this.#keep({ filter })}
    >
      ${filterWord(filter)} ${formatCount(count)}
    </button>`;
  }

  #cellChip(): TemplateResult | typeof nothing {
    if (!this.cell) return nothing;
    const { truth, predicted } = this.cell;
    return html`<button
      class="filter on"
      title=${t("Show all cells again")}
      @click=${() => this.dispatchEvent(new CustomEvent("tf-cell", { detail: null }))}
    >
      ${t("{0} predicted as {1}", truth, predicted)}${icon("close")}
    </button>`;
  }

  #columns(samples: Samples): GridColumn<SampleRow>[] {
    const columns: GridColumn<SampleRow>[] = [];
    // Names of classes are short; spans, other texts and what was written are not.
    const isNarrow = samples.isJudged && samples.labels.length > 0;
    const hasShares = samples.rows.some(({ probability }) => probability !== null);
    if (samples.rows.some(({ row }) => row !== null))
      columns.push({
        id: "row",
        label: t("row"),
        width: "44px",
        isEnd: true,
        compare: (a, b) => compareText(a.file, b.file) || (a.row ?? 0) - (b.row ?? 0),
        cell: ({ row }) => html`<span class="quiet">${formatCount(row)}</span>`,
      });
    if (samples.rows.some(({ text }) => text !== ""))
      columns.push({
        id: "text",
        label: columnWord(samples.names.text),
        width: "minmax(120px, 1fr)",
        compare: (a, b) => compareText(a.text, b.text),
        cell: ({ text }) => html`<span title=${text}>${text}</span>`,
      });
    if (samples.rows.some(({ label }) => label !== null))
      columns.push({
        id: "label",
        label: columnWord(samples.names.label),
        width: isNarrow ? "minmax(60px, 90px)" : "minmax(90px, 1fr)",
        compare: (a, b) => compareText(a.label, b.label),
        cell: ({ label }) => html`<span title=${label ?? ""}>${label ?? ""}</span>`,
      });
    if (samples.rows.some(({ prediction }) => prediction !== null))
      columns.push({
        id: "prediction",
        label: columnWord(samples.names.prediction),
        width: isNarrow ? "minmax(130px, 170px)" : hasShares ? "minmax(150px, 1.7fr)" : "minmax(90px, 1fr)",
        compare: (a, b) => (a.probability ?? 0) - (b.probability ?? 0) || compareText(a.prediction, b.prediction),
        cell: predictionCell,
      });
    for (const { name, index } of samples.others) {
      const isNumber = samples.rows.every(({ cells }) => typeof cells[index] === "number");
      columns.push({
        id: `other ${index}`,
        label: name,
        width: isNumber ? "minmax(48px, 72px)" : "minmax(60px, 1fr)",
        isEnd: isNumber,
        compare: (a, b) => compareCells(a.cells[index], b.cells[index]),
        cell: ({ cells }) => html`<span title=${String(cells[index] ?? "")}>${cellWord(cells[index], name)}</span>`,
      });
    }
    columns.push({
      id: "go",
      label: html`<span class="hidden-text">${t("Data row")}</span>`,
      width: "22px",
      cell: (row) => this.#jumpButton(row),
    });
    return columns;
  }

  #jumpButton(row: SampleRow): TemplateResult | typeof nothing {
    if (row.row === null) return nothing;
    const label = t("Open {0}", placeOf(row, this.view.configFile));
    return html`<button
      class="icon-button small"
      tabindex="-1"
      title=${label}
      aria-label=${label}
      @click=${() => this.#jump(row)}
    >
      ${icon("go-to-file")}
    </button>`;
  }

  #details(row: SampleRow, { others, names, labels }: Samples): TemplateResult {
    // What the columns of a classification show whole is not said again.
    const long: [string, string | null][] =
      labels.length > 0
        ? []
        : [
            [columnWord(names.label), row.label],
            [columnWord(names.prediction), row.prediction],
          ];
    const rest = others.map(({ name, index }): [string, string] => [name, cellWord(row.cells[index], name)]);
    return html`<div class="unfolded">
      <div class="text">
        ${wholeTexts([[textTitle(names.text), row.text], ...long, ...rest])}
        ${
          row.row === null
            ? nothing
            : html`<button class="link place" @click=${() => this.#jump(row)}>
                ${icon("go-to-file")}${placeOf(row, this.view.configFile)}
              </button>`
        }
      </div>
      ${shareBars([row])}
    </div>`;
  }

  #jump({ row, file }: SampleRow): void {
    if (row !== null) this.host.act({ do: "openDataRow", run: this.view.id, row, file });
  }

  #emptyWords(): string {
    if (this.kept.search) return t("No row holds “{0}”.", this.kept.search);
    return this.cell ? t("None of the stored rows lies in this cell.") : t("No such row.");
  }

  #footWords(shown: number, stored: number): string {
    const rows = shown === 1 ? t("1 row") : t("{0} rows", formatCount(shown));
    if (this.evaluated === null || this.evaluated <= stored) return rows;
    return t("{0}; {1} of {2} evaluation rows are stored", rows, formatCount(stored), formatCount(this.evaluated));
  }

  #export(shown: readonly SampleRow[]): void {
    const name = `${this.view.name}-samples-step-${this.table.step}.csv`.replaceAll(/[^\w.-]+/g, "_").slice(-200);
    const content = toCsv(
      this.table.columns,
      shown.map(({ cells }) => cells),
    );
    this.host.act({ do: "saveFile", name, content });
  }

  #keep(part: SampleTableState): void {
    this.dispatchEvent(new CustomEvent<SampleTableState>("samples-state", { detail: { ...this.kept, ...part } }));
  }
}

type Cell = SampleRow["cells"][number] | undefined;

function cellWord(cell: Cell, name: string): string {
  if (typeof cell !== "number") return String(cell ?? "");
  return Number.isInteger(cell) ? formatCount(cell) : formatMetric(cell, name);
}

const compareCells = (a: Cell, b: Cell): number =>
  typeof a === "number" && typeof b === "number" ? a - b : compareText(String(a ?? ""), String(b ?? ""));

function filterWord(filter: SampleFilter): string {
  switch (filter) {
    case "all":
      return t("All");
    case "wrong":
      return t("Wrong");
    case "right":
      return t("Right");
    case "unsure":
      return t("Low confidence");
  }
}

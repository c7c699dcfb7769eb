import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { ComparePage } from "../../src/messages/compare-page.ts";
import { pairChips } from "../checkpoints/pair-chips.ts";
import { pairColumns, pairDetails, type PairLook } from "../checkpoints/pair-table.ts";
import { countPairs, passes, type Pair, type PairFilter } from "../checkpoints/pairs.ts";
import "../samples/row-grid.ts";
import type { GridColumn, GridSort } from "../samples/row-grid.ts";
import { rowPartStyles } from "../samples/row-parts.ts";
import { matches, placeOf, toCsv, type Samples } from "../samples/sample-rows.ts";
import { selectStyles } from "../samples/select-styles.ts";
import { tableStyles } from "../samples/table-styles.ts";
import { field, fieldStyles } from "../shared/field.ts";
import type { Host } from "../shared/host.ts";
import "../shared/skeleton.ts";
import { shared } from "../shared/styles.ts";
import { fileName } from "./export.ts";
import type { Kept } from "./kept.ts";
import { letterBadge, letterStyles } from "./letter.ts";
import type { Predicted, Predictions } from "./predictions.ts";
import type { ComparedRun, Comparison } from "./runs.ts";

/** What the baseline and another run predicted for the same rows. Fires `tf-keep`. */
@customElement("tf-compare-predictions")
export class ComparePredictionsElement extends LitElement {
  static override styles = [
    ...shared,
    fieldStyles,
    rowPartStyles,
    tableStyles,
    selectStyles,
    letterStyles,
    css`
      :host {
        height: 100%;
        padding: 0 var(--page-gap);
      }
      select {
        max-width: 240px;
      }
      .letter {
        width: auto;
      }
    `,
  ];

  @property({ attribute: false }) host!: Host<ComparePage>;
  @property({ attribute: false }) comparison!: Comparison;
  @property({ attribute: false }) predictions!: Predictions;
  @property({ attribute: false }) kept!: Kept;
  /** Goes up when predictions have come. */
  @property({ attribute: false }) serial = 0;
  @state() private search = "";
  @state() private sort: GridSort = { column: "row", isDescending: false };
  @state() private open: string | null = null;

  override render() {
    const { runs, baseline, best } = this.comparison;
    const others = runs.filter((run) => !run.isBaseline);
    const wanted = others.find(({ run }) => run.id === this.kept.other) ?? others.find(({ run }) => run.id === best);
    const other = wanted ?? others[0];
    if (!other) return html`<p class="empty quiet">${t("Add a run to compare with.")}</p>`;
    const [from, to] = [baseline, other].map(({ run }) => this.predictions.of(run));
    return html`<div class="bar">
        <h2>${t("Predictions")}</h2>
        ${this.#side(baseline, from)}
        <span class="quiet">${t("vs")}</span>
        ${letterBadge(other)}
        <select aria-label=${t("Run beside the baseline")} @change=${this.#chosen}>
          ${others.map(({ run, letter }) => html`<option value=${run.id} .selected=${run.id === other.run.id}>${letter} · ${run.name}</option>`)}
        </select>
        ${to && !(to instanceof Error) ? html`<span class="quiet">${t("step {0}", formatCount(to.step))}</span>` : nothing}
      </div>
      ${this.#content(baseline, other, from, to)}`;
  }

  #side(run: ComparedRun, predicted: Predicted): TemplateResult {
    const step = predicted && !(predicted instanceof Error) ? t("step {0}", formatCount(predicted.step)) : "";
    return html`<span class="side"
      >${letterBadge(run)}<span class="clipped">${run.run.name}</span><span class="quiet">${step}</span></span
    >`;
  }

  #content(baseline: ComparedRun, other: ComparedRun, from: Predicted, to: Predicted): TemplateResult {
    if (from instanceof Error) return this.#failed(from);
    if (to instanceof Error) return this.#failed(to);
    const lacking = from === null ? baseline : to === null ? other : undefined;
    if (lacking)
      return html`<p class="empty quiet">
        ${t("{0} stores no predictions: they are written at each evaluation.", lacking.letter)}
      </p>`;
    if (!from || !to) return html`<tf-skeleton .waitsFor=${t("Reading the predictions…")}></tf-skeleton>`;
    return this.#table(this.predictions.pairs(to, from), to, other);
  }

  #failed({ message }: Error): TemplateResult {
    return html`<p class="empty" role="alert">
      ${message} <button class="link" @click=${() => this.predictions.retry()}>${t("Retry")}</button>
    </p>`;
  }

  #table(pairs: Pair[], samples: Samples, other: ComparedRun): TemplateResult {
    const { isJudged } = samples;
    const look = this.#look(samples, other);
    const counts = countPairs(pairs);
    const filter = counts[this.kept.pairs] === 0 && this.kept.pairs === "changed" ? "all" : this.kept.pairs;
    const shown = this.#shown(pairs, filter, look);
    return html`<div class="tools">
        ${pairChips({ counts, isJudged, chosen: filter, wordOf, choose: (one) => this.#keep({ pairs: one }) })}
        ${field({ icon: "search", label: t("Search text"), value: this.search, onInput: (text) => (this.search = text) })}
      </div>
      <tf-row-grid
        .rows=${shown}
        .columns=${baselineFirst(look)}
        .sort=${this.sort}
        .open=${this.open}
        .kindOf=${({ kind }: Pair) => kind}
        .details=${(pair: Pair) => pairDetails({ ...pair, a: pair.b, b: pair.a }, { ...look, letterOf: (side) => look.letterOf(side === "a" ? "b" : "a") })}
        .label=${t("Predictions of {0} and {1}", this.comparison.baseline.letter, other.letter)}
        .empty=${pairs.length === 0 ? t("No row was stored by both runs.") : t("No such row.")}
        @grid-open=${(event: CustomEvent<string | null>) => (this.open = event.detail)}
        @grid-jump=${(event: CustomEvent<Pair>) => this.#jump(event.detail, other)}
        @grid-sort=${(event: CustomEvent<GridSort>) => (this.sort = event.detail)}
      ></tf-row-grid>
      <div class="foot">
        <span class="quiet"
          >${t("{0} of {1} rows stored by both", formatCount(shown.length), formatCount(pairs.length))}</span
        >
        <button class="link" @click=${() => this.#export(shown, other)}>${t("Export table")}</button>
      </div>`;
  }

  #look({ names, labels }: Samples, other: ComparedRun): PairLook {
    return {
      names,
      labels,
      letterOf: (side) => letterBadge(side === "a" ? other : this.comparison.baseline),
      placeOf: ({ a }) => placeOf(a, other.run.configFile),
      jump: (pair) => this.#jump(pair, other),
    };
  }

  #jump({ a: { row, file } }: Pair, { run }: ComparedRun): void {
    if (row !== null) this.host.act({ do: "openDataRow", run: run.id, row, file });
  }

  #shown(pairs: readonly Pair[], filter: PairFilter, look: PairLook): Pair[] {
    const shown = pairs.filter(
      (pair) => passes(pair, filter) && (matches(pair.a, this.search) || matches(pair.b, this.search)),
    );
    const compare = pairColumns(look).find(({ id }) => id === this.sort.column)?.compare;
    if (compare) shown.sort(compare);
    return this.sort.isDescending ? shown.reverse() : shown;
  }

  #export(shown: readonly Pair[], other: ComparedRun): void {
    const names = [this.comparison.baseline.run.name, other.run.name];
    const columns = [
      "file",
      "row",
      "text",
      "label",
      ...names.flatMap((name) => [`${name} prediction`, `${name} probability`]),
      "kind",
    ];
    const rows = shown.map(({ a, b, kind }) => [
      a.file,
      a.row,
      a.text,
      a.label,
      b.prediction,
      b.probability,
      a.prediction,
      a.probability,
      kind,
    ]);
    this.host.act({ do: "saveFile", name: fileName(names.join("-vs-"), "csv"), content: toCsv(columns, rows) });
  }

  readonly #chosen = (event: Event): void => this.#keep({ other: (event.target as HTMLSelectElement).value });

  #keep(part: Partial<Kept>): void {
    this.dispatchEvent(new CustomEvent("tf-keep", { detail: part }));
  }
}

/** The columns of pairs with the baseline's prediction first, and wider where the page has room. */
function baselineFirst(look: PairLook): GridColumn<Pair>[] {
  const columns = pairColumns(look);
  const a = columns.findIndex(({ id }) => id === "a");
  const sides = columns.splice(a, 2);
  if (look.labels.length > 0) for (const side of sides) side.width = "minmax(124px, 180px)";
  columns.splice(a, 0, ...sides.toReversed());
  return columns;
}

function wordOf(filter: PairFilter): string {
  switch (filter) {
    case "changed":
      return t("Changed");
    case "fixed":
      return t("Fixed");
    case "broken":
      return t("Broken");
    case "wrong":
      return t("Both wrong");
    case "all":
      return t("All");
  }
}

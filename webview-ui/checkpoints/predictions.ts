import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount, formatMetric } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { fromJsonNumber } from "../../src/base/numbers.ts";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import { readConfusion, type Confusion } from "../samples/confusion.ts";
import { rowPartStyles } from "../samples/row-parts.ts";
import "../samples/row-grid.ts";
import type { GridSort } from "../samples/row-grid.ts";
import { matches, placeOf, readSamples, type Samples } from "../samples/sample-rows.ts";
import { selectStyles } from "../samples/select-styles.ts";
import type { TableStore } from "../samples/table-store.ts";
import { tableStyles } from "../samples/table-styles.ts";
import { field, fieldStyles } from "../shared/field.ts";
import type { Host } from "../shared/host.ts";
import "../shared/skeleton.ts";
import { shared } from "../shared/styles.ts";
import { pairChips } from "./pair-chips.ts";
import { pairColumns, pairDetails, pairsCsv, type PairLook } from "./pair-table.ts";
import { countPairs, pairUp, passes, type Pair, type PairFilter } from "./pairs.ts";

/** One side: what was stored at a step. */
interface Side {
  step: number;
  samples: Samples | null;
  confusion: Confusion | undefined;
}

export interface PredictionsState {
  filter?: PairFilter;
  search?: string;
  sort?: GridSort;
}

/**
 * What two evaluations of a run predicted for the same rows. Fires `tf-choose-b` (detail: step) and `predictions-state`
 * (`PredictionsState`).
 */
@customElement("tf-predictions")
export class PredictionsElement extends LitElement {
  static override styles = [...shared, fieldStyles, selectStyles, rowPartStyles, tableStyles];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  @property({ attribute: false }) tables!: TableStore;
  @property({ attribute: false }) a: number | null = null;
  @property({ attribute: false }) b: number | null = null;
  /** Steps that can be B, falling. */
  @property({ attribute: false }) steps: readonly number[] = [];
  @property({ attribute: false }) kept: PredictionsState = {};
  @state() private sides: { a: Side; b: Side | undefined } | undefined;
  @state() private problem = "";
  @state() private open: string | null = null;
  #asked = "";
  #pairs: { of: unknown; pairs: Pair[] } | undefined;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("a") || changed.has("b") || changed.has("view")) void this.#load();
  }

  override render() {
    return html`${this.#heading()} ${this.problem ? this.#failed() : this.#content()}`;
  }

  #heading(): TemplateResult {
    const { a, b } = this.sides ?? {};
    return html`<div class="bar">
      <h2>${t("Predictions")}</h2>
      ${this.#file() ? html`<span class="quiet clipped" title=${this.#file()}>${this.#file()}</span>` : nothing}
      ${this.a === null ? nothing : html`<span class="side"><span class="letter a">A</span>${t("step {0}", formatCount(this.a))}</span>`}
      ${
        this.b === null
          ? nothing
          : html`<span class="quiet">${t("vs")}</span
              ><label class="side"
                ><span class="letter b">B</span>
                <select aria-label=${t("Step of B")} @change=${this.#chooseB}>
                  ${this.steps.map((step) => html`<option value=${step} .selected=${step === this.b}>${t("step {0}", formatCount(step))}</option>`)}
                </select></label
              >`
      }
      <span class="fill"></span>
      <span class="quiet nowrap">${a ? this.#accuracies(a, b) : nothing}</span>
    </div>`;
  }

  #accuracies(a: Side, b: Side | undefined): string {
    const [first, second] = [this.#accuracy(a), b && this.#accuracy(b)];
    if (first === null) return "";
    const one = formatMetric(first, "accuracy");
    if (second === undefined || second === null) return t("accuracy {0}", one);
    return t("accuracy {0} vs {1}", one, formatMetric(second, "accuracy"));
  }

  #accuracy({ step, confusion }: Side): number | null {
    const measured = this.view.checkpoints.findLast((at) => at.step === step)?.metrics["eval/accuracy"];
    return fromJsonNumber(measured) ?? confusion?.accuracy ?? null;
  }

  #failed(): TemplateResult {
    return html`<p class="empty">
      ${this.problem}
      <button class="link" @click=${() => this.#load(true)}>${t("Try again")}</button>
    </p>`;
  }

  #content(): TemplateResult {
    if (this.a === null)
      return html`<p class="empty quiet">${t("Predictions appear here with the first evaluation.")}</p>`;
    if (!this.sides) return html`<tf-skeleton .waitsFor=${t("Loading the predictions…")}></tf-skeleton>`;
    const { a, b } = this.sides;
    const missing = [a, b].find((side) => side && !side.samples);
    if (missing)
      return html`<p class="empty quiet">
        ${t("No predictions at step {0}.", formatCount(missing.step))} ${this.#hint()}
      </p>`;
    if (!b) return html`<p class="empty quiet">${t("Choose a second checkpoint to compare with.")}</p>`;
    return this.#table(a.samples!, b.samples!);
  }

  #hint(): string {
    const steps = new Set(this.view.tables.filter(({ name }) => name === "eval/samples").map(({ step }) => step));
    if (steps.size === 0) return t("This run stores none: they are written at each evaluation.");
    return t("There are some at {0} other steps.", formatCount(steps.size));
  }

  #table(a: Samples, b: Samples): TemplateResult {
    const pairs = this.#pairsOf(a, b);
    const filter = this.#filter(pairs);
    const look = this.#look(a);
    const shown = this.#shown(pairs, filter, look);
    const counts = countPairs(pairs);
    return html`<div class="tools">
        ${pairChips({
          counts,
          isJudged: a.isJudged,
          chosen: filter,
          wordOf: filterWord,
          choose: (one) => this.#keep({ filter: one }),
        })}
        ${field({
          icon: "search",
          label: t("Search text"),
          value: this.kept.search ?? "",
          onInput: (search) => this.#keep({ search }),
        })}
      </div>
      <tf-row-grid
        .rows=${shown}
        .columns=${pairColumns(look)}
        .sort=${this.kept.sort ?? { column: "row", isDescending: false }}
        .open=${this.open}
        .kindOf=${({ kind }: Pair) => kind}
        .details=${(pair: Pair) => pairDetails(pair, look)}
        .label=${t("Predictions of A and B")}
        .empty=${this.#emptyWords(pairs.length, filter)}
        @grid-open=${(event: CustomEvent<string | null>) => (this.open = event.detail)}
        @grid-jump=${(event: CustomEvent<Pair>) => this.#jump(event.detail)}
        @grid-sort=${(event: CustomEvent<GridSort>) => this.#keep({ sort: event.detail })}
      ></tf-row-grid>
      <div class="foot">
        <span class="quiet">${this.#footWords(shown.length, pairs.length)}</span>
        <button class="link" @click=${() => this.#export(shown)}>${t("Export table")}</button>
      </div>`;
  }

  #look({ names, labels }: Samples): PairLook {
    return {
      names,
      labels,
      letterOf: (side) => html`<span class="letter ${side}">${side.toUpperCase()}</span>`,
      placeOf: ({ a }) => placeOf(a, this.view.configFile),
      jump: (pair) => this.#jump(pair),
    };
  }

  #jump({ a: { row, file } }: Pair): void {
    if (row !== null) this.host.act({ do: "openDataRow", run: this.view.id, row, file });
  }

  #pairsOf(a: Samples, b: Samples): Pair[] {
    if (this.#pairs && this.#pairs.of === this.sides) return this.#pairs.pairs;
    const pairs = pairUp(a, b);
    this.#pairs = { of: this.sides, pairs };
    return pairs;
  }

  /** What changed is shown first; where nothing did, all. */
  #filter(pairs: readonly Pair[]): PairFilter {
    return this.kept.filter ?? (pairs.some(({ isChanged }) => isChanged) ? "changed" : "all");
  }

  #shown(pairs: readonly Pair[], filter: PairFilter, look: PairLook): Pair[] {
    const search = this.kept.search ?? "";
    const shown = pairs.filter((pair) => passes(pair, filter) && (matches(pair.a, search) || matches(pair.b, search)));
    const { sort } = this.kept;
    const compare = pairColumns(look).find(({ id }) => id === sort?.column)?.compare;
    if (compare) shown.sort(compare);
    return sort?.isDescending ? shown.reverse() : shown;
  }

  #emptyWords(all: number, filter: PairFilter): string {
    if (all === 0) return t("No row was stored at both steps.");
    if (this.kept.search) return t("No row holds “{0}”.", this.kept.search);
    return filter === "changed" ? t("Both predicted the same for every row.") : t("No such row.");
  }

  #footWords(shown: number, pairs: number): string {
    const total = this.sides?.a.confusion?.total ?? 0;
    const rows = shown === 1 ? t("1 row") : t("{0} rows", formatCount(shown));
    if (total <= pairs) return rows;
    return t("{0}; {1} of {2} evaluation rows are stored at both steps", rows, formatCount(pairs), formatCount(total));
  }

  #file(): string {
    const row = this.sides?.a.samples?.rows.find(({ file }) => file !== null);
    return row ? placeOf({ file: row.file, row: null }, this.view.configFile) : "";
  }

  #export(shown: readonly Pair[]): void {
    const name = `${this.view.name}-step-${this.a}-vs-${this.b}.csv`.replaceAll(/[^\w.-]+/g, "_").slice(-200);
    this.host.act({ do: "saveFile", name, content: pairsCsv(shown) });
  }

  #chooseB(event: Event): void {
    const step = Number((event.target as HTMLSelectElement).value);
    this.dispatchEvent(new CustomEvent("tf-choose-b", { detail: step }));
  }

  #keep(part: PredictionsState): void {
    this.dispatchEvent(new CustomEvent<PredictionsState>("predictions-state", { detail: { ...this.kept, ...part } }));
  }

  async #load(again = false): Promise<void> {
    const { a, b } = this;
    const version = String(this.view.segments.length);
    const wanted = `${a} ${b} ${version} ${this.#tablesAt(a)} ${this.#tablesAt(b)}`;
    if (a === null || (wanted === this.#asked && !again)) return;
    this.#asked = wanted;
    this.problem = "";
    try {
      const [sideA, sideB] = await Promise.all([
        this.#side(a, version),
        b === null ? undefined : this.#side(b, version),
      ]);
      if (this.#asked === wanted) this.sides = { a: sideA, b: sideB };
    } catch (error) {
      if (this.#asked === wanted) this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  #tablesAt(at: number | null): number {
    return this.view.tables.filter(({ step }) => step === at).length;
  }

  async #side(step: number, version: string): Promise<Side> {
    const { id } = this.view;
    const [samples, confusion] = await Promise.all([
      this.tables.get(id, "eval/samples", step, version),
      this.tables.get(id, "eval/confusion_matrix", step, version),
    ]);
    return {
      step,
      samples: samples && readSamples(samples),
      confusion: confusion ? readConfusion(confusion) : undefined,
    };
  }
}

function filterWord(filter: PairFilter): string {
  switch (filter) {
    case "changed":
      return t("Changed");
    case "fixed":
      return t("Fixed");
    case "broken":
      return t("Broken");
    case "wrong":
      return t("Still wrong");
    case "all":
      return t("All");
  }
}

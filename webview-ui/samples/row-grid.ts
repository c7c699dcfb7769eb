import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type Range,
} from "@tanstack/virtual-core";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";
import { ref } from "lit/directives/ref.js";
import { repeat } from "lit/directives/repeat.js";
import { icon } from "../shared/icon.ts";
import { shared } from "../shared/styles.ts";
import { rowPartStyles } from "./row-parts.ts";
import { rowGridStyles } from "./row-grid-styles.ts";

export interface GridRow {
  key: string;
}

export interface GridColumn<R> {
  id: string;
  label: string | TemplateResult;
  /** A track of `grid-template-columns`. */
  width: string;
  isEnd?: boolean;
  /** Orders two rows; absent = not sortable by this column. */
  compare?: (a: R, b: R) => number;
  cell: (row: R) => unknown;
}

export interface GridSort {
  column: string;
  isDescending: boolean;
}

const ROW_HEIGHT = 24;
const PAGE_ROWS = 12;

/**
 * A table of any number of rows that unfold. Up, Down, Home, End and Page keys move; Space and the arrow keys unfold and fold;
 * Enter unfolds, and on an unfolded row fires `grid-jump`. `grid-open` (detail: key or null) and `grid-sort` tell of changes.
 */
@customElement("tf-row-grid")
export class RowGridElement<R extends GridRow = GridRow> extends LitElement {
  static override styles = [...shared, rowPartStyles, rowGridStyles];

  @property({ attribute: false }) rows: readonly R[] = [];
  @property({ attribute: false }) columns: readonly GridColumn<R>[] = [];
  @property({ attribute: false }) sort: GridSort | undefined;
  /** Key of the unfolded row. */
  @property({ attribute: false }) open: string | null = null;
  @property({ attribute: false }) details: ((row: R) => TemplateResult) | undefined;
  /** A class for the row: `fixed`, `broken`, `wrong` colour its left edge. */
  @property({ attribute: false }) kindOf: (row: R) => string = () => "";
  @property() label = "";
  /** What stands in place of rows when there are none. */
  @property() empty = "";
  @state() private active: string | undefined;
  @query(".scroller") private scroller!: HTMLElement;
  #virtualizer: Virtualizer<HTMLElement, HTMLElement> | undefined;
  #unmount: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#mount();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unmount?.();
    this.#unmount = undefined;
    this.#virtualizer = undefined;
  }

  override firstUpdated(): void {
    this.#mount();
  }

  override willUpdate(): void {
    if (!this.rows.some(({ key }) => key === this.active)) this.active = undefined;
    this.#virtualizer?.setOptions({ ...this.#virtualizer.options, ...this.#counted() });
  }

  override updated(changed: PropertyValues<this>): void {
    this.#virtualizer?._willUpdate();
    if (changed.has("open") && this.open !== null && !changed.has("rows")) this.#reveal(this.open);
  }

  override render() {
    const tracks = this.columns.map(({ width }) => width).join(" ");
    const items = this.#virtualizer?.getVirtualItems() ?? [];
    return html`<div
      class="scroller"
      role="treegrid"
      aria-label=${this.label}
      aria-rowcount=${this.rows.length + 1}
      style="--columns: ${tracks}"
      @keydown=${this.#key}
    >
      <div role="rowgroup" class="head">
        <div role="row" class="row" aria-rowindex="1">${this.columns.map((column) => this.#header(column))}</div>
      </div>
      <div role="rowgroup" class="body" style="height: ${this.#virtualizer?.getTotalSize() ?? 0}px">
        ${repeat(
          items,
          ({ key }) => key,
          ({ index, start }) => this.#row(index, start),
        )}
      </div>
      ${
        this.rows.length === 0
          ? html`<div role="rowgroup">
              <div role="row"><p role="gridcell" class="empty quiet">${this.empty}</p></div>
            </div>`
          : nothing
      }
    </div>`;
  }

  #header({ id, label, isEnd, compare }: GridColumn<R>): TemplateResult {
    const isSorted = this.sort?.column === id;
    const order = isSorted ? (this.sort?.isDescending ? "descending" : "ascending") : "none";
    const classes = classMap({ end: isEnd === true });
    if (!compare) return html`<span role="columnheader" class=${classes}>${label}</span>`;
    return html`<span role="columnheader" class=${classes} aria-sort=${order}>
      <button @click=${() => this.#sortBy(id)}>
        ${label}${isSorted ? html`<span class="arrow">${icon(this.sort?.isDescending ? "chevron-down" : "chevron-up")}</span>` : nothing}
      </button>
    </span>`;
  }

  #row(index: number, start: number): TemplateResult | typeof nothing {
    const row = this.rows[index];
    if (!row) return nothing;
    const isOpen = row.key === this.open;
    const isTabStop = this.active === undefined ? index === 0 : row.key === this.active;
    const classes = classMap({ row: true, open: isOpen, [this.kindOf(row)]: this.kindOf(row) !== "" });
    return html`<div
      role="presentation"
      class="item"
      data-index=${index}
      style="transform: translateY(${start}px)"
      ${ref((element) => this.#virtualizer?.measureElement((element as HTMLElement | undefined) ?? null))}
    >
      <div
        role="row"
        class=${classes}
        data-key=${row.key}
        aria-level="1"
        aria-rowindex=${index + 2}
        aria-expanded=${this.details ? String(isOpen) : nothing}
        tabindex=${isTabStop ? 0 : -1}
        @click=${(event: Event) => this.#click(event, row)}
        @focus=${() => (this.active = row.key)}
      >
        ${this.columns.map(
          ({ cell, isEnd }) =>
            html`<span role="gridcell" class=${classMap({ end: isEnd === true })}>${cell(row)}</span>`,
        )}
      </div>
      ${
        isOpen && this.details
          ? html`<div role="row" class="details" aria-level="2">
              <div role="gridcell">${this.details(row)}</div>
            </div>`
          : nothing
      }
    </div>`;
  }

  #counted() {
    return {
      count: this.rows.length,
      getItemKey: (index: number) => this.rows[index]?.key ?? index,
      // The row that has the focus stays in the page even when it is scrolled away.
      rangeExtractor: ({ startIndex, endIndex, overscan, count }: Range): number[] => {
        const first = Math.max(0, startIndex - overscan);
        const last = Math.min(count - 1, endIndex + overscan);
        const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
        const active = this.rows.findIndex(({ key }) => key === this.active);
        const stop = active === -1 ? 0 : active;
        return count === 0 || shown.includes(stop) ? shown : [...shown, stop].sort((a, b) => a - b);
      },
    };
  }

  #mount(): void {
    this.#virtualizer = new Virtualizer<HTMLElement, HTMLElement>({
      ...this.#counted(),
      getScrollElement: () => this.scroller,
      estimateSize: () => ROW_HEIGHT,
      overscan: 6,
      scrollPaddingStart: ROW_HEIGHT,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => this.requestUpdate(),
    });
    this.#unmount = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    this.requestUpdate();
  }

  #click(event: Event, row: R): void {
    if ((event.target as HTMLElement).closest("button, a")) return;
    this.active = row.key;
    this.#unfold(row.key === this.open ? null : row.key);
  }

  #unfold(key: string | null): void {
    if (this.details) this.dispatchEvent(new CustomEvent("grid-open", { detail: key }));
  }

  #sortBy(column: string): void {
    const isDescending = this.sort?.column === column && !this.sort.isDescending;
    this.dispatchEvent(new CustomEvent<GridSort>("grid-sort", { detail: { column, isDescending } }));
  }

  #key(event: KeyboardEvent): void {
    const focused = (event.composedPath()[0] as HTMLElement).closest<HTMLElement>(".row[data-key]");
    if (!focused || event.composedPath()[0] !== focused) return;
    const at = this.rows.findIndex(({ key }) => key === focused.dataset["key"]);
    const row = this.rows[at];
    if (!row) return;
    const moves: Record<string, number> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      Home: 0,
      End: this.rows.length - 1,
      PageUp: at - PAGE_ROWS,
      PageDown: at + PAGE_ROWS,
    };
    const target = moves[event.key];
    if (target !== undefined) this.#focusRow(Math.min(this.rows.length - 1, Math.max(0, target)));
    else if (event.key === "Enter" && row.key === this.open)
      this.dispatchEvent(new CustomEvent<R>("grid-jump", { detail: row }));
    else if (event.key === "Enter" || event.key === "ArrowRight") this.#unfold(row.key);
    else if (event.key === " ") this.#unfold(row.key === this.open ? null : row.key);
    else if (event.key === "ArrowLeft" && row.key === this.open) this.#unfold(null);
    else return;
    event.preventDefault();
  }

  #focusRow(index: number): void {
    this.active = this.rows[index]!.key;
    this.#virtualizer?.scrollToIndex(index, { align: "auto" });
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('.row[tabindex="0"]')?.focus({ preventScroll: true }),
    );
  }

  #reveal(key: string): void {
    const index = this.rows.findIndex((row) => row.key === key);
    if (index >= 0) this.#virtualizer?.scrollToIndex(index, { align: "auto" });
  }
}

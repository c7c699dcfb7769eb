import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";
import { formatCount } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { shared } from "../shared/styles.ts";
import type { FileLink } from "./links.ts";
import type { LogModel } from "./model.ts";
import { rowTemplate } from "./row.ts";
import { listStyles, textStyles } from "./styles.ts";

const ROW_PX = 18;
/** Browsers draw nothing beyond 33 million pixels; a longer log is shown in parts. */
const MOST_ROWS = 1_500_000;

/**
 * The lines of a log; only those in sight exist. Fires `tf-follow` (detail: whether the end is followed) when a person
 * scrolls away from the end or back to it, `tf-moved` when scrolling came to rest, and `tf-open` (detail: a `FileLink`).
 */
@customElement("tf-log-list")
export class LogListElement extends LitElement {
  static override styles = [...shared, ...textStyles, listStyles];

  @property({ attribute: false }) model!: LogModel;
  @property() find = "";
  /** The line looked at; 0 = none. */
  @property({ type: Number }) current = 0;
  @property({ type: Boolean }) wraps = false;
  @property({ type: Boolean }) timed = false;
  /** Whether the end stays in sight. */
  @property({ type: Boolean }) follows = false;
  @query(".scroller") private readonly scroller!: HTMLElement;

  /** First row of the part shown. */
  #first = 0;
  #virtual: Virtualizer<HTMLElement, HTMLElement> | undefined;
  #end: (() => void) | undefined;
  #lastTop = 0;
  #goal: number | undefined;

  /** The first line wholly in sight. */
  get topLine(): number {
    const first = this.#virtual?.getVirtualItemForOffset(this.scroller.scrollTop + ROW_PX - 1);
    return first ? this.model.folds.row(this.#first + first.index).line : 1;
  }

  /** Brings a line into sight, unfolding what hides it. */
  show(line: number): void {
    this.model.folds.uncover(line);
    this.#goal = line;
    this.requestUpdate();
  }

  override focus(): void {
    this.scroller.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
    this.#virtual = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { rows } = this.model.folds;
    const last = Math.max(0, rows - MOST_ROWS);
    if (this.follows) this.#first = last;
    this.#first = Math.min(this.#first, last);
    if (this.#goal !== undefined) {
      const row = this.model.folds.rowOf(this.#goal);
      const isOutside = row < this.#first || row >= this.#first + MOST_ROWS;
      if (isOutside) this.#first = Math.min(last, Math.max(0, row - MOST_ROWS / 2));
    }
    if (!this.#virtual) return;
    if (changed.has("wraps")) this.#virtual.measure();
    this.#virtual.setOptions({ ...this.#virtual.options, count: Math.min(rows - this.#first, MOST_ROWS) });
  }

  override render() {
    const { folds } = this.model;
    const items = this.#virtual?.getVirtualItems() ?? [];
    const digits = String(this.model.state?.lines ?? 0).length;
    const after = folds.rows - this.#first - MOST_ROWS;
    return html`<div
      class="scroller ${this.wraps ? "wraps" : ""}"
      role="region"
      aria-label=${t("Output of the run")}
      tabindex="0"
      style=${styleMap({ "--digits": String(Math.max(3, digits)) })}
      @keydown=${this.#pressed}
      @wheel=${this.#wheeled}
      @scroll=${this.#scrolled}
      @scrollend=${() => this.dispatchEvent(new CustomEvent("tf-moved"))}
    >
      ${this.#first > 0 ? this.#elsewhere("before", this.#first, -1) : nothing}
      <div class="rows" style=${styleMap({ height: `${this.#virtual?.getTotalSize() ?? 0}px` })}>
        <div class="window" style=${styleMap({ transform: `translateY(${items[0]?.start ?? 0}px)` })}>
          ${repeat(
            items,
            ({ index }) => folds.row(this.#first + index).line,
            ({ index }) => this.#row(index),
          )}
        </div>
      </div>
      ${after > 0 ? this.#elsewhere("after", after, 1) : nothing}
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.#virtual) {
      this.#mount();
      return;
    }
    this.#virtual._willUpdate();
    for (const row of this.renderRoot.querySelectorAll<HTMLElement>(".row")) this.#virtual.measureElement(row);
    this.model.want(this.#virtual.getVirtualItems().map(({ index }) => this.model.folds.row(this.#first + index).line));
    if (this.#goal !== undefined && this.model.folds.rows > 0) {
      const index = this.model.folds.rowOf(Math.min(this.#goal, this.model.state?.lines ?? 1)) - this.#first;
      this.#goal = undefined;
      this.#virtual.scrollToIndex(index, { align: "center" });
    } else if (this.follows) this.#toEnd();
    if (changed.has("follows") && this.follows) this.#toEnd();
  }

  #mount(): void {
    const { folds } = this.model;
    this.#virtual = new Virtualizer<HTMLElement, HTMLElement>({
      count: Math.min(folds.rows, MOST_ROWS),
      getScrollElement: () => this.scroller,
      estimateSize: () => ROW_PX,
      getItemKey: (index) => folds.row(this.#first + index).line,
      overscan: 15,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.requestUpdate(),
    });
    this.#end = this.#virtual._didMount();
    this.#virtual._willUpdate();
    this.requestUpdate();
  }

  #row(index: number) {
    const row = this.model.folds.row(this.#first + index);
    return rowTemplate({
      index,
      row,
      line: this.model.line(row.line),
      updates: this.model.updates(row.line),
      find: this.find,
      isCurrent: row.line === this.current,
      isTimed: this.timed,
      onOpen: (link) => this.dispatchEvent(new CustomEvent<FileLink>("tf-open", { detail: link })),
      onFold: (start) => {
        this.model.folds.toggle(start);
        this.requestUpdate();
      },
      onUpdates: (line) => void this.model.toggleUpdates(line),
    });
  }

  #elsewhere(where: "before" | "after", rows: number, by: 1 | -1) {
    const label = by < 0 ? t("{0} earlier lines", formatCount(rows)) : t("{0} later lines", formatCount(rows));
    return html`<button class="elsewhere ${where}" @click=${() => this.#shift(by)}>${label}</button>`;
  }

  /** Shows the part of the log half a length before or after; the line at the edge stays in sight. */
  #shift(by: 1 | -1): void {
    const edge = by < 0 ? this.#first : this.#first + MOST_ROWS - 1;
    this.#first = Math.max(0, this.#first + (by * MOST_ROWS) / 2);
    this.show(this.model.folds.row(edge).line);
  }

  #toEnd(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  readonly #scrolled = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const distance = scrollHeight - clientHeight - scrollTop;
    const isUp = scrollTop < this.#lastTop - 1;
    this.#lastTop = scrollTop;
    // Text that came since the last frame moves the end away; only going up is leaving it.
    if (this.follows && isUp && distance > ROW_PX) this.#tell(false);
    else if (!this.follows && !isUp && distance <= 1) this.#tell(true);
  };

  /** Leaving the end is known from the key or wheel: lines that come before the scroll is seen would take it back. */
  readonly #pressed = ({ key }: KeyboardEvent): void => {
    if (["Home", "PageUp", "ArrowUp"].includes(key)) this.#leave();
  };

  readonly #wheeled = ({ deltaY, ctrlKey }: WheelEvent): void => {
    if (deltaY < 0 && !ctrlKey) this.#leave();
  };

  #leave(): void {
    const { scrollHeight, clientHeight } = this.scroller;
    if (!this.follows || scrollHeight <= clientHeight) return;
    this.follows = false;
    this.#tell(false);
  }

  #tell(follows: boolean): void {
    this.dispatchEvent(new CustomEvent("tf-follow", { detail: follows }));
  }
}

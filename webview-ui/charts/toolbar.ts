import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../../src/base/l10n.ts";
import { icon } from "../shared/icon.ts";
import { shared } from "../shared/styles.ts";
import type { ChartGroup } from "./group.ts";
import type { XAxis } from "./model.ts";
import { toolbarStyles } from "./toolbar-styles.ts";

const axisWords: Readonly<Record<XAxis, () => string>> = {
  step: () => t("Step"),
  epoch: () => t("Epoch"),
  relative: () => t("Relative time"),
  clock: () => t("Clock"),
};

/**
 * What all charts of a page obey: metric filter, x axis, smoothing, raw trace or band, outliers, log, zoom, Follow.
 * Fires `filter` (detail: the text). The slot at the end takes what a page adds.
 */
@customElement("tf-chart-toolbar")
export class ChartToolbarElement extends LitElement {
  static override styles = [...shared, toolbarStyles];

  @property({ attribute: false }) group!: ChartGroup;
  @property() filter = "";
  /** What is wrong with the filter; empty = nothing. */
  @property() problem = "";
  /** A choice of bands in place of the raw trace's checkbox. */
  @property({ type: Boolean }) compares = false;
  #ends: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#listen();
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends) end();
    this.#ends = [];
  }
  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("group")) this.#listen();
  }

  #listen(): void {
    for (const end of this.#ends) end();
    this.#ends = this.group
      ? [this.group.on("state", () => this.requestUpdate()), this.group.on("lines", () => this.requestUpdate())]
      : [];
  }

  override render() {
    const { group } = this;
    return html`<div class="bar" role="group" aria-label=${t("Charts")}>
        <label class="search ${this.problem === "" ? "" : "bad"}">
          ${icon("search")}
          <input
            type="search"
            .value=${this.filter}
            placeholder=${t("Filter metrics, e.g. loss|f1")}
            aria-label=${t("Filter metrics")}
            aria-invalid=${this.problem !== ""}
            title=${this.problem || nothing}
            @input=${this.#filtered}
          />
        </label>
        <label class="field"
          ><span>${t("X axis")}</span>
          <span class="select"
            ><select @change=${this.#axisChosen}>
              ${group.axes.map((axis) => html`<option value=${axis} ?selected=${axis === group.axis}>${axisWords[axis]()}</option>`)}
            </select>
            ${icon("chevron-down")}</span
          ></label
        >
        <label class="field"
          ><span>${t("Smoothing")}</span>
          <input
            type="range"
            min="0"
            max="0.99"
            step="0.01"
            .value=${String(group.smoothing)}
            style="--share:${(group.smoothing / 0.99) * 100}%"
            @input=${(event: Event) => (group.smoothing = Number((event.target as HTMLInputElement).value))}
          />
          <span class="number">${group.smoothing.toFixed(2)}</span></label
        >
        ${this.compares ? this.#bandChoice() : this.#check(t("Raw trace"), group.isRaw, (on) => (group.isRaw = on))}
        ${this.#check(t("Ignore outliers"), group.ignoresOutliers, (on) => (group.ignoresOutliers = on))}
        ${this.#check(t("Log y"), group.isLogAll, (on) => (group.isLogAll = on))}
        <slot></slot>
        <span class="spring"></span>
        ${this.compares && group.zoom === undefined ? nothing : this.#reset()}
        ${
          group.hasLive
            ? html`<button
                class="follow"
                aria-pressed=${group.follows}
                @click=${() => (group.follows = !group.follows)}
              >
                ${icon("debug-continue")}${t("Follow")}
              </button>`
            : nothing
        }
      </div>
      ${this.problem === "" ? nothing : html`<div class="problem" role="status">${this.problem}</div>`}`;
  }

  #reset() {
    const { group } = this;
    return html`<button class="flat" ?disabled=${group.zoom === undefined} @click=${() => group.resetZoom()}>
      ${icon("zoom-out")}${t("Reset zoom")}
    </button>`;
  }

  #check(label: string, isOn: boolean, set: (on: boolean) => void) {
    return html`<label class="check"
      ><input
        type="checkbox"
        .checked=${isOn}
        @change=${(event: Event) => set((event.target as HTMLInputElement).checked)}
      /><span class="box">${icon("check")}</span>${label}</label
    >`;
  }

  #bandChoice() {
    const { group } = this;
    return html`<label class="field"
      ><span>${t("Band")}</span>
      <span class="select"
        ><select
          @change=${(event: Event) => (group.band = (event.target as HTMLSelectElement).value === "minmax" ? "minmax" : "none")}
        >
          <option value="minmax" ?selected=${group.band === "minmax"}>${t("Raw min–max")}</option>
          <option value="none" ?selected=${group.band === "none"}>${t("None")}</option>
        </select>
        ${icon("chevron-down")}</span
      ></label
    >`;
  }

  readonly #axisChosen = (event: Event): void => {
    this.group.axis = (event.target as HTMLSelectElement).value as XAxis;
  };

  readonly #filtered = (event: Event): void => {
    const detail = (event.target as HTMLInputElement).value;
    this.dispatchEvent(new CustomEvent("filter", { detail }));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "tf-chart-toolbar": ChartToolbarElement;
  }
}

import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { t } from "../../src/base/l10n.ts";
import { icon } from "../shared/icon.ts";
import "../shared/menu.ts";
import { shared } from "../shared/styles.ts";
import { theme } from "../shared/theme.ts";
import { chartMenu, chooseFromMenu } from "./chart-menu.ts";
import { ChartCanvas, plotWidth, type Selection } from "./chart-canvas.ts";
import { chartStyles } from "./chart-styles.ts";
import type { DataTableElement } from "./data-table.ts";
import "./data-table.ts";
import type { CurveConsumer, Curves } from "./curves.ts";
import type { ChartGroup } from "./group.ts";
import { onChartKey } from "./keys.ts";
import type { ChartMark, ChartSpec } from "./model.ts";
import type { PlacedMark } from "./paint-marks.ts";
import { attachPointer, type PointerTarget } from "./pointer.ts";
import type { YRange } from "./range.ts";
import { hit, lastReading, type Reading } from "./readings.ts";
import { drawSoon } from "./frames.ts";
import { clocksOf, pixelsFor, SceneMaker, shownLines, wishOf, type Scene } from "./scene.ts";
import { watchSight } from "./sight.ts";
import { tooltip, tooltipStyles } from "./tooltip.ts";
import { formatValue, markWords, placeOf, summaryOf } from "./words.ts";

/** What a chart wants of its page: a checkpoint opened, a file saved, the data shown as a table. */
export interface ChartEvents {
  "open-checkpoint": { run: string; step: number };
  "save-file": { name: string; content: string | Uint8Array };
}

/**
 * One chart. It draws while it is in sight and holds no canvas otherwise, so that hundreds on a page cost nothing.
 * Fires `open-checkpoint` and `save-file` (bubbling).
 */
@customElement("tf-chart")
export class ChartElement extends LitElement implements CurveConsumer, PointerTarget {
  static override styles = [...shared, tooltipStyles, chartStyles];

  @property({ attribute: false }) spec!: ChartSpec;
  @property({ attribute: false }) group!: ChartGroup;
  @property({ attribute: false }) curves!: Curves;
  /** Fills the page. */
  @property({ type: Boolean, reflect: true }) full = false;
  @state() scene: Scene | undefined;
  @state() private readings: readonly Reading[] = [];
  @state() private problem: string | undefined;
  /** The sign under the pointer. */
  @state() private mark: ChartMark | undefined;
  @state() private isPointed = false;
  @state() private isFocused = false;
  @query(".plot") private readonly plot!: HTMLElement;

  readonly #maker = new SceneMaker();
  #canvas: ChartCanvas | undefined;
  /** Of the plot, in CSS pixels; undefined while it has none. */
  #size: { width: number; height: number } | undefined;
  #isVisible = false;
  #unschedule: (() => void) | undefined;
  #needsLines = true;
  #selection: Selection | undefined;
  #pointerY: number | undefined;
  #resetEpoch = 0;
  #yZoom: YRange | undefined;
  #endings: (() => void)[] = [];

  override render() {
    const { spec, group } = this;
    const isLog = this.scene?.isLog ?? false;
    const best = spec.isDeciding ? spec.best?.[0] : undefined;
    return html`<div class="title">
        <span class="name clipped" title=${spec.title}>${spec.title}</span>
        ${
          isLog
            ? html`<button class="log" title=${t("Linear scale (L)")} @click=${() => this.toggleLog()}>
                <span>${t("log")}</span>
              </button>`
            : nothing
        }
        ${best ? html`<span class="best">${icon("star-full")}${formatValue(best.value, spec.unit, spec.metric)}</span>` : nothing}
        ${spec.subtitle ? html`<span class="quiet clipped">${spec.subtitle}</span>` : nothing}
        <span class="spring"></span>
        <span class="current">${this.#currentValue()}</span>
        <tf-menu-button
          .label=${t("Actions of the chart {0}", spec.title)}
          .items=${chartMenu(this)}
          @tf-choose=${({ detail }: CustomEvent<string>) => chooseFromMenu(this, detail)}
          >${icon("ellipsis")}</tf-menu-button
        >
      </div>
      <div
        class="plot"
        role="img"
        tabindex="0"
        aria-label=${this.#label()}
        @contextmenu=${this.#contextMenu}
        @keydown=${(event: KeyboardEvent) => onChartKey(this, event)}
        @focus=${() => this.#focused(true)}
        @blur=${() => this.#focused(false)}
      >
        <canvas class="base"></canvas><canvas class="over"></canvas>
        ${this.#tooltip(group)} ${this.#notice()}
      </div>
      <tf-data-table></tf-data-table>`;
  }

  #currentValue(): string {
    const { spec, scene } = this;
    const own = scene?.lines.filter(({ line }) => !line.isBackground && line.part !== "abandoned") ?? [];
    if (!scene || own.length !== 1) return "";
    const reading = this.readings.find(({ line }) => line === own[0]) ?? lastReading(own[0]!);
    const text = formatValue(reading?.value, spec.unit, spec.metric);
    return spec.phrase ? spec.phrase(text) : text;
  }

  #label(): string {
    if (!this.scene) return this.spec.title;
    const summary = summaryOf(this.scene);
    const [reading] = this.readings;
    return this.isFocused && reading
      ? t(
          "{0}. {1}: {2}",
          summary,
          placeOf(reading, undefined, undefined),
          formatValue(reading.value, this.spec.unit, this.spec.metric),
        )
      : summary;
  }

  #notice() {
    if (this.problem !== undefined)
      return html`<div class="notice">
        ${this.problem} <button class="link" @click=${() => this.curves.retry()}>${t("Retry")}</button>
      </div>`;
    if (this.scene?.isLoading)
      return html`<div class="bars" aria-hidden="true"></div>
        <div class="notice quiet late">${t("Reading the points…")}</div>`;
    if (this.scene && this.scene.lines.length === 0) return html`<div class="notice quiet">${t("No data yet.")}</div>`;
    return nothing;
  }

  #tooltip(group: ChartGroup) {
    const { crosshair } = group;
    const at = this.#canvas?.geometry;
    const isMine = crosshair?.chart === this.spec.id && (this.isPointed || this.isFocused || group.isPinned);
    if (!isMine || !at || !this.scene || this.readings.length === 0) return nothing;
    const near = hit(this.readings, this.#pointerY ?? Number.NaN, at)?.line.line.run;
    const px = at.toX(crosshair.x);
    const isLeft = px > (at.left + at.right) / 2;
    const side = isLeft ? `right:${this.clientWidth - 18 - px + 10}px` : `left:${px + 10}px`;
    const parts = { scene: this.scene, readings: this.readings, x: crosshair.x, group, curves: this.curves, near };
    const content = this.mark ? html`<div class="mark">${markWords(this.mark)}</div>` : tooltip(parts);
    return html`<div class="tooltip" style="top:6px;${side}">${content}</div>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.updateComplete.then(() => this.isConnected && this.#attach());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#endings) end();
    this.#endings = [];
    this.#hide();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("spec") && changed.get("spec") !== undefined) {
      this.curves.update();
      this.schedule(true);
    }
    if (changed.has("full")) this.#resize();
  }

  #attach(): void {
    if (this.#endings.length > 0) return;
    const { group, curves } = this;
    this.#endings = [
      group.on("lines", () => {
        curves.update();
        this.schedule(true);
      }),
      group.on("crosshair", () => this.schedule(false)),
      curves.add(this),
      theme.onChange(() => this.schedule(true)),
      watchSight(this, (isVisible) => (isVisible ? this.#show() : this.#hide())),
      attachPointer(this.plot, this),
    ];
  }

  #show(): void {
    if (this.#isVisible) return;
    this.#isVisible = true;
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(this.plot);
    this.#unsee = () => observer.disconnect();
    this.#resize();
    this.curves.update(true);
  }
  #unsee: () => void = () => {};

  #hide(): void {
    if (!this.#isVisible) return;
    this.#isVisible = false;
    this.#unsee();
    this.#unschedule?.();
    this.#unschedule = undefined;
    this.#canvas?.destroy();
    this.#canvas = undefined;
    this.curves.update();
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.plot;
    if (!this.#isVisible || clientWidth === 0 || clientHeight === 0) return;
    this.#size = { width: clientWidth, height: clientHeight };
    this.curves.update();
    this.schedule(true);
  }

  /** Draws with the next frame; `lines` false: only the pointer's marks. */
  schedule(lines: boolean): void {
    this.#needsLines ||= lines;
    if (!this.#isVisible || this.#unschedule) return;
    this.#unschedule = drawSoon(() => {
      this.#unschedule = undefined;
      this.#draw();
    });
  }

  /** The canvases, made when there is something to draw. */
  #paper(): ChartCanvas {
    if (!this.#canvas) {
      const [base, over] = this.renderRoot.querySelectorAll("canvas");
      this.#canvas = new ChartCanvas(base!, over!, { theme, group: this.group, curves: this.curves });
    }
    this.#canvas.resize(this.#size!.width, this.#size!.height);
    return this.#canvas;
  }

  #draw(): void {
    if (!this.#isVisible || !this.#size) return;
    const { group } = this;
    if (this.#needsLines || !this.scene) {
      this.#needsLines = false;
      if (this.#resetEpoch !== group.resetEpoch) this.#yZoom = undefined;
      this.#resetEpoch = group.resetEpoch;
      this.scene = this.#maker.make(this.spec, group, this.curves, plotWidth(this.#size.width), this.#yZoom);
      // Axes of nothing would jump as soon as the first points come.
      if (!this.scene.isLoading || this.#canvas) this.#paper().draw(this.scene);
    }
    const { crosshair } = group;
    this.readings = (crosshair && this.#canvas?.readings(crosshair.x)) ?? [];
    this.#canvas?.drawOverlay(crosshair?.x, this.readings, this.#selection);
    this.requestUpdate();
  }

  // What the curves ask of a consumer.
  wishes() {
    if (!this.#isVisible || !this.#size) return [];
    const lines = shownLines(this.spec, this.group);
    const pixels = pixelsFor(lines.length, plotWidth(this.#size.width));
    return lines.map((line) => wishOf(line, this.group, this.curves, pixels));
  }
  clocks() {
    if (!this.#isVisible) return [];
    const pointed = this.isPointed || this.isFocused ? this.spec.lines.slice(0, 1).map(({ run }) => run) : [];
    return [...new Set([...clocksOf(this.spec, this.group), ...pointed])];
  }
  changed(): void {
    this.schedule(true);
  }
  failed(message: string | undefined): void {
    this.problem = message;
  }

  // What the pointer asks of a target.
  get chartId(): string {
    return this.spec.id;
  }
  get geometry() {
    return this.#canvas?.geometry;
  }
  get placed() {
    return this.#canvas?.placed ?? [];
  }
  select(selection: Selection | undefined): void {
    this.#selection = selection;
    this.schedule(false);
  }
  zoomY(range: YRange | undefined): void {
    this.#yZoom = range;
    this.schedule(true);
  }
  pointAt(y: number | undefined): void {
    this.#pointerY = y;
    const wasPointed = this.isPointed;
    this.isPointed = y !== undefined;
    if (this.isPointed !== wasPointed) this.curves.update();
    if (shownLines(this.spec, this.group).length < 2) return;
    const near = y === undefined || !this.geometry ? undefined : hit(this.readings, y, this.geometry);
    this.group.hovered = near?.line.line.run;
  }
  hoverMark(mark: PlacedMark | undefined): void {
    this.mark = mark?.mark;
  }
  openMark({ mark }: PlacedMark): void {
    if (mark.kind === "checkpoint") this.emit("open-checkpoint", { run: mark.run, step: mark.step });
  }

  /** Logarithmic or not, for this chart. */
  toggleLog(): void {
    this.group.setLog(this.spec.id, !this.group.isLog(this.spec.id, this.spec.isLog));
  }

  /** Over the whole page, or back in its place. */
  toggleFull(): void {
    this.full = !this.full;
    // The top layer: no scroller or container of the page can clip it.
    this.popover = this.full ? "manual" : null;
    if (this.full) this.showPopover();
    void this.updateComplete.then(() => this.plot.focus());
  }

  showTable(): void {
    if (this.scene) void this.renderRoot.querySelector("tf-data-table")!.show(this.scene);
  }

  /** The canvas the curves are on. */
  get picture(): HTMLCanvasElement {
    return this.renderRoot.querySelector("canvas")!;
  }

  openMenu(): void {
    this.renderRoot.querySelector("tf-menu-button")?.shadowRoot?.querySelector("button")?.click();
  }

  /** Moves the crosshair by points of the first curve; ±Infinity = to its ends. */
  moveCrosshair(points: number): void {
    const line = this.scene?.lines.find((one) => !one.line.isBackground);
    if (!line || line.x.length === 0) return;
    const current = this.readings.find((reading) => reading.line === line)?.index ?? line.x.length - 1;
    const index = Math.min(line.x.length - 1, Math.max(0, current + points));
    this.group.setCrosshair({ x: line.x[index]!, chart: this.spec.id }, true);
  }

  readonly #contextMenu = (event: Event): void => {
    event.preventDefault();
    this.openMenu();
  };

  emit<K extends keyof ChartEvents>(name: K, detail: ChartEvents[K]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #focused(isFocused: boolean): void {
    this.isFocused = isFocused && this.plot.matches(":focus-visible");
    if (this.isFocused && !this.group.crosshair) this.moveCrosshair(0);
    if (!isFocused && !this.group.isPinned) this.group.setCrosshair(undefined);
    this.curves.update();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "tf-chart": ChartElement;
    "tf-data-table": DataTableElement;
  }
}

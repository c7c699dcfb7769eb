import { html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatCount, formatMetric } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import { keptRange, type YRange } from "../charts/range.ts";
import { linearTicks, xTicks, yTickLabel } from "../charts/ticks.ts";
import { slotStyle } from "../shared/slots.ts";
import { shared } from "../shared/styles.ts";
import { theme } from "../shared/theme.ts";
import { metricAt, shortName, type Mark } from "./marks.ts";
import { freePlace, linear, placeLabels, valueAt, type Box, type Placed, type Wanted } from "./timeline-layout.ts";
import { timelineStyles } from "./timeline-styles.ts";

/** The chosen metric over the run. */
export interface TimelineCurve {
  steps: ArrayLike<number>;
  values: ArrayLike<number>;
}

export interface TimelineChoice {
  which: "a" | "b";
  step: number;
}

/** A checkpoint in the drawing, in pixels; without a value it lies on the floor. */
interface Point {
  mark: Mark;
  value: number | null;
  /** Its letter, where it is chosen. */
  badge: "a" | "b" | null;
  x: number;
  y: number;
}

const HEIGHT = 126;
const PLOT = { left: 44, right: 26, top: 26, bottom: 22 };
const FLOOR = HEIGHT - PLOT.bottom;
/** Of an epoch's word, in pixels. */
const WORD_HEIGHT = 12;
/** A click farther away from every point chooses none. */
const REACH = 24;

/**
 * Checkpoints on the curve of one metric. Click chooses A, Shift+click B; Left and Right move A, with Shift B. Fires
 * `tf-choose` (`TimelineChoice`).
 */
@customElement("tf-checkpoint-timeline")
export class CheckpointTimeline extends LitElement {
  static override styles = [...shared, timelineStyles];

  @property({ attribute: false }) marks: readonly Mark[] = [];
  @property({ attribute: false }) curve: TimelineCurve = { steps: [], values: [] };
  @property() metric = "";
  @property({ type: Number }) colorSlot = 1;
  @property({ attribute: false }) a: number | null = null;
  @property({ attribute: false }) b: number | null = null;
  /** Last step of the axis. */
  @property({ type: Number }) end = 0;
  @property({ attribute: false }) stepsPerEpoch: number | null = null;
  @state() private width = 0;
  @state() private hovered: Mark | undefined;
  readonly #observer = new ResizeObserver(([entry]) => (this.width = Math.round(entry?.contentRect.width ?? 0)));
  #range: YRange | undefined;
  #rangeOf = "";
  /** What each label says, by its id. */
  readonly #words = new Map<string, { text: string; isBest: boolean }>();

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  override render() {
    return html`<div
      class="box"
      role="slider"
      tabindex="0"
      aria-label=${t("Checkpoint A on the curve of {0}", shortName(this.metric))}
      aria-valuemin="0"
      aria-valuemax=${this.end}
      aria-valuenow=${this.a ?? 0}
      aria-valuetext=${this.#valueText()}
      @keydown=${this.#key}
      @click=${this.#click}
      @pointermove=${this.#hover}
      @pointerleave=${() => (this.hovered = undefined)}
    >
      ${this.width > 0 ? this.#drawing() : nothing} ${this.#tooltip()}
    </div>`;
  }

  get #x(): (step: number) => number {
    return linear(0, Math.max(1, this.end), PLOT.left, this.width - PLOT.right);
  }

  #valueOf(mark: Mark): number | null {
    const value = metricAt(mark, this.metric);
    return value !== null && Number.isFinite(value) ? value : valueAt(this.curve.steps, this.curve.values, mark.step);
  }

  /** Holds everything shown, and does not jump while the run goes on. */
  #yRange(): YRange | undefined {
    const values = [...Array.from(this.curve.values), ...this.marks.map((mark) => this.#valueOf(mark))].filter(
      (value) => value !== null && Number.isFinite(value),
    ) as number[];
    if (values.length === 0) return undefined;
    if (this.#rangeOf !== this.metric) this.#range = undefined;
    this.#rangeOf = this.metric;
    return (this.#range = keptRange(this.#range, { min: Math.min(...values), max: Math.max(...values) }, false));
  }

  #drawing(): TemplateResult {
    const range = this.#yRange();
    const y = range ? linear(range.min, range.max, FLOOR, PLOT.top) : () => FLOOR;
    const points = this.#points(y);
    const chosen = points.filter(({ badge }) => badge);
    const badges: Box[] = chosen.map((at) => ({ x: at.x - 8, y: at.y - 28, width: 16, height: 16 }));
    const dots = points.map(({ x, y: top, badge }) => around(x, top, badge ? 8 : 4));
    const area = { x: PLOT.left, y: 2, width: this.width - PLOT.left - 4, height: FLOOR - 2 };
    const wanted = points.flatMap((point) => this.#label(point));
    const labels = placeLabels(wanted, area, [...badges, ...dots]);
    return html`<svg width=${this.width} height=${HEIGHT} aria-hidden="true">
      ${range ? this.#yAxis(range, y) : nothing} ${this.#xAxis()}
      ${this.#epochs([...badges, ...dots, ...labels, ...this.#alongLine(y)])} ${this.#line(y)} ${this.#dots(points)}
      ${this.#badges(chosen)} ${this.#labels(labels)}
    </svg>`;
  }

  #yAxis(range: YRange, y: (value: number) => number) {
    return linearTicks(range.min, range.max, 3).map(
      (tick) =>
        svg`<line class="grid" x1=${PLOT.left - 4} x2=${this.width - PLOT.right} y1=${y(tick)} y2=${y(tick)} />
          <text class="tick" x=${PLOT.left - 10} y=${y(tick) + 3} text-anchor="end">${yTickLabel("metric", tick)}</text>`,
    );
  }

  #xAxis() {
    const x = this.#x;
    const count = Math.max(2, Math.floor(this.width / 150));
    const ticks = xTicks("step", { from: 0, to: Math.max(1, this.end) }, count, false);
    const word = this.width - PLOT.right;
    return svg`<line class="axis" x1=${PLOT.left - 4} x2=${this.width - PLOT.right} y1=${FLOOR} y2=${FLOOR} />
      ${ticks
        .filter((tick) => x(tick) < word - 34)
        .map(
          (tick) =>
            svg`<text class="tick" x=${x(tick)} y=${HEIGHT - 8} text-anchor="middle">${formatCount(tick)}</text>`,
        )}
      <text class="tick" x=${word} y=${HEIGHT - 8} text-anchor="end">${t("step")}</text>`;
  }

  /** What the line covers, in boxes a few pixels wide. */
  #alongLine(y: (value: number) => number): Box[] {
    const { steps, values } = this.curve;
    const step = linear(PLOT.left, this.width - PLOT.right, 0, Math.max(1, this.end));
    const stops = Array.from({ length: Math.ceil(this.width / 8) }, (_, index) => index * 8);
    return stops.flatMap((x) => {
      const value = valueAt(steps, values, step(x));
      return value === null ? [] : [around(x, y(value), 4)];
    });
  }

  /** Lines where epochs end, each with its word at the floor or, where that is taken, at the top. */
  #epochs(taken: readonly Box[]) {
    const per = this.stepsPerEpoch;
    if (!per || per <= 0) return nothing;
    const x = this.#x;
    const count = Math.floor(this.end / per);
    // Lines nearer than their words are thinned.
    const every = Math.max(1, Math.ceil(60 / Math.max(1e-6, x(per) - x(0))));
    return Array.from({ length: Math.floor(count / every) }, (_, index) => {
      const epoch = (index + 1) * every;
      const at = x(epoch * per);
      const word = t("epoch {0}", epoch);
      const width = textWidth(word);
      const places = [FLOOR - WORD_HEIGHT - 2, PLOT.top].map((y) => ({
        x: at - 5 - width,
        y,
        width,
        height: WORD_HEIGHT,
      }));
      const place = freePlace(places, taken);
      return svg`<line class="epoch" x1=${at} x2=${at} y1=${PLOT.top} y2=${FLOOR} />
        ${place ? svg`<text class="tick" x=${at - 5} y=${place.y + 9} text-anchor="end">${word}</text>` : nothing}`;
    });
  }

  #line(y: (value: number) => number) {
    const { color, dash } = slotStyle(this.colorSlot);
    const x = this.#x;
    const stretches: string[][] = [[]];
    for (let index = 0; index < this.curve.steps.length; index++) {
      const value = this.curve.values[index]!;
      if (Number.isFinite(value)) stretches.at(-1)!.push(`${x(this.curve.steps[index]!)},${y(value)}`);
      else stretches.push([]);
    }
    return stretches.map(
      (points) =>
        svg`<polyline class="line" points=${points.join(" ")} stroke-dasharray=${dash.join(" ")} style="stroke: ${color}" />`,
    );
  }

  #points(y: (value: number) => number): Point[] {
    return this.marks
      .filter(({ checkpoint }) => checkpoint)
      .map((mark) => {
        const value = this.#valueOf(mark);
        const badge = mark.step === this.a ? "a" : mark.step === this.b ? "b" : null;
        return { mark, value, badge, x: this.#x(mark.step), y: value === null ? FLOOR : y(value) };
      });
  }

  #dots(points: readonly Point[]) {
    const { color } = slotStyle(this.colorSlot);
    return points.map(
      ({ mark, badge, x, y }) => svg`<g class=${mark.isAbandoned ? "abandoned" : ""}>
        ${badge ? svg`<circle class="ring" cx=${x} cy=${y} r="7" />` : nothing}
        <circle class=${mark.isKept ? "kept" : "pruned"} cx=${x} cy=${y} r=${mark.isKept ? 4 : 3.5}
          style="stroke: ${color}; ${mark.isKept ? `fill: ${color}` : ""}" />
      </g>`,
    );
  }

  #badges(chosen: readonly Point[]) {
    return chosen.map(
      ({ badge, x, y }) => svg`<rect class="badge-box ${badge}" x=${x - 8} y=${y - 28} width="16" height="16" rx="3" />
        <text class="letter ${badge}" x=${x} y=${y - 16} text-anchor="middle">${badge === "a" ? "A" : "B"}</text>`,
    );
  }

  #labels(labels: readonly Placed[]) {
    return labels.map((box) => {
      const { text, isBest } = this.#words.get(box.id)!;
      return svg`<text class="label ${isBest ? "best" : ""}" x=${box.x} y=${box.y + 11}>${
        isBest ? svg`<tspan class="star">★ </tspan>` : nothing
      }${text}</text>`;
    });
  }

  /** The best, the last and the pinned ones have words. */
  #label({ mark, value, badge, x, y }: Point): Wanted[] {
    const isBest = mark.tags.includes("best");
    const word = isBest ? t("best {0}", formatMetric(value, this.metric)) : this.#lesserWord(mark, value);
    if (word === undefined) return [];
    const id = String(mark.step);
    this.#words.set(id, { text: word, isBest });
    return [{ id, x, y, width: textWidth(word, isBest), badge: badge ? 16 : 0 }];
  }

  #lesserWord(mark: Mark, value: number | null): string | undefined {
    const figure = formatMetric(value, this.metric);
    if (mark.tags.includes("pinned")) return t("pinned {0}", figure);
    return mark.tags.includes("last") ? t("last {0}", figure) : undefined;
  }

  #tooltip() {
    const mark = this.hovered;
    if (!mark) return nothing;
    const left = Math.min(this.width - 150, Math.max(8, this.#x(mark.step) + 10));
    return html`<div class="tooltip" style="left: ${left}px">${this.#describe(mark)}</div>`;
  }

  #describe(mark: Mark): string {
    const value = `${shortName(this.metric)} ${formatMetric(metricAt(mark, this.metric), this.metric)}`;
    const place = t("Step {0}", formatCount(mark.step));
    return `${place} · ${value} · ${mark.isKept ? t("kept") : t("pruned")}`;
  }

  #valueText(): string {
    const mark = this.marks.find(({ step }) => step === this.a);
    return mark ? this.#describe(mark) : t("None chosen");
  }

  #nearest(event: MouseEvent): Mark | undefined {
    const box = this.getBoundingClientRect();
    const at = event.clientX - box.left;
    const x = this.#x;
    const marks = this.marks.filter(({ checkpoint }) => checkpoint);
    const [first] = marks.toSorted((a, b) => Math.abs(x(a.step) - at) - Math.abs(x(b.step) - at));
    return first && Math.abs(x(first.step) - at) <= REACH ? first : undefined;
  }

  #hover(event: PointerEvent): void {
    this.hovered = this.#nearest(event);
  }

  #click(event: MouseEvent): void {
    const mark = this.#nearest(event);
    if (mark) this.#choose(event.shiftKey ? "b" : "a", mark.step);
  }

  #key(event: KeyboardEvent): void {
    const marks = this.marks.filter(({ checkpoint }) => checkpoint);
    const which = event.shiftKey ? "b" : "a";
    const at = marks.findIndex(({ step }) => step === (event.shiftKey ? this.b : this.a));
    const moves: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: marks.length - 1 };
    const target = marks[moves[event.key] ?? -1];
    if (!target) return;
    event.preventDefault();
    this.#choose(which, target.step);
  }

  #choose(which: "a" | "b", step: number): void {
    this.dispatchEvent(new CustomEvent<TimelineChoice>("tf-choose", { detail: { which, step } }));
  }
}

const around = (x: number, y: number, reach: number): Box => ({
  x: x - reach,
  y: y - reach,
  width: 2 * reach,
  height: 2 * reach,
});

let ruler: CanvasRenderingContext2D | null | undefined;

/** Width of a label in pixels. */
function textWidth(text: string, isBest = false): number {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return text.length * 6.5;
  ruler.font = isBest ? `600 ${theme.font(11)}` : theme.font(11);
  return Math.ceil(ruler.measureText(isBest ? `★ ${text}` : text).width) + 2;
}

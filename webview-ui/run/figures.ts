import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { RunPage } from "../../src/messages/run-page.ts";
import type { RunView } from "../../src/messages/run-view.ts";
import { deltaMark, deltaStyles } from "../shared/delta.ts";
import type { Host } from "../shared/host.ts";
import { icon } from "../shared/icon.ts";
import { slotColor } from "../shared/slots.ts";
import { isLive } from "../shared/state-words.ts";
import { shared } from "../shared/styles.ts";
import { Ticker } from "../shared/ticker.ts";
import { figuresOf, type Figure } from "./figure-list.ts";
import { SparkData } from "./spark-data.ts";

const WIDTH = 84;
const HEIGHT = 18;

/** The headline figures of a live run. */
@customElement("tf-run-figures")
export class RunFiguresElement extends LitElement {
  static override styles = [
    ...shared,
    deltaStyles,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      dl {
        display: flex;
        margin: 0;
        padding: 0 var(--page-gap, 16px) 8px;
        gap: 16px;
        min-height: 58px;
      }
      .figure {
        flex: 1 1 0;
        min-width: 0;
        padding-left: 15px;
        border-left: 1px solid var(--vscode-panel-border);
      }
      .figure:first-child {
        flex-grow: 2.2;
        padding-left: 0;
        border-left: 0;
      }
      .figure.processor,
      .figure.best {
        flex-grow: 1.6;
      }
      .figure.memory {
        flex-grow: 1.8;
      }
      dt,
      .note {
        font-size: 11px;
        line-height: 15px;
        color: var(--vscode-descriptionForeground);
      }
      dd {
        margin: 0;
      }
      .value {
        display: flex;
        align-items: center;
        gap: 6px;
        line-height: 20px;
        white-space: nowrap;
      }
      .value b {
        font-size: 15px;
        font-weight: 600;
      }
      .of {
        flex: none;
        color: var(--vscode-descriptionForeground);
      }
      .progress .of {
        flex: 0 1 auto;
      }
      .star {
        display: inline-flex;
        color: var(--vscode-charts-yellow);
        margin-right: -2px;
      }
      .share {
        margin-left: auto;
        font-weight: 600;
      }
      progress {
        display: block;
        appearance: none;
        width: 100%;
        height: 4px;
        margin-top: 6px;
        border: 0;
        border-radius: 2px;
        overflow: hidden;
        background: color-mix(in srgb, var(--vscode-foreground) 15%, transparent);
      }
      progress::-webkit-progress-bar {
        background: transparent;
      }
      progress::-webkit-progress-value {
        background: var(--vscode-progressBar-background);
      }
      progress::-moz-progress-bar {
        background: var(--vscode-progressBar-background);
      }
      :host-context(body.vscode-high-contrast) progress {
        height: 6px;
        border: 1px solid var(--vscode-contrastBorder);
      }
      svg {
        flex: 0 10 ${WIDTH}px;
        min-width: 0;
        height: ${HEIGHT}px;
      }
      polyline {
        fill: none;
        stroke: var(--run-color);
        stroke-width: 1.2;
        vector-effect: non-scaling-stroke;
      }
      :host-context(body.vscode-high-contrast) polyline {
        stroke-width: 2;
      }
      @container (max-width: 940px) {
        svg {
          display: none;
        }
      }
      @container (max-width: 880px) {
        dl {
          display: grid;
          grid-template-columns: repeat(3, 1fr);
          row-gap: 8px;
        }
        .figure:nth-child(4) {
          padding-left: 0;
          border-left: 0;
        }
      }
      @container (max-width: 460px) {
        dl {
          grid-template-columns: repeat(2, 1fr);
        }
        .figure {
          padding-left: 0;
          border-left: 0;
        }
      }
    `,
  ];

  @property({ attribute: false }) host!: Host<RunPage>;
  @property({ attribute: false }) view!: RunView;
  #sparks: SparkData | undefined;

  constructor() {
    super();
    new Ticker(this, () => isLive(this.view));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sparks = new SparkData(this.host, () => this.requestUpdate());
    this.#sparks.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sparks?.stop();
  }

  override render() {
    const figures = figuresOf(this.view, Date.now());
    this.#sparks?.show(
      this.view.id,
      figures.flatMap(({ curve }) => curve ?? []),
    );
    return html`<dl style="--run-color: ${slotColor(this.view.slot)}">
      ${figures.map((figure) => this.#figure(figure))}
    </dl>`;
  }

  #figure({ id, label, value, of, note, title, bar, curve, star, delta }: Figure) {
    return html`<div class="figure ${id}" title=${title ?? nothing}>
      <dt class="clipped">${label}</dt>
      <dd>
        <div class="value">
          ${star ? html`<span class="star">${icon("star-full")}</span>` : ""}<b>${value}</b>
          ${of ? html`<span class="of clipped">${of}</span>` : ""}
          ${bar === undefined ? "" : html`<span class="share">${note}</span>`}
          ${delta ? deltaMark(delta.text, delta.kind, delta.title) : ""} ${curve ? this.#curve(curve) : ""}
        </div>
        ${
          bar === undefined
            ? html`<div class="note clipped">${note}</div>`
            : html`<progress max="1" value=${bar} aria-label=${label}>${note}</progress>`
        }
      </dd>
    </div>`;
  }

  /** Decoration: the figure beside it says what counts. Percentages from 0 to 100, memory from 0 to its greatest. */
  #curve(metric: string) {
    const values = this.#sparks?.values(metric) ?? [];
    if (values.length < 2) return "";
    const top = metric.endsWith("memory") ? Math.max(...values.filter(Number.isFinite), 1) * 1.15 : 100;
    const points = values.flatMap((value, index) => {
      const x = (index / (values.length - 1)) * WIDTH;
      return Number.isFinite(value) ? `${x.toFixed(1)},${(HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(1)}` : [];
    });
    return html`<svg aria-hidden="true" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">
      <polyline points=${points.join(" ")} />
    </svg>`;
  }
}

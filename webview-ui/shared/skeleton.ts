import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { shared } from "./styles.ts";

const BARS_AFTER_MS = 200;
const WORDS_AFTER_MS = 5000;

/** What stands where data is still to come: nothing at first, then grey bars, then what is waited for. */
@customElement("tf-skeleton")
export class SkeletonElement extends LitElement {
  static override styles = [
    ...shared,
    css`
      :host {
        display: block;
        padding: 12px var(--page-gap, 16px);
      }
      .bar {
        height: 14px;
        margin-bottom: 12px;
        border-radius: 4px;
        background: color-mix(in srgb, var(--vscode-foreground) 12%, transparent);
      }
    `,
  ];

  /** A sentence: what the place is waiting for. */
  @property({ attribute: false }) waitsFor = "";
  @property({ attribute: false }) bars: readonly number[] = [40, 100, 90, 96];
  /** Ends the waiting; without it there is no Cancel. */
  @property({ attribute: false }) cancel: (() => void) | undefined;
  @property({ attribute: false }) cancelLabel = "";
  @state() private phase: "nothing" | "bars" | "words" = "nothing";
  #timers: number[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timers = [
      window.setTimeout(() => (this.phase = "bars"), BARS_AFTER_MS),
      window.setTimeout(() => (this.phase = "words"), WORDS_AFTER_MS),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#timers.forEach((timer) => window.clearTimeout(timer));
  }

  override render() {
    if (this.phase === "nothing") return "";
    return html`
      <div aria-hidden="true">${this.bars.map((width) => html`<div class="bar" style="width: ${width}%"></div>`)}</div>
      ${
        this.phase === "words"
          ? html`<p class="quiet" role="status">
              ${this.waitsFor}
              ${this.cancel ? html` <button class="link" @click=${this.cancel}>${this.cancelLabel}</button>` : ""}
            </p>`
          : ""
      }
    `;
  }
}

import { css, html, LitElement } from "lit";
import { customElement, state } from "lit/decorators.js";

/** Screen readers are told at most this often. */
const EVERY_MS = 5000;

/** The page's one polite live region. What is said in between waits, and only the newest of each kind is kept. */
@customElement("tf-live-region")
export class LiveRegionElement extends LitElement {
  static override styles = css`
    :host {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
  `;

  @state() private text = "";
  readonly #waiting = new Map<string, string>();
  #timer: number | undefined;

  /** Has a sentence read out; a later one of the same kind takes its place while it waits. */
  say(kind: string, sentence: string): void {
    this.#waiting.set(kind, sentence);
    if (this.#timer === undefined) this.#speak();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  override render() {
    return html`<div role="status" aria-live="polite">${this.text}</div>`;
  }

  #speak(): void {
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    this.text = [...this.#waiting.values()].join(" ");
    this.#waiting.clear();
    this.#timer = window.setTimeout(() => this.#speak(), EVERY_MS);
  }
}

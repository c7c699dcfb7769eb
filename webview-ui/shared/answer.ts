import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";
import { t } from "../../src/base/l10n.ts";

/** Waiting is shown only when it takes longer. */
const SHOW_AFTER_MS = 200;

/** What an element shows after asking its host once, and again when it is told to or the page is looked at again. */
export class Answer<T> implements ReactiveController {
  readonly #element: ReactiveControllerHost;
  readonly #ask: () => Promise<T>;
  #value: T | undefined;
  #problem = "";
  #isAsking = false;
  #isSlow = false;

  constructor(element: ReactiveControllerHost, ask: () => Promise<T>) {
    this.#element = element;
    this.#ask = ask;
    element.addController(this);
  }

  /** The last answer; undefined before the first. */
  get value(): T | undefined {
    return this.#value;
  }

  hostConnected(): void {
    document.addEventListener("visibilitychange", this.#seen);
    window.addEventListener("focus", this.#seen);
    void this.load();
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.#seen);
    window.removeEventListener("focus", this.#seen);
  }

  async load(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const timer = window.setTimeout(() => {
      this.#isSlow = true;
      this.#element.requestUpdate();
    }, SHOW_AFTER_MS);
    try {
      this.#value = await this.#ask();
      this.#problem = "";
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      window.clearTimeout(timer);
      this.#isAsking = false;
      this.#isSlow = false;
      this.#element.requestUpdate();
    }
  }

  /** What stands above or in place of the answer: that it is waited for, or why it did not come. */
  notice(waiting: string): TemplateResult | typeof nothing {
    if (this.#problem !== "")
      return html`<p class="answer-notice" role="alert">
        ${this.#problem} <button class="link" @click=${() => void this.load()}>${t("Retry")}</button>
      </p>`;
    return this.#isSlow && this.#value === undefined ? html`<p class="answer-notice quiet">${waiting}</p>` : nothing;
  }

  readonly #seen = (): void => {
    if (!document.hidden) void this.load();
  };
}

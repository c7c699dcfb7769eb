import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Renders its element anew each second, for ages and countdowns, while the page is visible and the element wants it. */
export class Ticker implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #isWanted: () => boolean;
  #timer: number | undefined;

  constructor(host: ReactiveControllerHost, isWanted: () => boolean) {
    this.#host = host;
    this.#isWanted = isWanted;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("visibilitychange", this.#seen);
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.#seen);
    this.#stop();
  }

  hostUpdated(): void {
    if (document.hidden || !this.#isWanted()) return this.#stop();
    this.#timer ??= window.setInterval(() => this.#host.requestUpdate(), 1000);
  }

  readonly #seen = (): void => {
    if (document.hidden) this.#stop();
    else this.#host.requestUpdate();
  };

  #stop(): void {
    window.clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

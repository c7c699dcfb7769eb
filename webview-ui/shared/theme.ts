/** Colours of the editor's theme as a canvas can use them: resolved, and again whenever the theme changes. */
import { slotStyle } from "./slots.ts";

type Listener = () => void;

/** The theme of this page. One a page (`theme`). */
export class Theme {
  readonly #listeners = new Set<Listener>();
  /** Goes up with every change of the theme. */
  version = 0;
  readonly #colors = new Map<string, string>();
  #fontFamily: string | undefined;
  #probe: HTMLElement | undefined;
  #observer: MutationObserver | undefined;
  #scheduled = false;

  /** Resolves a CSS colour (variables and `color-mix` included) for a canvas. */
  color(css: string): string {
    let color = this.#colors.get(css);
    if (color === undefined) {
      const probe = this.#place();
      probe.style.color = "";
      probe.style.color = css;
      color = getComputedStyle(probe).color;
      this.#colors.set(css, color);
    }
    return color;
  }

  /** The resolved colour of a series slot. */
  slot(slot: number): string {
    return this.color(slotStyle(slot).color);
  }

  /** Whether lines are wider and carry markers. */
  get isHighContrast(): boolean {
    return document.body.classList.contains("vscode-high-contrast");
  }

  get isReducedMotion(): boolean {
    return (
      document.body.classList.contains("vscode-reduce-motion") || matchMedia("(prefers-reduced-motion: reduce)").matches
    );
  }

  /** The editor's font for text on a canvas, of a size in CSS pixels. */
  font(size: number): string {
    this.#fontFamily ??= getComputedStyle(document.body).fontFamily || "sans-serif";
    return `${size}px ${this.#fontFamily}`;
  }

  /** Calls back after the theme changed. @returns the end of that */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    this.#watch();
    return () => this.#listeners.delete(listener);
  }

  #place(): HTMLElement {
    if (!this.#probe) {
      this.#probe = document.createElement("span");
      this.#probe.hidden = true;
      this.#probe.style.setProperty("forced-color-adjust", "none");
      document.body.append(this.#probe);
      this.#watch();
    }
    return this.#probe;
  }

  /** The editor puts its variables into the style of the document and the theme's kind into the body's class. */
  #watch(): void {
    if (this.#observer) return;
    this.#observer = new MutationObserver(() => {
      if (this.#scheduled) return;
      this.#scheduled = true;
      requestAnimationFrame(() => {
        this.#scheduled = false;
        this.#colors.clear();
        this.version++;
        this.#fontFamily = undefined;
        for (const listener of this.#listeners) listener();
      });
    });
    for (const element of [document.documentElement, document.body])
      this.#observer.observe(element, { attributes: true, attributeFilter: ["style", "class"] });
  }
}

export const theme = new Theme();

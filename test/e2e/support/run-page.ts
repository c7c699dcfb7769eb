import { expect } from "vitest";
import type { Locator } from "playwright-core";
import type { EditorWindow } from "./window.ts";

const WAIT_MS = 120_000;

/** The page of a run in a window, as a person reads it. */
export class RunPage {
  readonly #window: EditorWindow;
  readonly #index: number;

  /** The `index`th page shown in the window. */
  constructor(window: EditorWindow, index = 0) {
    this.#window = window;
    this.#index = index;
  }

  get root() {
    return this.#window.webview(this.#index);
  }

  button(name: string): Locator {
    return this.root.getByRole("button", { name, exact: true }).first();
  }

  /** Waits until the header says so. */
  async state(word: string): Promise<void> {
    await this.root.locator(".state").filter({ hasText: word }).first().waitFor({ timeout: WAIT_MS });
  }

  async tab(name: string): Promise<void> {
    const tab = this.root.getByRole("tab", { name: new RegExp(`^${name}`) });
    await tab.click();
    await expect.poll(() => tab.getAttribute("aria-selected")).toBe("true");
  }

  /** The chart of a metric. */
  chart(metric: string): Locator {
    return this.root.getByRole("img", { name: new RegExp(`^${metric},`) }).first();
  }

  /** The last step the chart of a metric shows; 0 before its first. */
  async lastStep(metric: string): Promise<number> {
    const chart = this.chart(metric);
    if ((await chart.count()) === 0) return 0;
    const label = (await chart.getAttribute("aria-label")) ?? "";
    return Number(/, ([\d,]+) steps,/.exec(label)?.[1]?.replaceAll(",", "") ?? 0);
  }

  /** Waits until the chart of a metric shows a step; returns the step it shows then. */
  async reaches(metric: string, step: number): Promise<number> {
    const options = { timeout: WAIT_MS, message: `${metric} at step ${step}` };
    await expect.poll(() => this.lastStep(metric), options).toBeGreaterThanOrEqual(step);
    return this.lastStep(metric);
  }

  /** The points a chart holds, read from it as a table: `[step, …]`. */
  async steps(metric: string): Promise<number[]> {
    await this.chart(metric).focus();
    await this.#window.page.keyboard.press("t");
    const dialog = this.root.getByRole("dialog");
    await dialog.locator("tbody tr").first().waitFor();
    const cells = await dialog.locator("tbody tr td:first-child").allTextContents();
    await this.#window.page.keyboard.press("Escape");
    return cells.map((text) => Number(text.replaceAll(",", ""))).sort((a, b) => a - b);
  }
}

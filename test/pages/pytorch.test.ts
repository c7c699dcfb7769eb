import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPages, type PageBench } from "../support/pages/browser.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await startPages();
});
afterAll(() => bench.close());

/** The last value that a chart's title row says. */
const current = (page: Page, title: string): Promise<string> =>
  page
    .locator("tf-chart")
    .filter({ has: page.locator(`.name[title="${title}"]`) })
    .locator(".current")
    .innerText();

describe("what the PyTorch trainer records", () => {
  test("is drawn with its units: memory of the card, tokens a second, the loss scale", async () => {
    const { page } = await bench.open({ page: "run", scenario: "chat" }, { width: 1112, height: 1600 });
    await page.getByRole("button", { name: "6 more metrics" }).first().click();
    await expect.poll(() => current(page, "train/peak_memory_allocated")).toBe("9.4 of 24 GB");
    expect(await current(page, "train/tokens_per_second")).toMatch(/^3,\d{3} tokens\/s$/);
    expect(await current(page, "train/loss_scale")).toBe("65,536");
    expect(await current(page, "eval/perplexity")).toMatch(/^\d\.\d{3}$/);
    expect(await current(page, "eval/token_accuracy")).toMatch(/^0\.\d{4}$/);
    await page.context().close();
  });

  test("is told in the Environment tab: interpreter and reason, packages, variables, what trained", async () => {
    const { page } = await bench.open({ page: "run", scenario: "chat" });
    await page.getByRole("tab", { name: "Environment" }).click();
    const tab = page.locator("tf-environment-tab");
    await tab.getByRole("heading", { name: "Packages" }).waitFor();
    const text = await tab.locator(".columns").innerText();
    for (const part of [".venv in /home/ada/support-nlp", "CUDA or ROCm 12.8", "33,030,144 (0.81 %)", "q_proj, k_proj"])
      expect(text).toContain(part);
    expect(text).toMatch(/OMP_WAIT_POLICY\s+PASSIVE/);
    await tab.getByLabel("Filter packages").fill("trans");
    await expect.poll(() => tab.locator('table[aria-label="Packages"] tbody tr').count()).toBe(1);
    await page.context().close();
  });

  test("nothing was thrown in any of these pages", () => {
    expect(bench.server.faults).toEqual([]);
  });
});

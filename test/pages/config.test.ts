import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPages, type PageBench } from "../support/pages/browser.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await startPages();
});
afterAll(() => bench.close());

async function openConfig(scenario: string): Promise<Page> {
  const { page } = await bench.open({ page: "run", scenario });
  await page.getByRole("tab", { name: "Config" }).click();
  await page.getByRole("grid", { name: "Config" }).waitFor();
  return page;
}
const actions = (kind: string) => bench.server.actions.filter((action) => (action as { do: string }).do === kind);
const rowOf = (page: Page, key: string) =>
  page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: key, exact: true }) });

describe("the Config tab", () => {
  test("says what the file has now, and where each value came from", async () => {
    const page = await openConfig("live");
    // The harness's file has another max_length than the runs had.
    await page.getByText("1 key differs from finetune.yaml as it is now.").waitFor();
    expect(await rowOf(page, "max_length").textContent()).toMatch(/256\s*→\s*512/);
    expect(await rowOf(page, "learning_rate").textContent()).toMatch(/2e-4\s*finetune\.yaml:\d+/);
    expect(await rowOf(page, "weight_decay").textContent()).toContain("default");
    await page.getByRole("button", { name: "Show differences" }).click();
    await rowOf(page, "learning_rate").getByRole("button").click();
    await expect.poll(() => actions("diffConfig").at(-1)).toMatchObject({ b: null });
    await expect.poll(() => actions("openConfig").at(-1)).toMatchObject({ key: "train.learning_rate" });
    await page.context().close();
  });

  test("filters by words, by what is written and by what differs, and keeps that over a reload", async () => {
    const page = await openConfig("live");
    const keys = page.getByRole("rowheader");
    const all = await keys.count();
    await page.getByText("Only what is written").click();
    await expect.poll(() => keys.count()).toBeLessThan(all / 2);
    await page.getByText("Only what differs now").click();
    await expect.poll(() => page.locator("[data-column='0']").allTextContents()).toHaveLength(1);
    await page.reload();
    await page.getByRole("grid", { name: "Config" }).waitFor();
    expect(await page.locator("[data-column='0']").count()).toBe(1);
    await page.getByRole("textbox", { name: "Filter keys and values" }).fill("nothing like it");
    await page.getByRole("button", { name: "Show all keys" }).click();
    await expect.poll(() => keys.count()).toBe(all);
    await page.context().close();
  });

  test("notices that the file was changed once the page is looked at again", async () => {
    const page = await openConfig("finished");
    const { home } = await bench.server.workspace("finished");
    const file = join(dirname(home.paths.root), "finetune.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("num_train_epochs: 3", "num_train_epochs: three"));
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await page.getByText(/finetune\.yaml has errors now/).waitFor();
    writeFileSync(file, text.replace("num_train_epochs: 3", "num_train_epochs: 4"));
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await page.getByText("2 keys differ from finetune.yaml as it is now.").waitFor();
    await page.context().close();
  });

  test("the keyboard reaches every cell with one tab stop, Enter follows the link in it", async () => {
    const page = await openConfig("live");
    const active = (): Promise<string> =>
      page.evaluate(() => {
        let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at?.textContent?.trim() ?? "";
      });
    expect(await page.locator("[data-row][tabindex='0']").count()).toBe(1);
    await page.locator("[data-row='0'][data-column='0']").focus();
    await page.keyboard.press("ArrowDown");
    expect(await active()).toBe("task");
    await page.keyboard.press("End");
    expect(await active()).toMatch(/^finetune\.yaml:\d+$/);
    await page.keyboard.press("Enter");
    await expect.poll(() => actions("openConfig").at(-1)).toMatchObject({ key: "task" });
    await page.keyboard.press("Control+End");
    const rows = await page.locator("[data-column='2']").count();
    expect(await page.locator("[data-row][tabindex='0']").getAttribute("data-row")).toBe(String(rows - 1));
    await page.context().close();
  });

  test("shows the file as it was written", async () => {
    const page = await openConfig("live");
    await page.getByRole("button", { name: "As written" }).click();
    const source = page.getByRole("region", { name: "The config as it was written" });
    await source.waitFor();
    expect(await source.locator("div").nth(1).textContent()).toMatch(/2\s*version: 1/);
    await page.context().close();
  });

  test("nothing was thrown in any of these pages", () => {
    expect(bench.server.faults).toEqual([]);
  });
});

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPages, type PageBench } from "../support/pages/browser.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await startPages();
});
afterAll(() => bench.close());

async function openEnvironment(size?: { width: number; height: number }): Promise<Page> {
  const { page } = await bench.open({ page: "run", scenario: "live" }, size);
  await page.getByRole("tab", { name: "Environment" }).click();
  await page.getByRole("heading", { name: "Machine" }).waitFor();
  return page;
}
const last = (kind: string) => bench.server.actions.filter((action) => (action as { do: string }).do === kind).at(-1);

describe("the Environment tab", () => {
  test("copies a section as text, a value whole, and opens files and uncommitted changes", async () => {
    const page = await openEnvironment();
    await page.getByRole("button", { name: "Copy Machine as text" }).click();
    await expect.poll(() => last("copyText")).toMatchObject({ text: expect.stringContaining("Memory: 64.0 GB") });
    await page.getByRole("button", { name: "Copy Commit" }).click();
    await expect.poll(() => last("copyText")).toMatchObject({ text: "4f2c9e1b7d30aa51c1f0e9f4f2b1c0d9e8f7a6b5" });
    await page.getByRole("button", { name: "Show uncommitted changes" }).click();
    await expect.poll(() => last("openFile")).toMatchObject({ file: expect.stringMatching(/code\.patch$/) });
    await page.getByRole("button", { name: "data/train.jsonl" }).click();
    await expect.poll(() => last("openFile")).toMatchObject({ file: "data/train.jsonl" });
    await page.context().close();
  });

  test("on a narrow page the sections stand below each other, and no word is cut off", async () => {
    const page = await openEnvironment({ width: 500, height: 900 });
    const places = await page
      .getByRole("heading", { level: 2 })
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left));
    expect(new Set(places).size).toBe(1);
    const overflow = await page
      .locator("tf-environment-tab")
      .locator("dd, dt")
      .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
    expect(overflow).toBe(0);
    await page.context().close();
  });

  test("nothing was thrown in any of these pages", () => {
    expect(bench.server.faults).toEqual([]);
  });
});

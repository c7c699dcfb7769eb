import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPages, type PageBench } from "../support/pages/browser.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const THEMES = ["dark", "light", "hc", "hc-light"];
const TABS = {
  run: ["Charts", "Checkpoints", "Samples", "Log", "Config", "Environment"],
  compare: ["Overview", "Charts", "Config", "Code", "Predictions", "Environment"],
};

let bench: PageBench;
beforeAll(async () => {
  bench = await startPages();
});
afterAll(() => bench.close());

/** Each violation as one line: rule, what it is about, the first place. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(
    async () => (await (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run()) as AxeResults,
  );
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html.slice(0, 200) ?? ""}`);
}

describe.each(THEMES)("in the theme %s", (theme) => {
  test.each(TABS.run)("the run page's tab %s has no violation", async (tab) => {
    const { page } = await bench.open({ page: "run", scenario: "live", theme });
    await page.getByRole("tab", { name: new RegExp(`^${tab}`) }).click();
    await page.getByRole("tabpanel").waitFor();
    await page.waitForTimeout(500);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  test.each(["entities", "keras"])("checkpoints in use have none (scenario %s)", async (scenario) => {
    const { page } = await bench.open({ page: "run", scenario, theme });
    await page.getByRole("tab", { name: /^Checkpoints/ }).click();
    await page.getByRole("button", { name: "Predict…" }).waitFor();
    expect(await page.locator(".evaluations > li").count()).toBe(scenario === "entities" ? 2 : 0);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  test.each(TABS.compare)("the compare page's tab %s has no violation", async (tab) => {
    const { page } = await bench.open({ page: "compare", scenario: "compare", theme });
    await page.getByRole("tab", { name: new RegExp(`^${tab}`) }).click();
    await page.getByRole("tabpanel").waitFor();
    await page.waitForTimeout(500);
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});

test.each(["failed", "stalled", "preparing", "nan", "names", "charts", "stopped", "cpu"])(
  "the run page of the scenario %s has no violation and throws nothing",
  async (scenario) => {
    const { page, errors } = await bench.open({ page: "run", scenario });
    await page.waitForTimeout(500);
    expect(await violations(page)).toEqual([]);
    expect(errors).toEqual([]);
    await page.context().close();
  },
);

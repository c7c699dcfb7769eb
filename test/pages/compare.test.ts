import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPages, type PageBench } from "../support/pages/browser.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await startPages();
});
afterAll(() => bench.close());

const card = (page: Page, name: string): Locator =>
  page.locator("tf-compare-legend li").filter({ has: page.getByRole("button", { name, exact: true }) });
const grid = (page: Page, name: string): Locator => page.getByRole("grid", { name });
const tab = (page: Page, name: string): Locator => page.getByRole("tab", { name: new RegExp(`^${name}`) });
/** The visible words of a grid's row, cell by cell. */
const row = (page: Page, table: string, key: string): Promise<string[]> =>
  grid(page, table)
    .locator("tr")
    .filter({ has: page.locator("th", { hasText: key }) })
    .first()
    .locator("th, td")
    .evaluateAll((cells) =>
      cells.map((cell) => {
        const seen = cell.cloneNode(true) as HTMLElement;
        for (const hidden of seen.querySelectorAll(".hidden-text")) hidden.remove();
        return seen.textContent.trim().replace(/\s+/g, " ");
      }),
    );
const lastAction = (): unknown => bench.server.actions.at(-1);
const close = (page: Page): Promise<void> => page.context().close();

/** How many pixels of a chart have a colour (rather than a shade of grey). */
const coloured = (page: Page, title: string): Promise<number> =>
  page
    .locator("tf-chart")
    .filter({ has: page.locator(`.name[title="${title}"]`) })
    .locator("canvas.base")
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        const [r, g, b, alpha] = [data[i]!, data[i + 1]!, data[i + 2]!, data[i + 3]!];
        if (alpha > 60 && Math.max(r, g, b) - Math.min(r, g, b) > 40) count++;
      }
      return count;
    });

describe("the overview", () => {
  test("says what is compared, which run is best, and because of what", async () => {
    const { page, errors } = await bench.open({ page: "compare", scenario: "compare" });
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("Compare 5 runs");
    expect(await page.locator(".subtitle").innerText()).toBe(
      "same data (train 24,310 rows, dev 2,702 rows), same seed 42",
    );
    expect(await card(page, "deberta-r32-lr2e-4").locator(".star").count()).toBe(1);
    expect(await page.locator("tf-compare-legend .star").count()).toBe(1);
    expect(await row(page, "Config", "method.r")).toEqual(["method.r", "8", "32", "16", "16", "16"]);
    const model = await row(page, "Config", "model.name_or_path");
    expect(model.slice(0, 2)).toEqual(["model.name_or_path", "deberta-v3-base"]);
    expect(model[4]).toBe("ModernBERT-base");
    expect(await row(page, "Code and environment", "git commit")).toContain("b81d03a");
    const time = await row(page, "Final metrics", "train time");
    expect(time[1]).toMatch(/^12m \d\ds baseline$/);
    expect(time[2]).toMatch(/▽ \+1m \d\ds/);
    expect(time[5]).toMatch(/▲ −5m \d\ds/);
    expect(errors).toEqual([]);
    await close(page);
  });

  test("another baseline changes columns, differences and words; a reload keeps it", async () => {
    const { page } = await bench.open({ page: "compare", scenario: "compare" });
    await page.getByRole("button", { name: "Baseline: A" }).click();
    await page.getByRole("menuitem", { name: "C · deberta-r16-lr1e-4" }).click();
    const heads = () =>
      grid(page, "Final metrics")
        .locator("thead .letter")
        .evaluateAll((all) => all.map((one) => (one as HTMLElement).innerText.split(/\s/)[0]));
    await expect.poll(heads).toEqual(["C", "A", "B", "D", "E"]);
    expect((await row(page, "Config", "train.learning_rate")).slice(1, 3)).toEqual(["1e-4", "2e-4"]);
    expect(await page.getByLabel("Difference to C").count()).toBe(1);
    await page.reload();
    await page.getByRole("button", { name: "Baseline: C" }).waitFor();
    await expect.poll(heads).toEqual(["C", "A", "B", "D", "E"]);
    await close(page);
  });

  test("equal keys are listed when wanted", async () => {
    const { page } = await bench.open({ page: "compare", scenario: "compare2" });
    const rows = () => grid(page, "Config").locator("tbody tr").count();
    expect(await rows()).toBe(1);
    await page.getByRole("button", { name: "Show equal keys" }).click();
    await expect.poll(rows).toBeGreaterThan(20);
    expect((await row(page, "Config", "train.optim")).slice(0, 2)).toEqual(["train.optim", "adamw_torch"]);
    await close(page);
  });

  test("curves are drawn as differences to the baseline", async () => {
    const { page } = await bench.open({ page: "compare", scenario: "compare2" });
    await expect.poll(() => coloured(page, "train/loss"), { timeout: 15_000 }).toBeGreaterThan(500);
    await page.getByText("Difference to A").click();
    const chart = page.locator("tf-chart").filter({ has: page.locator('.name[title="eval/f1_macro"]') });
    await chart.locator(".plot").hover();
    // Read at the same step: the baseline's difference to itself is nothing, B's is what the table says.
    const cells = chart.locator(".tooltip tr").filter({ hasText: "A" }).locator(".number").first();
    await expect.poll(() => cells.innerText()).toMatch(/^[+−]?0(\.0+)?$/);
    await page.reload();
    await expect.poll(() => page.getByLabel("Difference to A").isChecked()).toBe(true);
    await close(page);
  });
});

describe("the legend", () => {
  test("hides a run, keeps it hidden over a reload, and shows it again", async () => {
    const { page } = await bench.open({ page: "compare", scenario: "compare2" });
    await expect.poll(() => coloured(page, "train/loss"), { timeout: 15_000 }).toBeGreaterThan(500);
    const both = await coloured(page, "train/loss");
    await card(page, "deberta-r8-lr2e-4")
      .getByRole("button", { name: /^Hide A/ })
      .click();
    await page.mouse.move(5, 300);
    await expect.poll(() => coloured(page, "train/loss")).toBeLessThan(both * 0.8);
    await page.reload();
    await card(page, "deberta-r8-lr2e-4").getByRole("button", { name: "Show A" }).click();
    await card(page, "deberta-r8-lr2e-4")
      .getByRole("button", { name: /^Hide A/ })
      .waitFor();
    await close(page);
  });

  test("opens, removes and adds runs", async () => {
    const { page } = await bench.open({ page: "compare", scenario: "compare" });
    const runs = (await bench.server.workspace("compare")).runs;
    await page.getByRole("button", { name: "roberta-r16-lr3e-4", exact: true }).click();
    await expect.poll(lastAction).toEqual({ do: "openRun", run: runs[4] });
    await card(page, "roberta-r16-lr3e-4").hover();
    await page.getByRole("button", { name: "Take E out of the comparison" }).click();
    await expect.poll(lastAction).toEqual({ do: "removeFromCompare", runs: [runs[4]] });
    await page.getByRole("button", { name: "Add run" }).click();
    await expect.poll(lastAction).toEqual({ do: "addToCompare", runs: [] });
    await close(page);
  });

  test("of forty runs is a list, in which only baseline, best and pinned runs have a colour", async () => {
    await bench.server.workspace("compare40"); // takes longer to make than a page may take to open
    const { page, errors } = await bench.open({ page: "compare", scenario: "compare40" });
    const lines = page.locator("tf-compare-legend .list li");
    expect(await lines.count()).toBe(40);
    const grey = () =>
      page
        .locator("tf-compare-legend .letter")
        .evaluateAll((all) => all.filter((one) => one.getAttribute("style")!.includes("descriptionForeground")).length);
    expect(await grey()).toBe(38);
    await page.getByRole("button", { name: "Keep the colour of D" }).click();
    await page.mouse.move(5, 300);
    await expect.poll(grey).toBe(37);
    await lines.nth(8).hover();
    await expect.poll(grey).toBe(36);
    expect(errors).toEqual([]);
    await close(page);
  });
});

describe("the tabs", () => {
  test("charts of every group are there, a filter leaves what it names", async () => {
    const { page } = await bench.open({ page: "compare", scenario: "compare2" });
    await tab(page, "Charts").click();
    const prefixes = () => page.locator("tf-chart-section .prefix").allInnerTexts();
    expect(await prefixes()).toEqual(["train/", "eval/", "system/"]);
    await page.getByLabel("Filter metrics").fill("f1|accuracy");
    await expect.poll(prefixes).toEqual(["eval/"]);
    expect(await page.locator("tf-chart").count()).toBe(2);
    await page.getByLabel("Filter metrics").fill("nothing like it");
    await page.getByRole("button", { name: /Show all \d+ metrics/ }).click();
    await expect.poll(prefixes).toHaveLength(3);
    await close(page);
  });

  test("code says why it cannot be compared, and lists who has the same", async () => {
    const { page } = await bench.open({ page: "compare", scenario: "compare" });
    expect(await tab(page, "Code diff").innerText()).toMatch(/3$/);
    await tab(page, "Code diff").click();
    await page
      .getByText(/is in no git repository/)
      .first()
      .waitFor();
    expect(await page.locator("tf-compare-code p").innerText()).toMatch(/^The same code as A:\s+B/);
    await close(page);
  });

  test("predictions of baseline and another run stand side by side, and lead to the data", async () => {
    const { page } = await bench.open({ page: "compare", scenario: "compare2" });
    await tab(page, "Predictions").click();
    const rows = page.getByRole("treegrid").locator(".row[data-key]");
    await rows.first().waitFor();
    const [changed, all] = await Promise.all(
      ["Changed", "All"].map((name) => page.getByRole("button", { name: new RegExp(`^${name}`) }).innerText()),
    );
    const count = (text: string): number => Number(/\d+/.exec(text)![0]);
    expect(count(changed!)).toBeGreaterThan(0);
    expect(count(all!)).toBeGreaterThan(count(changed!));
    expect(await tab(page, "Predictions").innerText()).toContain(String(count(changed!)));
    await rows.first().getByRole("button").first().click();
    await expect.poll(lastAction).toMatchObject({ do: "openDataRow", file: "data/dev.jsonl" });
    await close(page);
  });

  test("the open tab comes back after a reload", async () => {
    const { page } = await bench.open({ page: "compare", scenario: "compare2" });
    await tab(page, "Environment").click();
    await page.reload();
    await expect.poll(() => tab(page, "Environment").getAttribute("aria-selected")).toBe("true");
    expect(await row(page, "Environment", "packages.torch")).toEqual(["packages.torch", "2.13.0", "·"]);
    await close(page);
  });
});

describe("keys", () => {
  test("walk the tables cell by cell with one stop in the tab order", async () => {
    const { page } = await bench.open({ page: "compare", scenario: "compare" });
    const table = grid(page, "Final metrics");
    expect(await table.locator('[tabindex="0"]').count()).toBe(1);
    await table.locator('[tabindex="0"]').focus();
    const focused = () =>
      page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return (element as HTMLElement).innerText.trim().replace(/\s+/g, " ");
      });
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toMatch(/^f1_macro/);
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toMatch(/baseline$/);
    await page.keyboard.press("End");
    expect(await focused()).toMatch(/^0\.\d{4} ▽/);
    await page.keyboard.press("Control+End");
    expect(await focused()).toMatch(/it\/s/);
    expect(await table.locator('[tabindex="0"]').count()).toBe(1);
    await close(page);
  });

  test("reach what is done with a run", async () => {
    const { page } = await bench.open({ page: "compare", scenario: "compare" });
    await page.getByRole("button", { name: "deberta-r32-lr2e-4", exact: true }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Baseline: B" }).waitFor();
    await close(page);
  });
});

test("tables are exported with what they show", async () => {
  const { page } = await bench.open({ page: "compare", scenario: "compare2" });
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitem", { name: "Tables as CSV…" }).click();
  await expect
    .poll(lastAction)
    .toMatchObject({ do: "saveFile", name: "compare-deberta-r8-lr2e-4-deberta-r32-lr2e-4.csv" });
  const { content } = lastAction() as { content: string };
  expect(content).toMatch(/\r\nconfig,method\.r,true,8,32\r\n/);
  await close(page);
});

test.each([
  ["at 800 px", { width: 800, height: 700 }],
  ["at 200 % zoom", { width: 556, height: 415 }],
])("nothing is cut off %s", async (_, size) => {
  const { page } = await bench.open({ page: "compare", scenario: "compare" }, size);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  const box = (await page.getByRole("button", { name: "More actions" }).boundingBox())!;
  expect(box.x + box.width).toBeLessThanOrEqual(size.width);
  await close(page);
});

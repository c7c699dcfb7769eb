import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startPages, type PageBench } from "../support/pages/browser.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await startPages();
});
afterAll(() => bench.close());
beforeEach(() => void bench.server.actions.splice(0));

async function open(scenario: string): Promise<Page> {
  const { page } = await bench.open({ page: "run", scenario });
  await page.getByRole("tab", { name: /^Samples/ }).click();
  await page.locator("tf-sample-table .row[data-key]").first().waitFor();
  return page;
}

const rows = (page: Page): Locator => page.locator("tf-sample-table .row[data-key]");
const cell = (page: Page, truth: number, predicted: number): Locator =>
  page.locator(`tf-confusion-matrix .cell[data-cell="${truth},${predicted}"]`);
/** What the table says of its rows: text, label, prediction. */
const judged = async (page: Page): Promise<{ label: string; prediction: string }[]> =>
  rows(page).evaluateAll((all) =>
    all.map((row) => {
      const cells = [...row.querySelectorAll("[role=gridcell]")];
      return {
        label: cells[2]!.textContent!.trim(),
        prediction: cells[3]!.querySelector(".clipped")!.textContent!.trim(),
      };
    }),
  );

describe("runs of the PyTorch trainer", () => {
  test("what a chat model wrote stands beside its reference, whole when the row is opened, and nothing is judged", async () => {
    const page = await open("chat");
    const heads = page.locator("tf-sample-table [role=columnheader]");
    expect((await heads.allInnerTexts()).map((text) => text.trim()).slice(0, 4)).toEqual([
      "row",
      "prompt",
      "reference",
      "generated",
    ]);
    expect(await page.locator("tf-sample-table .chips button").count()).toBe(0);
    await rows(page).first().click();
    const details = page.locator("tf-sample-table .unfolded");
    await expect.poll(() => details.innerText()).toContain("It is numbered anew.");
    expect(await details.innerText()).toContain("the number changes with it.");
    await page.context().close();
  });

  test("spans are judged, with the probability of the whole prediction and the count of wrong ones", async () => {
    const page = await open("entities");
    const first = await rows(page).first().innerText();
    expect(first).toMatch(/83 %[\s\S]*wrong[\s\S]*Charles[\s\S]*\n2/);
    await page.getByRole("button", { name: "Wrong 1" }).click();
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.context().close();
  });
});

describe("one evaluation", () => {
  test("matrix, report and samples belong to the newest until another is chosen", async () => {
    const page = await open("finished");
    const summary = page.locator("tf-samples-tab .toolbar");
    const newest = await summary.innerText();
    expect(newest).toMatch(/accuracy 0\.9\d{3} · [\d,]+ rows/);
    await page.getByLabel("Evaluation").selectOption("95");
    await expect.poll(() => summary.innerText()).not.toBe(newest);
    await expect.poll(() => summary.innerText()).toMatch(/accuracy 0\.5\d{3}/);
    expect(await page.locator("tf-samples-tab table tbody tr").count()).toBe(5);
    await page.context().close();
  });

  test("a cell of the matrix filters the table to its true and predicted label, and again frees it", async () => {
    const page = await open("finished");
    await page.getByLabel("Evaluation").selectOption("95");
    const before = (await judged(page)).find(({ label, prediction }) => label !== prediction)!;
    const labels = ["billing", "bug", "how-to", "account", "feature"];
    const chosen = cell(page, labels.indexOf(before.label), labels.indexOf(before.prediction));
    await chosen.click();
    await expect.poll(() => chosen.getAttribute("aria-selected")).toBe("true");
    await page
      .locator("tf-sample-table")
      .getByRole("button", { name: `${before.label} predicted as ${before.prediction}` })
      .waitFor();
    for (const row of await judged(page)) expect(row).toEqual(before);
    await chosen.click();
    await expect.poll(() => page.locator("tf-sample-table [role=treegrid]").getAttribute("aria-rowcount")).toBe("201");
    await page.context().close();
  });

  test("the matrix is walked by keys: one tab stop, Enter chooses", async () => {
    const page = await open("finished");
    expect(await page.locator('tf-confusion-matrix .cell[tabindex="0"]').count()).toBe(1);
    await cell(page, 0, 0).focus();
    for (const key of ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowUp", "Home", "End", "Enter"])
      await page.keyboard.press(key);
    await expect.poll(() => cell(page, 0, 4).getAttribute("aria-selected")).toBe("true");
    await page.context().close();
  });

  test("every cell tells its count in words, and can be told without colour", async () => {
    const page = await open("finished");
    expect(await cell(page, 1, 1).getAttribute("title")).toMatch(/^\d+ of “bug” predicted as “bug”$/);
    expect(await cell(page, 1, 1).innerText()).toMatch(/^\d+\s+\d+ %$/);
    await page.context().close();
  });

  test("chips show right, wrong and unsure rows", async () => {
    const page = await open("finished");
    const chip = (name: string): Locator => page.locator("tf-sample-table .filter").filter({ hasText: name });
    await chip("Wrong").click();
    await expect
      .poll(async () => (await judged(page)).every(({ label, prediction }) => label !== prediction))
      .toBe(true);
    await chip("Right").click();
    await expect
      .poll(async () => (await judged(page)).every(({ label, prediction }) => label === prediction))
      .toBe(true);
    await chip("Low confidence").click();
    await expect
      .poll(async () =>
        (await rows(page).locator(".share").allInnerTexts()).every((text) => Number.parseInt(text, 10) <= 60),
      )
      .toBe(true);
    await page.context().close();
  });

  test("a header sorts, and says so", async () => {
    const page = await open("finished");
    const header = page.locator("tf-sample-table").getByRole("columnheader", { name: "label" });
    await header.getByRole("button").click();
    await expect.poll(() => header.getAttribute("aria-sort")).toBe("ascending");
    const labels = (await judged(page)).map(({ label }) => label);
    expect(labels).toEqual(labels.toSorted());
    await header.getByRole("button").click();
    await expect.poll(() => header.getAttribute("aria-sort")).toBe("descending");
    expect((await judged(page))[0]!.label).toBe("how-to");
    await page.context().close();
  });

  test("HTML in a text is text", async () => {
    const page = await open("finished");
    await page.locator("tf-sample-table input").fill("<script>");
    await expect.poll(() => rows(page).count()).toBeGreaterThan(0);
    await rows(page).first().click();
    await expect
      .poll(() => page.locator("tf-sample-table .details .text p").innerText())
      .toContain("<b>Bold</b> & <script>");
    expect(await page.locator("tf-sample-table b").count()).toBe(0);
    await page.context().close();
  });

  test("the icon opens the row of the data file", async () => {
    const page = await open("finished");
    await rows(page)
      .first()
      .getByRole("button", { name: /^Open data\/dev\.jsonl:\d+$/ })
      .click();
    await expect.poll(() => bench.server.actions).toMatchObject([{ do: "openDataRow", file: "data/dev.jsonl" }]);
    await page.context().close();
  });
});

test("a live run's newest evaluation is followed; a chosen one stays", async () => {
  const page = await open("ticking");
  const newest = page.getByLabel("Evaluation").locator("option").first();
  const before = await newest.innerText();
  expect(before).toMatch(/^Newest \(step \d+\), follows the run$/);
  // An evaluation comes every 95 steps, a step every 300 ms.
  await expect.poll(() => newest.innerText(), { timeout: 60_000, interval: 500 }).not.toBe(before);
  expect(await page.getByLabel("Evaluation").inputValue()).toBe("");
  await page.context().close();
});

test("without evaluations the tab says when they come", async () => {
  const { page } = await bench.open({ page: "run", scenario: "preparing" });
  await page.getByRole("tab", { name: /^Samples/ }).click();
  await page.getByText("Predictions appear here with the first evaluation.").waitFor();
  await page.context().close();
});

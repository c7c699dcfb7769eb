import { rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startPages, type PageBench } from "../support/pages/browser.ts";
import { seedEvaluation } from "../support/pages/seed/evaluation.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await startPages();
});
afterAll(() => bench.close());
beforeEach(() => void bench.server.actions.splice(0));

async function open(scenario: string, size?: { width: number; height: number }): Promise<Page> {
  const { page } = await bench.open({ page: "run", scenario }, size);
  await page.getByRole("tab", { name: /^Checkpoints/ }).click();
  await page.locator("tf-checkpoint-list .row.body").first().waitFor();
  return page;
}

const list = (page: Page): Locator => page.locator("tf-checkpoint-list");
const row = (page: Page, step: number): Locator => list(page).locator(`.row[data-step="${step}"]`);
const pairs = (page: Page): Locator => page.locator("tf-predictions .row[data-key]");
const letters = async (page: Page): Promise<(string | null)[]> =>
  Promise.all(
    ["a", "b"].map((letter) => list(page).locator(`.row.body:has(.letter.${letter})`).getAttribute("data-step")),
  );
/** What has the focus, through all shadow trees. */
const focused = (page: Page): Promise<{ rowIndex: string | null; text: string }> =>
  page.evaluate(() => {
    let at: Element | null = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return { rowIndex: at?.getAttribute("aria-rowindex") ?? null, text: at?.textContent?.trim() ?? "" };
  });
/** The run's id and folder behind a scenario. */
async function runOf(scenario: string): Promise<{ id: string; dir: string }> {
  const { home, runs } = await bench.server.workspace(scenario);
  return { id: runs[0]!, dir: home.paths.run(runs[0]!) };
}

describe("a finished run", () => {
  test("lists every checkpoint newest first, with tags, metrics and sizes", async () => {
    const page = await open("finished");
    const steps = await list(page)
      .locator(".row.body")
      .evaluateAll((all) => all.map((one) => one.getAttribute("data-step")));
    expect(steps).toEqual(["1140", "1045", "950", "855", "760", "665", "570", "475", "380", "285", "190", "95"]);
    expect(await row(page, 380).innerText()).toMatch(/380\W+pinned\s+0\.\d{4}\s+0\.\d{4}\s+18\.9 MB/);
    expect(await row(page, 285).innerText()).toMatch(/pruned$/);
    expect(await page.locator("tf-checkpoints-tab .toolbar").innerText()).toContain(
      "4 of 12 kept, 75.6 MB. Keeps best, last 2 and pinned.",
    );
    await page.context().close();
  });

  test("has Fork from here first and no Resume on any row; pruned rows have no actions", async () => {
    const page = await open("finished");
    const { id } = await runOf("finished");
    await row(page, 950).click();
    const actions = list(page).locator(".unfold button");
    await expect.poll(() => actions.allInnerTexts()).toHaveLength(7);
    expect((await actions.allInnerTexts()).map((text) => text.replace(/[^\w ]/g, "").trim())).toEqual([
      "Fork from here",
      "Evaluate on a file",
      "Predict",
      "Reveal",
      "Pin",
      "Copy path",
      "Delete",
    ]);
    expect(await list(page).locator(".unfold .details").first().innerText()).toBe(
      "epoch 2.5 · adapter 4.7 MB, optimizer 14.2 MB · complete, checked",
    );
    for (const index of [0, 1, 2, 4, 6]) await actions.nth(index).click();
    await expect
      .poll(() => bench.server.actions)
      .toEqual([
        { do: "forkRun", run: id, step: 950 },
        { do: "evaluateCheckpoint", run: id, step: 950 },
        { do: "predictCheckpoint", run: id, step: 950 },
        { do: "pinCheckpoint", run: id, step: 950, pinned: true },
        { do: "deleteCheckpoint", run: id, step: 950 },
      ]);
    await row(page, 285).click();
    await expect.poll(() => actions.count()).toBe(0);
    await page.context().close();
  });

  test("a click on the timeline chooses A, with Shift B; arrow keys move A", async () => {
    const page = await open("finished");
    expect(await letters(page)).toEqual(["1140", "380"]);
    const timeline = page.locator("tf-checkpoint-timeline");
    const dots = timeline.locator("circle.kept, circle.pruned");
    await dots.nth(2).click({ force: true });
    await expect.poll(() => letters(page)).toEqual(["285", "380"]);
    await dots.nth(5).click({ force: true, modifiers: ["Shift"] });
    await expect.poll(() => letters(page)).toEqual(["285", "570"]);
    await timeline.getByRole("slider").focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => letters(page)).toEqual(["380", "570"]);
    await page.keyboard.press("Shift+ArrowLeft");
    await expect.poll(() => letters(page)).toEqual(["380", "475"]);
    await page.keyboard.press("End");
    await expect.poll(() => letters(page)).toEqual(["1140", "475"]);
    expect(await timeline.getByRole("slider").getAttribute("aria-valuetext")).toMatch(
      /^Step 1,140 · f1_macro 0\.\d{4} · kept$/,
    );
    await page.context().close();
  });

  test("choosing B's point as A swaps the two", async () => {
    const page = await open("finished");
    await row(page, 380).click();
    await expect.poll(() => letters(page)).toEqual(["380", "1140"]);
    await page.context().close();
  });

  test("the list is walked by keys: one tab stop, Enter chooses A, Shift+Enter B", async () => {
    const page = await open("finished");
    expect(await list(page).locator('.row.body[tabindex="0"]').count()).toBe(1);
    await row(page, 1140).focus();
    for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
    await expect.poll(() => letters(page)).toEqual(["950", "380"]);
    for (const key of ["End", "Shift+Enter"]) await page.keyboard.press(key);
    await expect.poll(() => letters(page)).toEqual(["950", "95"]);
    await page.context().close();
  });

  test("pruned ones can be hidden, which is said; A and B stay", async () => {
    const page = await open("finished");
    await row(page, 285).click({ modifiers: ["Shift"] });
    await list(page).getByRole("button", { name: "Show pruned" }).click();
    await expect.poll(() => list(page).locator(".row.body").count()).toBe(5);
    expect(await list(page).locator(".note").innerText()).toBe("8 pruned checkpoints are not shown.");
    expect(await letters(page)).toEqual(["1140", "285"]);
    await page.context().close();
  });

  test("another metric is shown and remembered by the next page", async () => {
    const page = await open("finished");
    await page.getByLabel("Metric").selectOption("eval/accuracy");
    await expect.poll(() => list(page).getByRole("columnheader").allInnerTexts()).toContain("accuracy");
    await page.context().close();
    const again = await open("finished");
    expect(await again.getByLabel("Metric").inputValue()).toBe("eval/accuracy");
    await again.getByLabel("Metric").selectOption("eval/f1_macro");
    await again.waitForTimeout(200);
    await again.context().close();
  });

  test("what was chosen is there again after a reload of the window", async () => {
    const page = await open("finished");
    await row(page, 760).click();
    await page
      .locator("tf-predictions")
      .getByRole("button", { name: /^Fixed/ })
      .click();
    await page.reload();
    await page.locator("tf-checkpoint-list .row.body").first().waitFor();
    await expect.poll(() => letters(page)).toEqual(["760", "380"]);
    await expect
      .poll(() =>
        page
          .locator("tf-predictions")
          .getByRole("button", { name: /^Fixed/ })
          .getAttribute("aria-pressed"),
      )
      .toBe("true");
    await page.context().close();
  });
});

describe("predictions of A and B", () => {
  test("each chip shows as many rows as it says, and every row of its kind", async () => {
    const page = await open("finished");
    await pairs(page).first().waitFor();
    const chips = page.locator("tf-predictions .filter");
    for (const name of ["Changed", "Fixed", "Broken", "Still wrong", "All"]) {
      const chip = chips.filter({ hasText: name });
      await chip.click();
      const count = Number((await chip.innerText()).match(/[\d,]+$/)![0].replace(",", ""));
      await expect
        .poll(() => page.locator("tf-predictions [role=treegrid]").getAttribute("aria-rowcount"))
        .toBe(String(count + 1));
    }
    await chips.filter({ hasText: "Fixed" }).click();
    await expect.poll(() => pairs(page).locator(".hit").count()).toBeGreaterThan(0);
    // In a row that is fixed A stands right before B's mistake.
    for (const text of await pairs(page).evaluateAll((rows) =>
      rows.map((one) => one.textContent!.replaceAll(/\s+/g, " ")),
    ))
      expect(text).toMatch(/right.*wrong/);
    await page.context().close();
  });

  test("a row unfolds to its text and probabilities and leads to the data row, by keys too", async () => {
    const page = await open("finished");
    const { id } = await runOf("finished");
    await pairs(page).first().click();
    const details = page.locator("tf-predictions .details");
    await details.waitFor();
    expect(await details.locator(".shares .name").allInnerTexts()).toHaveLength(5);
    const place = await details.locator(".place").innerText();
    expect(place).toMatch(/data\/dev\.jsonl:\d+$/);
    const dataRow = Number(place.split(":").at(-1));
    await details.locator(".place").click();
    const action = { do: "openDataRow", run: id, row: dataRow, file: "data/dev.jsonl" };
    await expect.poll(() => bench.server.actions).toEqual([action]);
    await pairs(page).first().focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => bench.server.actions).toEqual([action, action]);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => details.count()).toBe(0);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press(" ");
    await details.waitFor();
    await page.context().close();
  });

  test("End reaches the last row of a virtual table, and Tab leaves it", async () => {
    const page = await open("finished");
    await page.locator("tf-predictions .filter").filter({ hasText: "All" }).click();
    await pairs(page).first().focus();
    await page.keyboard.press("End");
    await expect.poll(() => focused(page)).toMatchObject({ rowIndex: "201" });
    await page.keyboard.press("Home");
    await expect.poll(() => focused(page)).toMatchObject({ rowIndex: "2" });
    expect(await pairs(page).count()).toBeLessThan(60);
    await page.keyboard.press("Tab");
    await expect.poll(() => focused(page)).toMatchObject({ text: "Export table" });
    await page.context().close();
  });

  test("search keeps the rows that hold the words, and says when none does", async () => {
    const page = await open("finished");
    await page.locator("tf-predictions .filter").filter({ hasText: "All" }).click();
    await page.locator("tf-predictions input").fill("dark mode");
    await expect.poll(() => pairs(page).count()).toBeGreaterThan(0);
    for (const text of await pairs(page).allInnerTexts()) expect(text).toContain("dark mode");
    await page.locator("tf-predictions input").fill("no such words");
    await page.getByText("No row holds “no such words”.").waitFor();
    await page.context().close();
  });

  test("the table is exported as it is shown", async () => {
    const page = await open("finished");
    await page.locator("tf-predictions .filter").filter({ hasText: "All" }).click();
    await page.locator("tf-predictions input").fill("<script>");
    await expect.poll(() => pairs(page).count()).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Export table" }).click();
    await expect
      .poll(() => bench.server.actions)
      .toMatchObject([{ do: "saveFile", name: "deberta-r32-lr2e-4-step-1140-vs-380.csv" }]);
    const lines = (bench.server.actions[0] as { content: string }).content.trim().split("\r\n");
    expect(lines[0]).toBe("file,row,text,label,a_prediction,a_probability,b_prediction,b_probability,kind");
    expect(lines.length - 1).toBe(await pairs(page).count());
    for (const line of lines.slice(1)) expect(line).toContain("<script>");
    await page.context().close();
  });
});

describe("runs that have not finished", () => {
  test("a stopped one is resumed from its last complete checkpoint, and only there", async () => {
    const page = await open("stopped");
    const { id, dir } = await runOf("stopped");
    await row(page, 380).click();
    const primary = list(page).locator(".button.primary");
    await expect.poll(() => primary.innerText()).toContain("Resume");
    await primary.click();
    await expect.poll(() => bench.server.actions).toEqual([{ do: "resumeRun", run: id }]);
    await row(page, 285).click();
    await expect.poll(() => primary.innerText()).toContain("Fork from here");
    await page.context().close();

    // Its files get lost: it is no place to go on from any more.
    truncateSync(join(dir, "checkpoints/step-380/optimizer.safetensors"), 7_300_000);
    const later = await open("stopped");
    await row(later, 380).click();
    await later.getByText("Incomplete: writing stopped at 12.0 MB of 18.9 MB.").waitFor();
    expect(
      await list(later)
        .locator(".unfold")
        .getByRole("button", { name: /Resume|Fork|Evaluate|Predict/ })
        .count(),
    ).toBe(0);
    await row(later, 285).click();
    await expect.poll(() => list(later).locator(".button.primary").innerText()).toContain("Resume");
    await later.context().close();
    rmSync(join(dir, "checkpoints/step-380"), { recursive: true });
  });

  test("a live one cannot lose a checkpoint under its trainer: Delete says why", async () => {
    const page = await open("live");
    const button = list(page).getByRole("button", { name: "Delete" });
    expect(await button.getAttribute("aria-disabled")).toBe("true");
    expect(await button.getAttribute("title")).toMatch(/Stop it first/);
    await button.click({ force: true });
    await page.waitForTimeout(200);
    expect(bench.server.actions).toEqual([]);
    await page.context().close();
  });

  test("before the first checkpoint the tab says what comes", async () => {
    const { page } = await bench.open({ page: "run", scenario: "preparing" });
    await page.getByRole("tab", { name: /^Checkpoints/ }).click();
    await page.getByText("No checkpoint yet.").waitFor();
    await page.context().close();
  });
});

describe("evaluations on other files", () => {
  test("stand under their checkpoint, newest first, with file, rows, age and every metric", async () => {
    const page = await open("entities");
    const { id } = await runOf("entities");
    const found = list(page).locator(".evaluations > li");
    await expect.poll(() => found.count()).toBe(2);
    expect((await found.first().innerText()).split(/\n+/)).toEqual(
      [
        "data/newspapers.jsonl",
        "1,204 rows · 11m ago",
        ["eval/loss", "0.2711", "accuracy", "0.9655", "f1_micro", "0.8459"],
        ["precision_micro", "0.8512", "recall_micro", "0.8406"],
      ].flat(),
    );
    await found.first().getByRole("button").click();
    await expect
      .poll(() => bench.server.actions)
      .toMatchObject([
        { do: "openFile", run: id, file: expect.stringMatching(/[/]data[/]newspapers\.jsonl$/) as string, line: null },
      ]);
    // A name that is too long is cut, and the age beside it stays whole.
    const [pane, age] = await Promise.all([
      list(page).locator(".unfold").boundingBox(),
      found.last().locator(".place .details").boundingBox(),
    ]);
    expect(age!.x + age!.width).toBeLessThanOrEqual(pane!.x + pane!.width);
    expect(await found.last().locator(".place .details").innerText()).toBe("1 row · 2h ago");
    await row(page, 950).click();
    await expect.poll(() => found.count()).toBe(0);
    await page.context().close();
  });

  test("appear while the page is open, and remain when the checkpoint is pruned", async () => {
    const page = await open("finished");
    const run = await runOf("finished");
    const found = list(page).locator(".evaluations > li");
    for (const step of [1140, 95]) {
      await row(page, step).click();
      const before = await found.count();
      const metrics = { "eval/loss": Number.NaN };
      seedEvaluation(run, { step, file: "/data/odd.csv", rows: 3, metrics, timeMs: Date.now() });
      await expect.poll(() => found.count(), { timeout: 10_000 }).toBe(before + 1);
      expect(await found.first().innerText()).toMatch(/odd\.csv\s+3 rows · \ds ago\s+eval\/loss\s+NaN/);
    }
    await page.context().close();
  });

  test("cannot be made where there is no trainer for the framework: the actions say why", async () => {
    const page = await open("keras");
    for (const name of ["Evaluate on a file…", "Predict…"]) {
      const button = list(page).getByRole("button", { name });
      expect(await button.getAttribute("aria-disabled")).toBe("true");
      expect(await button.getAttribute("title")).toBe("There is no trainer for keras in this version.");
      await button.click({ force: true });
    }
    await page.waitForTimeout(200);
    expect(bench.server.actions).toEqual([]);
    await page.context().close();
  });
});

test("an epoch's word in the timeline is not covered by a checkpoint", async () => {
  const page = await open("chat");
  const timeline = page.locator("tf-checkpoint-timeline");
  const word = (await timeline.getByText("epoch 2").boundingBox())!;
  const dots = await timeline.locator("circle").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()));
  const beside = dots.filter(({ left, right }) => right > word.x && left < word.x + word.width);
  expect(beside.length).toBeGreaterThan(0);
  for (const { top, bottom } of beside) expect(bottom <= word.y || top >= word.y + word.height).toBe(true);
  await page.context().close();
});

test("below 800 px the panes stack and nothing is cut off sideways", async () => {
  const page = await open("finished", { width: 640, height: 900 });
  await pairs(page).first().waitFor();
  const [left, right] = await Promise.all([list(page).boundingBox(), page.locator("tf-predictions").boundingBox()]);
  expect(right!.y).toBeGreaterThanOrEqual(left!.y + left!.height - 1);
  expect(right!.x + right!.width).toBeLessThanOrEqual(640);
  await page.context().close();
});

test("texts are Chinese in a Chinese editor", async () => {
  const { page } = await bench.open({ page: "run", scenario: "finished", language: "zh-cn" });
  await page.getByRole("tab").nth(1).click();
  await page.getByText("从此处分叉").waitFor();
  await page.context().close();
});

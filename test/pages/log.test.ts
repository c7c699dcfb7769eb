import { appendFileSync, writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runFile } from "../../src/runs/layout.ts";
import { startPages, type PageBench } from "../support/pages/browser.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await startPages();
});
afterAll(() => bench.close());

/** The run's `output.log` in a scenario's store. */
async function outputOf(scenario: string): Promise<string> {
  const { home, runs } = await bench.server.workspace(scenario);
  return runFile(home.paths.run(runs[0]!), "output");
}

async function openLog(scenario: string, text?: string): Promise<Page> {
  if (text !== undefined) writeFileSync(await outputOf(scenario), text);
  const { page } = await bench.open({ page: "run", scenario });
  await page.getByRole("tab", { name: "Log" }).click();
  return page;
}
const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");
const row = (page: Page, line: number) => page.locator(`[data-line="${line}"]`);
const actions = (kind: string) => bench.server.actions.filter((action) => (action as { do: string }).do === kind);

describe("the Log tab", () => {
  test("follows the end until a person scrolls up, and again when asked to", async () => {
    const page = await openLog("live", numbered(500));
    const follow = page.getByRole("button", { name: "Follow" });
    await row(page, 500).waitFor();
    appendFileSync(await outputOf("live"), "something new\n");
    await page.getByText("something new").waitFor();
    expect(await follow.getAttribute("aria-pressed")).toBe("true");

    await page.mouse.move(500, 500);
    await page.mouse.wheel(0, -600);
    await expect.poll(() => follow.getAttribute("aria-pressed")).toBe("false");
    appendFileSync(await outputOf("live"), "newer still\n");
    await page.getByText("502 lines").waitFor();
    expect(await page.getByText("newer still").count()).toBe(0);
    await follow.click();
    await page.getByText("newer still").waitFor();
    await page.context().close();
  });

  test("finds: counts, goes around, marks, and ends with Escape", async () => {
    const page = await openLog(
      "stopped",
      `${numbered(3000)}a \u001b[33mNeedle\u001b[0m here\n${numbered(2000)}needle again\n`,
    );
    await row(page, 5002).waitFor();
    await page.keyboard.press("Control+f");
    const field = page.getByRole("textbox", { name: "Find in log" });
    expect(await field.evaluate((input) => input.matches(":focus"))).toBe(true);
    await page.keyboard.type("needle");
    await page.getByText("Line 2 of 2").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Line 1 of 2").waitFor();
    await row(page, 3001).waitFor();
    expect(await row(page, 3001).getAttribute("aria-current")).toBe("true");
    expect(await row(page, 3001).locator("mark").textContent()).toBe("Needle");
    await page.keyboard.press("Shift+Enter");
    await row(page, 5002).waitFor();
    await page.keyboard.press("Escape");
    expect(await field.inputValue()).toBe("");
    expect(await page.locator("mark").count()).toBe(0);
    await page.context().close();
  });

  test("progress lines are one row that unfolds, also those drawn over themselves", async () => {
    const bar = (step: number): string => `${step}%|███ | ${step}/100 [1s, 3.00it/s]\n`;
    const page = await openLog("finished", `begin\n${bar(1)}${bar(2)}${bar(3)}middle\n\r1%\r2%\r3%\nend\n`);
    await row(page, 7).waitFor();
    expect(
      await page.locator("[data-line]").evaluateAll((rows) => rows.map((one) => (one as HTMLElement).dataset["line"])),
    ).toEqual(["1", "4", "5", "6", "7"]);
    const [neighbours, drawn] = [
      row(page, 4).getByRole("button", { name: "3 updates" }),
      row(page, 6).getByRole("button", { name: "3 updates" }),
    ];
    await drawn.click();
    await page.getByText("2%", { exact: true }).waitFor();
    await neighbours.click();
    await row(page, 2).waitFor();
    expect(await row(page, 2).getByRole("button").getAttribute("aria-expanded")).toBe("true");
    await row(page, 2).getByRole("button").click();
    await expect.poll(() => row(page, 3).count()).toBe(0);
    await page.context().close();
  });

  test("places in files are links; text is text", async () => {
    const page = await openLog(
      "failed",
      'start <img src=x onerror=alert(1)>\n  File "train.py", line 88, in <module>\nsrc/a.ts:12:3 error\n',
    );
    await page.getByRole("link", { name: "src/a.ts:12:3" }).click();
    await page.getByRole("link", { name: 'File "train.py", line 88' }).click();
    await expect
      .poll(() => actions("openFile").slice(-2))
      .toMatchObject([
        { file: "src/a.ts", line: 12 },
        { file: "train.py", line: 88 },
      ]);
    expect(await page.locator(".text img").count()).toBe(0);
    await page.context().close();
  });

  test("a million lines scroll, end and jump with only the rows in sight in the page", async () => {
    const page = await openLog("cpu", numbered(1_000_000));
    await page.getByText("1,000,000 lines").waitFor();
    await row(page, 1_000_000).waitFor();
    const log = page.getByRole("region", { name: "Output of the run" });
    await log.focus();
    await page.keyboard.press("Home");
    await row(page, 1).waitFor();
    await page.keyboard.press("Control+f");
    await page.keyboard.type("line 654321");
    await row(page, 654_321).waitFor();
    expect(await page.locator("[data-line]").count()).toBeLessThan(120);
    await page.context().close();
  });

  test("is found as it was left after a reload", async () => {
    const page = await openLog("crashed", numbered(2000));
    await row(page, 2000).waitFor();
    await page.getByText("Wrap lines").click();
    await page.getByRole("region", { name: "Output of the run" }).evaluate((log) => (log.scrollTop = 9000));
    await row(page, 510).waitFor();
    await page.waitForTimeout(300);
    await page.reload();
    await row(page, 510).waitFor();
    expect(await page.getByRole("checkbox", { name: "Wrap lines" }).isChecked()).toBe(true);
    expect(await row(page, 2000).count()).toBe(0);
    await page.context().close();
  });

  test("is copied without colours, and opened as the file it is", async () => {
    const page = await openLog("stalled", "\u001b[32mINFO\u001b[0m go\nstop\n");
    await row(page, 2).waitFor();
    await page.getByRole("button", { name: "Copy the log" }).click();
    await page.getByRole("button", { name: "Open as a text document" }).click();
    await expect.poll(() => actions("copyText").at(-1)).toMatchObject({ text: "INFO go\nstop\n" });
    await page.getByText("Copied.").waitFor();
    await expect.poll(() => actions("openFile").at(-1)).toMatchObject({ file: await outputOf("stalled"), line: 1 });
    await page.context().close();
  });

  test("without output it says so, and shows what comes then", async () => {
    const page = await openLog("preparing", "");
    await page.getByText("No output yet.").waitFor();
    appendFileSync(await outputOf("preparing"), "here it is\n");
    await page.getByText("here it is").waitFor();
    await page.context().close();
  });

  test("“Open log” lands on the line where the failure begins", async () => {
    const trace =
      'Traceback (most recent call last):\n  File "train.py", line 88, in <module>\nValueError: loss is NaN\n';
    writeFileSync(await outputOf("nan"), `${numbered(300)}${trace}`);
    const { page } = await bench.open({ page: "run", scenario: "nan" });
    await page.getByRole("button", { name: "Open log" }).click();
    await page.locator("[aria-current='true'][data-line]").waitFor();
    const line = Number(await page.locator("[aria-current='true'][data-line]").getAttribute("data-line"));
    expect(line).toBeGreaterThan(300);
    await page.context().close();
  });

  test("nothing was thrown in any of these pages", () => {
    expect(bench.server.faults).toEqual([]);
  });
});

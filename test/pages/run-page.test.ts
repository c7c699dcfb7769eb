import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PageAction } from "../../src/messages/actions.ts";
import { startPages, type OpenPage, type PageBench } from "../support/pages/browser.ts";

let bench: PageBench;
let opened: OpenPage | undefined;
beforeAll(async () => {
  bench = await startPages();
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.server.actions.length = 0;
  bench.server.faults.length = 0;
});
afterEach(async () => {
  await opened?.page.context().close();
  opened = undefined;
});

async function open(scenario: string, size?: { width: number; height: number }): Promise<Page> {
  opened = await bench.open({ page: "run", scenario }, size);
  return opened.page;
}
/** Waits until a page had something done. */
async function acted(page: Page): Promise<PageAction> {
  await expect.poll(() => bench.server.actions.length, { timeout: 5000 }).toBeGreaterThan(0);
  await page.waitForTimeout(50); // one action, not two
  expect(bench.server.actions).toHaveLength(1);
  return bench.server.actions.pop() as PageAction;
}
const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const tab = (page: Page, name: string): Locator => page.getByRole("tab", { name: new RegExp(`^${name}`) });
const selected = (page: Page): Promise<string | null> => page.getByRole("tab", { selected: true }).textContent();
/** What the editor would post into the page. */
/** Messages that reach the page one right after the other: nothing of the host comes between them. */
const post = (page: Page, ...messages: unknown[]): Promise<void> =>
  page.evaluate((values) => {
    for (const value of values) window.postMessage(value, "*");
  }, messages);

describe("a live run", () => {
  test("shows its figures as the design has them", async () => {
    const page = await open("live");
    const shown = await page.locator("tf-run-figures dl").innerText();
    const figures = shown.replaceAll(/\p{Co}/gu, "").replaceAll(/\s+/g, " "); // icons are private characters
    expect(figures).toContain("Progress 846 of 1,140 steps 74 %");
    expect(figures).toMatch(/Time left [23]m \d\ds ends ≈ \d\d:\d\d/);
    expect(figures).toContain("Speed 1.58 it/s 101 samples/s");
    expect(figures).toMatch(/GPU 0 · RTX 4090 9\d % 6\d °C · 4\d\d W/);
    expect(figures).toMatch(/GPU memory 6\.8 of 24 GB peak 7\.0 GB/);
    expect(figures).toMatch(/Best f1_macro 0\.\d{4} ▽ −0\.\d{4} \(worse\) step 760 · /);
    await expect.poll(() => page.locator("tf-run-figures polyline").count()).toBe(2);
  });

  test("moves by itself", async () => {
    const page = await open("ticking");
    const progress = page.locator("tf-run-figures .progress b");
    const first = Number(await progress.textContent());
    await expect.poll(async () => Number(await progress.textContent()), { timeout: 10_000 }).toBeGreaterThan(first + 2);
    expect(opened!.errors).toEqual([]);
  });

  test("is stopped, forked and renamed by commands of the editor", async () => {
    const page = await open("live");
    const { runs } = await bench.server.workspace("live");
    const run = runs[0]!;
    await button(page, "Stop").click();
    expect(await acted(page)).toEqual({ do: "stopRun", run, force: false });
    await button(page, "Fork…").click();
    expect(await acted(page)).toEqual({ do: "forkRun", run, step: null });
    await page.keyboard.press("F2");
    expect(await acted(page)).toEqual({ do: "renameRun", run });
    await page.getByRole("heading", { level: 1 }).dblclick();
    expect(await acted(page)).toEqual({ do: "renameRun", run });
    await button(page, "finetune.yaml").click();
    expect(await acted(page)).toEqual({ do: "openConfig", run, key: null });
  });

  test("its menu is walked by keys", async () => {
    const page = await open("live");
    const more = button(page, "More actions");
    const focused = (): Promise<string | null> => page.locator("[role=menuitem]:focus").textContent();
    await more.focus();
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toContain("Rename…");
    await page.keyboard.press("End");
    expect(await focused()).toContain("Delete");
    await page.keyboard.press("Enter"); // a live run cannot be deleted
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toContain("Rename…");
    await page.keyboard.press("r");
    expect(await focused()).toMatch(/Rerun|Reveal/);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("menu").count()).toBe(0);
    expect(await more.evaluate((element) => element.matches(":focus"))).toBe(true);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    expect(await acted(page)).toMatchObject({ do: "renameRun" });
  });
});

describe("the alert strip", () => {
  test("shows the step, forks from the checkpoint before it, and mutes its rule", async () => {
    const page = await open("live");
    await tab(page, "Log").click();
    await button(page, "Show").click();
    expect(await selected(page)).toMatch(/^\s*Charts/);
    await button(page, "Fork from step 760").click();
    expect(await acted(page)).toMatchObject({ do: "forkRun", step: 760 });
    await button(page, "Mute this rule").click();
    expect(await acted(page)).toMatchObject({ do: "muteAlert", code: "loss-spike", muted: true });
  });

  test("once dismissed stays away after a reload of the window", async () => {
    const page = await open("live");
    await page.getByText("Loss spiked ×9").waitFor();
    await button(page, "Dismiss").click();
    await expect.poll(() => page.getByText("Loss spiked ×9").count()).toBe(0);
    await page.reload();
    await tab(page, "Charts").waitFor();
    expect(await page.getByText("Loss spiked ×9").count()).toBe(0);
  });
});

describe("a failed run", () => {
  test("says why, opens the log at the line and the config at the key", async () => {
    const page = await open("failed");
    const strip = page.locator("tf-run-strip .strip.error");
    expect(await strip.innerText()).toContain("torch.OutOfMemoryError: CUDA out of memory.");
    await button(page, "Fix in config").click();
    expect(await acted(page)).toMatchObject({ do: "openConfig", key: "train.per_device_train_batch_size" });
    await button(page, "Open log").click();
    expect(await selected(page)).toMatch(/^\s*Log/);
    await page.locator("tf-log-tab").getByText("torch.OutOfMemoryError").waitFor();
  });

  test("offers Resume first, and shows no live figures", async () => {
    const page = await open("failed");
    expect(await page.locator("tf-run-figures").count()).toBe(0);
    await button(page, "Resume").click();
    expect(await acted(page)).toMatchObject({ do: "resumeRun" });
  });
});

describe("tabs", () => {
  test("are walked by arrows; only the open one exists", async () => {
    const page = await open("finished");
    await tab(page, "Charts").focus();
    await page.keyboard.press("ArrowLeft");
    expect(await selected(page)).toMatch(/^\s*Environment/);
    expect(await page.locator("tf-charts-tab").count()).toBe(0);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    expect(await selected(page)).toMatch(/^\s*Checkpoints/);
    expect(await page.locator("tf-checkpoints-tab").count()).toBe(1);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("TF-RUN-PAGE");
  });

  test("tab and scroll are as they were left after a reload of the window", async () => {
    const page = await open("live", { width: 900, height: 600 });
    const panel = page.getByRole("tabpanel");
    await tab(page, "Charts").click();
    await page.locator("tf-charts-tab canvas").first().waitFor();
    await panel.evaluate((element) => (element.scrollTop = 300));
    await page.waitForTimeout(400);
    await page.reload();
    await expect.poll(() => panel.evaluate((element) => element.scrollTop), { timeout: 5000 }).toBe(300);
    await tab(page, "Config").click();
    await page.reload();
    await tab(page, "Config").waitFor();
    expect(await selected(page)).toMatch(/^\s*Config/);
  });

  test("what goes wrong in one stays in it, and can be tried again", async () => {
    const page = await open("finished");
    await page.evaluate(() => {
      const tag = customElements.get("tf-environment-tab")!.prototype as { render: () => unknown };
      const render = tag.render;
      tag.render = () => {
        tag.render = render;
        throw new Error("boom");
      };
    });
    await tab(page, "Environment").click();
    await page.getByRole("alert").getByText("This tab cannot be shown: boom").waitFor();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain("deberta-r32-lr2e-4");
    await button(page, "Retry").click();
    await page.locator("tf-environment-tab").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("the editor can have a place shown", async () => {
    const page = await open("failed");
    await post(page, { t: "go", to: { tab: "log", line: 2 } });
    await page.locator("tf-log-tab").waitFor();
    expect(await selected(page)).toMatch(/^\s*Log/);
  });
});

describe("the conversation with the host", () => {
  const asked = (page: Page, word: string): Promise<unknown> =>
    page.waitForRequest((request) => request.postData()?.includes(word) ?? false, { timeout: 5000 });

  test("a page that missed a push asks for everything, once, and goes on", async () => {
    const page = await open("ticking");
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.postData() ?? ""));
    const resync = asked(page, '"resync"');
    const push = (seq: number) => ({ t: "points", generation: 1, seq, points: [] });
    await post(page, push(9999), push(10_001));
    await resync;
    const progress = page.locator("tf-run-figures .progress b");
    const first = Number(await progress.textContent());
    await expect.poll(async () => Number(await progress.textContent()), { timeout: 10_000 }).toBeGreaterThan(first + 2);
    expect(requests.filter((body) => body.includes('"resync"'))).toHaveLength(1);
    expect(opened!.errors).toEqual([]);
  });

  test("a lost connection is said, with the way back", async () => {
    const page = await open("finished");
    await post(page, { t: "connection", ok: false, message: "The disk is gone." });
    await page.getByRole("alert").getByText("The disk is gone.").waitFor();
    const resync = asked(page, '"resync"');
    await button(page, "Reconnect").click();
    await resync;
    await post(page, { t: "connection", ok: true, message: "" });
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
  });
});

describe("how it fits", () => {
  test.each(["live", "failed", "finished", "names"])("nothing of %s runs over at 800 px", async (scenario) => {
    const page = await open(scenario, { width: 800, height: 600 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over).toBeLessThanOrEqual(0);
    const more = await button(page, "More actions").boundingBox();
    expect(more!.x + more!.width).toBeLessThanOrEqual(800);
    const best = await page.locator("tf-run-header .facts").boundingBox();
    const first = await page.locator("tf-run-header .buttons").boundingBox();
    expect(best!.x + best!.width).toBeLessThanOrEqual(first!.x);
  });

  test("header and figures of a live run are as high as the design has them", async () => {
    const page = await open("live");
    const heightOf = async (tag: string) => (await page.locator(tag).boundingBox())!.height;
    expect(await heightOf("tf-run-header")).toBe(42);
    expect(await heightOf("tf-run-figures")).toBe(58);
    expect((await page.getByRole("tablist").first().boundingBox())!.height).toBe(30);
  });
});

test("names are text, whatever they hold", async () => {
  const page = await open("names");
  expect(await page.locator("tf-run-header img, tf-run-header i").count()).toBe(0);
  expect(await page.getByRole("heading", { level: 1 }).getAttribute("title")).toContain("<img src=x onerror=alert(1)>");
  expect(opened!.errors).toEqual([]);
});

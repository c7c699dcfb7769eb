import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPages, type PageBench } from "../support/pages/browser.ts";

let bench: PageBench;
beforeAll(async () => {
  bench = await startPages();
});
afterAll(() => bench.close());

/** Left and right of the plot inside a chart's canvas, in CSS pixels. */
const PLOT = { left: 40, right: 8 };

const chart = (page: Page, title: string): Locator =>
  page.locator("tf-chart").filter({ has: page.locator(`.name[title="${title}"]`) });

/** How many pixels of a canvas differ from its most frequent colour, in a rectangle given in shares of its size. */
async function inked(
  one: Locator,
  layer: "base" | "over",
  [x0, y0, x1, y1]: [number, number, number, number] = [0, 0, 1, 1],
): Promise<number> {
  return one.locator(`canvas.${layer}`).evaluate(
    (canvas, [a, b, c, d]) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const context = (canvas as HTMLCanvasElement).getContext("2d")!;
      const [left, top] = [Math.floor(a * width), Math.floor(b * height)];
      const { data } = context.getImageData(left, top, Math.ceil(c * width) - left, Math.ceil(d * height) - top);
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 40) count++;
      return count;
    },
    [x0, y0, x1, y1] as const,
  );
}

/** Waits until curves are drawn. */
async function drawn(page: Page, title = "train/loss"): Promise<Locator> {
  const one = chart(page, title);
  await one.locator(".current:not(:empty)").waitFor();
  await expect.poll(() => inked(one, "base", [0.2, 0.1, 0.6, 0.85]), { timeout: 10_000 }).toBeGreaterThan(200);
  return one;
}

async function hover(page: Page, one: Locator, share: number): Promise<void> {
  const box = (await one.locator(".plot").boundingBox())!;
  await page.mouse.move(box.x + PLOT.left + (box.width - PLOT.left - PLOT.right) * share, box.y + box.height / 2);
}

async function drag(page: Page, one: Locator, from: number, to: number, keys: string[] = []): Promise<void> {
  await hover(page, one, from);
  for (const key of keys) await page.keyboard.down(key);
  await page.mouse.down();
  const box = (await one.locator(".plot").boundingBox())!;
  const x = box.x + PLOT.left + (box.width - PLOT.left - PLOT.right) * to;
  await page.mouse.move(x, box.y + box.height * (keys.length > 0 ? 0.8 : 0.5), { steps: 5 });
  await page.mouse.up();
  for (const key of keys) await page.keyboard.up(key);
}

const value = (one: Locator): Promise<string> => one.locator(".current").innerText();
const tip = (page: Page): Locator => page.locator("tf-chart .tooltip");

describe("a page of charts", () => {
  test("draws every chart in sight, and says its last value", async () => {
    const { page, errors } = await bench.open({ page: "run", scenario: "live" });
    await drawn(page);
    for (const title of ["train/learning_rate", "train/grad_norm", "eval/loss", "GPU utilisation", "GPU memory"]) {
      const one = chart(page, title);
      await one.scrollIntoViewIfNeeded();
      await expect.poll(() => inked(one, "base", [0.2, 0.05, 0.7, 0.9])).toBeGreaterThan(60);
    }
    expect(await value(chart(page, "GPU memory"))).toBe("6.8 of 24 GB");
    expect(await value(chart(page, "GPU utilisation"))).toMatch(/^\d\d %$/);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("shares the crosshair: moving it over one chart moves all, and redraws no curve", async () => {
    const { page } = await bench.open({ page: "run", scenario: "live" });
    const loss = await drawn(page);
    const rate = chart(page, "train/learning_rate");
    const before = await value(rate);
    await page.evaluate(() => {
      const own = window as unknown as { strokes: number };
      own.strokes = 0;
      const { value: stroke } = Object.getOwnPropertyDescriptor(CanvasRenderingContext2D.prototype, "stroke")!;
      CanvasRenderingContext2D.prototype.stroke = function (...args: never[]) {
        if (this.canvas.className === "base") own.strokes++;
        return (stroke as (...a: never[]) => void).apply(this, args);
      };
    });
    await hover(page, loss, 0.5);
    await expect.poll(() => value(rate)).not.toBe(before);
    expect(await inked(rate, "over", [0.4, 0, 0.7, 1])).toBeGreaterThan(20);
    await tip(page).waitFor();
    expect(await tip(page).count()).toBe(1);
    expect(await tip(page).innerText()).toMatch(/^0\.\d+\s+raw 0\.\d+\s+step 5\d\d · \d\d:\d\d:\d\d$/);
    expect(await page.evaluate(() => (window as unknown as { strokes: number }).strokes)).toBe(0);
    await page.mouse.move(5, 5);
    await expect.poll(() => inked(rate, "over")).toBe(0);
    await page.context().close();
  });

  test("pins it by a click, frees it by Escape", async () => {
    const { page } = await bench.open({ page: "run", scenario: "live" });
    const loss = await drawn(page);
    await hover(page, loss, 0.3);
    await page.mouse.down();
    await page.mouse.up();
    const pinned = await value(loss);
    await hover(page, loss, 0.6);
    await page.waitForTimeout(100);
    expect(await value(loss)).toBe(pinned);
    await page.keyboard.press("Escape");
    await expect.poll(() => value(loss)).not.toBe(pinned);
    await page.context().close();
  });

  test("zooms all by dragging, which releases Follow; double-click brings everything back", async () => {
    const { page } = await bench.open({ page: "run", scenario: "live" });
    const loss = await drawn(page);
    const follow = page.getByRole("button", { name: "Follow" });
    expect(await follow.getAttribute("aria-pressed")).toBe("true");
    await drag(page, loss, 0.2, 0.3);
    await expect.poll(() => follow.getAttribute("aria-pressed")).toBe("false");
    const rate = chart(page, "train/learning_rate");
    await hover(page, rate, 0);
    await expect.poll(() => tip(page).innerText()).toMatch(/step 2[23]\d/);
    await hover(page, rate, 1);
    await expect.poll(() => tip(page).innerText()).toMatch(/step 34\d/);
    const box = (await loss.locator(".plot").boundingBox())!;
    await page.mouse.dblclick(box.x + 100, box.y + 40);
    await expect.poll(() => follow.getAttribute("aria-pressed")).toBe("true");
    expect(await page.getByRole("button", { name: "Reset zoom" }).isDisabled()).toBe(true);
    await page.context().close();
  });

  test("zooms at the pointer with Ctrl and the wheel, and scrolls without Ctrl", async () => {
    const { page } = await bench.open({ page: "run", scenario: "live" });
    const loss = await drawn(page);
    const reset = page.getByRole("button", { name: "Reset zoom" });
    await hover(page, loss, 0.5);
    await page.mouse.wheel(0, 120);
    await page.waitForTimeout(100);
    expect(await reset.isDisabled()).toBe(true);
    await hover(page, loss, 0.5);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -400);
    await page.keyboard.up("Control");
    await expect.poll(() => reset.isDisabled()).toBe(false);
    await page.context().close();
  });

  test("keeps zoom, axis, smoothing and filter over a reload of the window", async () => {
    const { page } = await bench.open({ page: "run", scenario: "finished" });
    const loss = await drawn(page);
    await page.getByLabel("Smoothing").fill("0.5");
    await page.getByLabel("X axis").selectOption("epoch");
    await page.getByPlaceholder("Filter metrics").fill("loss|grad");
    await drag(page, loss, 0.2, 0.6);
    await page.waitForTimeout(200);
    await page.reload();
    await drawn(page);
    expect(await page.getByLabel("Smoothing").inputValue()).toBe("0.5");
    expect(await page.getByLabel("X axis").inputValue()).toBe("epoch");
    expect(await page.getByPlaceholder("Filter metrics").inputValue()).toBe("loss|grad");
    expect(await page.getByRole("button", { name: "Reset zoom" }).isDisabled()).toBe(false);
    expect(await page.locator("tf-chart .name").allInnerTexts()).toEqual([
      "train/loss",
      "train/grad_norm",
      "eval/loss",
    ]);
    await page.context().close();
  });

  test("says when a filter is no regular expression, and when nothing matches", async () => {
    const { page } = await bench.open({ page: "run", scenario: "live" });
    await drawn(page);
    const filter = page.getByPlaceholder("Filter metrics");
    await filter.fill("loss(");
    await page.getByText("“loss(” is not a regular expression").waitFor();
    expect(await page.locator("tf-chart").count()).toBeGreaterThan(3);
    await filter.fill("nothing-like-it");
    await page.getByRole("button", { name: /Show all \d+ metrics/ }).click();
    await drawn(page);
    await page.context().close();
  });
});

describe("by the keyboard", () => {
  test("arrows move the crosshair, P pins, L switches the scale, T shows a table, F fills the page", async () => {
    const { page } = await bench.open({ page: "run", scenario: "live" });
    const loss = await drawn(page);
    const plot = loss.locator(".plot");
    await page.getByRole("button", { name: "Follow" }).focus();
    await page.keyboard.press("Tab");
    await plot.focus();
    await page.keyboard.press("Home");
    await expect.poll(() => plot.getAttribute("aria-label")).toContain(". step 1:");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => plot.getAttribute("aria-label")).toContain(". step 10:");
    await page.keyboard.press("l");
    await expect.poll(() => loss.getByRole("button", { name: "log" }).count()).toBe(0);
    await page.keyboard.press("t");
    const table = page.getByRole("dialog");
    await table.waitFor();
    expect(await table.getByRole("row").count()).toBeGreaterThan(400);
    await page.keyboard.press("Escape");
    await table.waitFor({ state: "detached" });
    await plot.focus();
    const small = (await plot.boundingBox())!;
    await page.keyboard.press("f");
    await expect.poll(async () => (await plot.boundingBox())!.width).toBeGreaterThan(small.width * 2);
    await expect.poll(() => inked(loss, "base", [0.4, 0.7, 0.7, 0.97])).toBeGreaterThan(300);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await expect.poll(async () => (await plot.boundingBox())!.width).toBeCloseTo(small.width, 0);
    await page.context().close();
  });

  test("a chart tells its summary", async () => {
    const { page } = await bench.open({ page: "run", scenario: "live" });
    const loss = await drawn(page);
    expect(await loss.getByRole("img").getAttribute("aria-label")).toMatch(
      /^train\/loss, 846 steps, last 0\.\d+, (falling|rising|steady), alert at step 812$/,
    );
    await page.context().close();
  });
});

describe("what is drawn", () => {
  test("a checkpoint's sign opens it", async () => {
    const { page } = await bench.open({ page: "run", scenario: "live" });
    const loss = await drawn(page);
    const box = (await loss.locator(".plot").boundingBox())!;
    const width = box.width - PLOT.left - PLOT.right;
    await page.mouse.click(box.x + PLOT.left + (760 / 1140) * width, box.y + box.height - 18);
    await page.getByRole("tab", { name: /^Checkpoints/, selected: true }).waitFor();
    await page.context().close();
  });

  test("values that are no number are a gap with red ticks on the axis", async () => {
    const { page } = await bench.open({ page: "run", scenario: "nan" });
    const loss = await drawn(page);
    const reds = await loss.locator("canvas.base").evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const context = (canvas as HTMLCanvasElement).getContext("2d")!;
      const { data } = context.getImageData(width * 0.9, height - 26, width * 0.1, 10);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i]! > 180 && data[i + 1]! < 140 && data[i + 2]! < 140) count++;
      return count;
    });
    expect(reds).toBeGreaterThan(20);
    await page.context().close();
  });

  test("colours follow the theme without a reload", async () => {
    const { page } = await bench.open({ page: "run", scenario: "finished" });
    const loss = await drawn(page);
    const color = (): Promise<string> =>
      loss.locator("canvas.base").evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
        const counts = new Map<string, number>();
        for (let i = 0; i < data.length; i += 4)
          if (data[i + 3] === 255) {
            const key = [...data.subarray(i, i + 3)].join();
            counts.set(key, (counts.get(key) ?? 0) + 1);
          }
        return [...counts].sort((a, b) => b[1] - a[1])[0]![0];
      });
    await page.evaluate(() => document.documentElement.style.setProperty("--vscode-charts-purple", "rgb(1, 2, 3)"));
    await page.evaluate(() => document.documentElement.style.setProperty("--vscode-charts-red", "rgb(1, 2, 3)"));
    await expect.poll(color).toBe("1,2,3");
    await page.context().close();
  });

  test("hundreds of charts hold canvases only while in sight", async () => {
    const { page, errors } = await bench.open({ page: "run", scenario: "charts" });
    await drawn(page);
    const live = (): Promise<number> =>
      page
        .locator("tf-chart canvas.over")
        .evaluateAll(
          (all) =>
            all.filter(
              (canvas) => (canvas as HTMLCanvasElement).width > 0 && (canvas as HTMLCanvasElement).style.width !== "",
            ).length,
        );
    expect(await page.locator("tf-chart").count()).toBeGreaterThan(80);
    expect(await live()).toBeLessThan(30);
    await page.locator("tf-chart").last().scrollIntoViewIfNeeded();
    await expect.poll(() => inked(page.locator("tf-chart").last(), "base", [0.2, 0, 0.9, 0.8])).toBeGreaterThan(100);
    expect(await live()).toBeLessThan(40);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("columns: three from 1,000 px, two from 640, one below", async () => {
    for (const [width, columns] of [
      [1112, 3],
      [800, 2],
      [560, 1],
    ] as const) {
      const { page } = await bench.open({ page: "run", scenario: "live" }, { width });
      await page.locator("tf-chart").first().waitFor();
      const tops = await page
        .locator("tf-chart-section")
        .first()
        .locator("tf-chart")
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
      expect(tops.filter((top) => top === tops[0])).toHaveLength(columns);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      await page.context().close();
    }
  });
});

test("a live run's curve goes on by itself", async () => {
  const { page, errors } = await bench.open({ page: "run", scenario: "ticking" });
  const rate = await drawn(page, "train/learning_rate");
  const label = (): Promise<string | null> => rate.getByRole("img").getAttribute("aria-label");
  const first = await label();
  await expect.poll(label, { timeout: 10_000 }).not.toBe(first);
  expect(errors).toEqual([]);
  await page.context().close();
});

test("a chart's picture and its data reach the host whole", async () => {
  const { page, errors } = await bench.open({ page: "run", scenario: "live" });
  const loss = await drawn(page);
  const saved = async (item: string): Promise<{ name: string; content: string | Uint8Array }> => {
    const before = bench.server.actions.length;
    await loss.locator("tf-menu-button").getByRole("button").press("Enter");
    await page.getByRole("menuitem", { name: item }).click();
    await expect.poll(() => bench.server.actions.length).toBe(before + 1);
    return bench.server.actions.at(-1) as { name: string; content: string | Uint8Array };
  };
  const picture = await saved("Save picture…");
  expect(picture.name).toBe("train_loss.png");
  // A PNG's first and last bytes.
  expect(picture.content.slice(0, 4)).toEqual(Uint8Array.of(0x89, 0x50, 0x4e, 0x47));
  expect(picture.content.slice(-8)).toEqual(Uint8Array.of(0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82));
  const data = await saved("Save data…");
  const [head, ...rows] = String(data.content).trimEnd().split("\n");
  expect(head).toBe("run,metric,step,x,shown,mean,min,max");
  expect(rows.length).toBeGreaterThan(50);
  expect(errors).toEqual([]);
  await page.context().close();
});

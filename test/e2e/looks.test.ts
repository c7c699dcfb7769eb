import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { CliWorkspace } from "../support/cli.ts";
import { Editor } from "./support/editor.ts";
import { RunPage } from "./support/run-page.ts";
import type { EditorWindow, ThemeKind } from "./support/window.ts";
import { makeWorkspace } from "./support/workspace.ts";

/** Runs that have ended, as the pages show them: pictures of everything, a failed run's reason, the way to a data row. */

const THEMES: ThemeKind[] = ["dark", "light", "high-contrast"];
const TABS = ["Charts", "Checkpoints", "Samples", "Log", "Config", "Environment"];

let editor: Editor;
let workspace: CliWorkspace;
let window: EditorWindow;
beforeAll(async () => {
  workspace = makeWorkspace(60);
  const start = async (name: string, ...set: string[]): Promise<void> => {
    const args = ["train.gradient_accumulation_steps=1", ...set].flatMap((pair) => ["--set", pair]);
    await workspace.run("start", "finetune.yaml", "--name", name, "--wait", ...args);
  };
  await start("good", "train.learning_rate=0.001");
  await start("other", "train.learning_rate=0.0005");
  await start("broken", "train.optim=sgd", "train.learning_rate=1e30", "train.warmup=0", "train.max_grad_norm=0");
  editor = await Editor.start();
  window = await editor.open(workspace.folder);
  await window.showRuns();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await editor.evidence(task.name);
});
afterAll(async () => {
  await editor?.close();
  workspace.remove();
});

async function open(name: string): Promise<RunPage> {
  await window
    .treeItem(new RegExp(`^${name}`))
    .first()
    .click();
  const page = new RunPage(window);
  await page.root.getByRole("heading", { name }).first().waitFor();
  return page;
}

test("a failed run says why, and Open log lands on the line", async () => {
  const page = await open("broken");
  await page.state("Failed");
  const strip = page.root.locator(".strip.error").first();
  await strip.filter({ hasText: /Lower train\.learning_rate/ }).waitFor();
  await strip.getByRole("button", { name: "Open log" }).click();
  const tab = page.root.getByRole("tab", { name: /^Log/ });
  await expect.poll(() => tab.getAttribute("aria-selected")).toBe("true");
  await page.root
    .locator("[data-line]")
    .filter({ hasText: /Lower train\.learning_rate/ })
    .first()
    .waitFor();
  await window.screenshot("failed-log");
});

test("every tab of a run and the comparison, in three kinds of theme", async () => {
  const page = await open("good");
  for (const tab of TABS) {
    await page.tab(tab);
    await window.page.waitForTimeout(1000);
    for (const theme of THEMES) {
      await window.theme(theme);
      await window.page.waitForTimeout(300);
      await window.screenshot(`run-${tab.toLowerCase()}-${theme}`);
    }
  }
  await window.theme("dark");
  await window.treeItem(/^good/).first().click();
  await window
    .treeItem(/^other/)
    .first()
    .click({ modifiers: ["Control"] });
  await window.choose(window.treeItem(/^other/).first(), "Compare Runs");
  await window.webview().locator("canvas").first().waitFor();
  const tabs = await window.webview().getByRole("tab").allTextContents();
  expect(tabs.length).toBeGreaterThan(1);
  for (const [index, name] of tabs.entries()) {
    await window.webview().getByRole("tab").nth(index).click();
    await window.page.waitForTimeout(1000);
    for (const theme of THEMES) {
      await window.theme(theme);
      await window.page.waitForTimeout(300);
      await window.screenshot(`compare-${name.trim().toLowerCase().replaceAll(/\W+/g, "-")}-${theme}`);
    }
  }
  await window.theme("dark");
});

test("a row of the samples leads to its line in the data file", async () => {
  const page = await open("good");
  await page.tab("Samples");
  const jump = page.root.getByRole("button", { name: /^Open toy\.csv/ }).first();
  const label = (await jump.getAttribute("aria-label"))!;
  await jump.click();
  await window.editorTab("toy.csv").waitFor();
  // The header is line 1 and the first row line 2; every row of this file is one line.
  const row = Number(/(\d[\d,]*)\D*$/.exec(label)![1]!.replaceAll(",", ""));
  await expect
    .poll(() => window.page.locator(".statusbar-item").filter({ hasText: /^Ln/ }).first().textContent())
    .toMatch(new RegExp(`Ln (${row}|${row + 1})\\b`));
});

test("a run clicked twice has one page", async () => {
  await window
    .treeItem(/^other/)
    .first()
    .dblclick();
  await window.editorTab("other").waitFor();
  await new RunPage(window).root.getByRole("heading", { name: "other" }).first().waitFor();
  expect(await window.editorTab("other").count()).toBe(1);
});

test("nothing was thrown in any page", () => {
  expect(editor.pageErrors).toEqual([]);
});

import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { CliWorkspace } from "../support/cli.ts";
import { Editor } from "./support/editor.ts";
import { RunPage } from "./support/run-page.ts";
import type { EditorWindow } from "./support/window.ts";
import { makeWorkspace } from "./support/workspace.ts";

/** One run from its start to a comparison with its fork, by hand as a person does it. The tests go on from each other. */

const LOSS = "train/loss";

let editor: Editor;
let workspace: CliWorkspace;
let window: EditorWindow;
beforeAll(async () => {
  workspace = makeWorkspace(20_000);
  editor = await Editor.start();
  window = await editor.open(workspace.folder);
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await editor.evidence(task.name);
});
afterAll(async () => {
  await editor?.close();
  workspace.remove();
});

test("the palette starts a run: config left, page right, its curve moves", async () => {
  await window.command("Tuning Fork: Start Fine-Tune");
  await window.editorTab("finetune.yaml").waitFor();
  await window.editorTab("toy").waitFor();
  const [config, run] = await Promise.all(
    [window.editorTab("finetune.yaml"), window.editorTab("toy")].map((tab) => tab.boundingBox()),
  );
  expect(config!.x).toBeLessThan(run!.x);
  const page = new RunPage(window);
  await page.state("Running");
  const first = await page.reaches(LOSS, 1);
  const curve = page.chart(LOSS).locator("canvas").first();
  const before = await curve.screenshot();
  await page.reaches(LOSS, first + 5);
  expect((await curve.screenshot()).equals(before)).toBe(false);
});

test("the explorer shows it live", async () => {
  await window.showRuns();
  await window.treeItem(/^toy/).first().waitFor();
  await expect.poll(() => window.treeItem(/^toy/).first().getAttribute("aria-label")).toMatch(/running/i);
  await window.screenshot("explorer");
});

test("a checkpoint appears", async () => {
  const page = new RunPage(window);
  await page.tab("Checkpoints");
  // The first row is the head.
  await page.root.getByRole("treegrid", { name: "Checkpoints" }).getByRole("row").nth(1).waitFor();
});

test("Stop saves and stops it, Resume goes on with the same run", async () => {
  const page = new RunPage(window);
  await page.tab("Charts");
  await page.button("Stop").click();
  await page.state("Stopped");
  const stopped = await workspace.json("show", "toy");
  expect(stopped.state).toBe("stopped");
  await page.button("Resume").click();
  await page.state("Running");
  await page.reaches(LOSS, stopped.progress.step + 5);
  const resumed = await workspace.json("show", "toy");
  expect(resumed.id).toBe(stopped.id);
  expect(resumed.segments).toHaveLength(2);
  await page.button("Stop").click();
  await page.state("Stopped");
});

test("a fork from a checkpoint is a run of its own, with its parent", async () => {
  await new RunPage(window).button("Fork…").click();
  await window.quickPick(/^Step \d+/).click();
  await window.quickPick("Go on with the settings as they are").click();
  await window.answer("branch");
  await window.editorTab("branch").waitFor();
  const fork = await workspace.json("show", "branch");
  const parent = await workspace.json("show", "toy");
  expect(fork.parent).toMatchObject({ run: parent.id });
  expect(parent.checkpoints.map(({ step }) => step)).toContain(fork.parent!.step);
  const page = new RunPage(window);
  await page.reaches(LOSS, fork.parent!.step + 3);
  await page.button("Stop").click();
  await page.state("Stopped");
});

test("two runs chosen in the explorer are compared", async () => {
  await window.showRuns();
  await window.treeItem(/^toy/).first().click();
  await window
    .treeItem(/^branch/)
    .first()
    .click({ modifiers: ["Control"] });
  await window.choose(window.treeItem(/^branch/).first(), "Compare Runs");
  const root = window.webview();
  await root.getByText("toy", { exact: true }).first().waitFor();
  await root.getByText("branch", { exact: true }).first().waitFor();
  await root.locator("canvas").first().waitFor();
});

test("nothing was thrown in any page", () => {
  expect(editor.pageErrors).toEqual([]);
});

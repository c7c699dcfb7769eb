import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { RunRecord } from "../../src/runs/model.ts";
import type { CliWorkspace } from "../support/cli.ts";
import { Editor } from "./support/editor.ts";
import { RunPage } from "./support/run-page.ts";
import type { EditorWindow } from "./support/window.ts";
import { makeWorkspace } from "./support/workspace.ts";

/** A run goes on whatever happens to the editor, and is shown live again with all its points. The tests go on from each other. */

const LOSS = "train/loss";
const EXTENSION = "tuning-fork.tuning-fork";
/** Points a chart shows one by one; of a longer run it shows buckets. */
const ONE_BY_ONE = 300;

let editor: Editor;
let workspace: CliWorkspace;
let window: EditorWindow;
let run: RunRecord;
beforeAll(async () => {
  workspace = makeWorkspace(20_000);
  run = await workspace.json("start", "finetune.yaml");
  editor = await Editor.start();
  window = await editor.open(workspace.folder);
  await openPage(window);
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await editor.evidence(task.name);
});
afterAll(async () => {
  await editor?.close();
  workspace.remove();
});

async function openPage(where: EditorWindow): Promise<RunPage> {
  await where.showRuns();
  await where.treeItem(/^toy/).first().click();
  const page = new RunPage(where);
  await page.state("Running");
  return page;
}

/** It is live, its curve goes on, and from its first step on none is missing. */
async function expectLiveAndWhole(where: EditorWindow): Promise<void> {
  const page = new RunPage(where);
  await page.state("Running");
  const now = (await workspace.json("show", run.id)).progress.step;
  await page.reaches(LOSS, now + 3);
  const steps = await page.steps(LOSS);
  const widest = Math.max(...steps.slice(1).map((step, index) => step - steps[index]!));
  expect(steps[0]).toBeLessThanOrEqual(Math.ceil(steps.at(-1)! / ONE_BY_ONE));
  expect(widest).toBeLessThanOrEqual(2 * Math.ceil(steps.at(-1)! / ONE_BY_ONE) - 1);
}

/** The run as it is without any editor. */
async function expectSameRunGoesOn(): Promise<void> {
  const { progress } = await workspace.json("show", run.id);
  await expect
    .poll(async () => (await workspace.json("show", run.id)).progress.step, { timeout: 120_000 })
    .toBeGreaterThan(progress.step);
  const now = await workspace.json("show", run.id);
  expect(now).toMatchObject({ state: "running", segments: [{ fromStep: 0 }] });
}

test("a window that is reloaded shows it live again, on the tab where it was left", async () => {
  await openPage(window);
  await new RunPage(window).reaches(LOSS, 5);
  await new RunPage(window).tab("Log");
  // The editor takes over what a page keeps with a delay; nobody reloads within the same second.
  await window.page.waitForTimeout(3000);
  await window.reload();
  const page = new RunPage(window);
  await page.state("Running");
  expect(await page.root.getByRole("tab", { name: /^Log/ }).getAttribute("aria-selected")).toBe("true");
  await page.tab("Charts");
  await expectLiveAndWhole(window);
});

test("a killed extension host comes again and shows it live", async () => {
  const [killed] = editor.server.extensionHosts();
  process.kill(killed!, "SIGKILL");
  await expect
    .poll(() => editor.server.extensionHosts().filter((pid) => pid !== killed).length, { timeout: 120_000 })
    .toBeGreaterThan(0);
  await expectSameRunGoesOn();
  await openPage(window);
  await expectLiveAndWhole(window);
});

test("two windows on one folder show the same", async () => {
  const second = await editor.open(workspace.folder);
  await openPage(second);
  await expectLiveAndWhole(second);
  await expectLiveAndWhole(window);
  await second.close();
});

test("an extension that is removed and installed again finds it as it was", async () => {
  editor.server.uninstall(EXTENSION);
  await window.reload({ bare: true });
  await expectSameRunGoesOn();
  const own = window.page.getByRole("tab", { name: "Tuning Fork" });
  await expect.poll(() => own.count(), { timeout: 60_000 }).toBe(0);
  editor.server.install(editor.vsix);
  await window.reload();
  await openPage(window);
  await expectLiveAndWhole(window);
});

test("nothing was thrown in any page", () => {
  expect(editor.pageErrors).toEqual([]);
});

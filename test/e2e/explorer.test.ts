import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { STORE_FOLDER } from "../../src/runs/layout.ts";
import type { CliWorkspace } from "../support/cli.ts";
import { RunFolder } from "../support/run-folder.ts";
import { Editor } from "./support/editor.ts";
import { RunPage } from "./support/run-page.ts";
import type { EditorWindow } from "./support/window.ts";
import { makeWorkspace } from "./support/workspace.ts";

const NAMES = ["third", "second", "first"];

let workspace: CliWorkspace;
let editor: Editor;
let window: EditorWindow;

beforeAll(async () => {
  workspace = makeWorkspace(10);
  // Newest first in the explorer: first, second, third.
  for (const [index, name] of NAMES.entries()) {
    const createdMs = Date.now() - 3_600_000 + index * 60_000;
    const run = new RunFolder(join(workspace.folder, STORE_FOLDER), { name, createdMs }, {});
    run.segment(1, 0).state("running").metrics(1, { "train/loss": 1 }).state("finished");
  }
  editor = await Editor.start();
  window = await editor.open(workspace.folder);
  await window.showRuns();
  await window.treeItem(/^first/).waitFor();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await editor.evidence(task.name.replaceAll(/\W+/g, "-"));
});
afterAll(async () => {
  await editor?.close();
  workspace?.remove();
});

const tabNames = async (): Promise<string[]> =>
  (await window.editorTab(/./).allInnerTexts()).map((text) => text.trim());
/** The explorer's list, which has the keyboard. */
const focusTree = (): Promise<void> => window.page.locator(".pane-body .monaco-list").first().focus();
const press = (key: string): Promise<void> => window.page.keyboard.press(key);

test("keys in the explorer are about the run with the focus, not the one that was clicked", async () => {
  await window.treeItem(/^first/).click();
  await window.editorTab("first").waitFor();
  // A page that opens takes the keyboard when it is there.
  await new RunPage(window).root.getByRole("heading", { name: "first" }).waitFor();
  await window.page.waitForTimeout(500);
  await focusTree();
  await press("ArrowDown");
  await press("F2");
  await expect.poll(() => window.page.locator(".quick-input-widget input.input").inputValue()).toBe("second");
  await press("Escape");
  await focusTree();
  await press("ArrowDown");
  await press("Delete");
  await window.toast("third is in the trash.").getByRole("button", { name: "Undo" }).click();
  await window.treeItem(/^third/).waitFor();
});

test("Space looks at a run and leaves the focus; the next look takes its place", async () => {
  await window.treeItem(/^first/).click();
  await focusTree();
  await press("ArrowDown");
  await press("Space");
  await window.editorTab("second").waitFor();
  await press("ArrowDown");
  await press("Space");
  await window.editorTab("third").waitFor();
  await expect.poll(tabNames).toEqual(["first", "third"]);
});

test("two runs dragged into the editor are compared", async () => {
  await window.treeItem(/^first/).click();
  await window.treeItem(/^second/).click({ modifiers: ["Control"] });
  const { mouse } = window.page;
  const from = (await window.treeItem(/^second/).boundingBox())!;
  const to = (await window.page.locator(".part.editor .editor-group-container").first().boundingBox())!;
  await mouse.move(from.x + 60, from.y + 8);
  await mouse.down();
  await mouse.move(from.x + 120, from.y + 20, { steps: 5 });
  await mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 15 });
  await mouse.up();
  await window.editorTab("Compare 2 runs").waitFor();
});

test("the walkthrough ticks what was done", async () => {
  // A page that is still loading takes no keys.
  await focusTree();
  await window.command("Tuning Fork: Get Started");
  const ticked = window.page.locator("[data-done-step-id].complete");
  await expect
    .poll(() => ticked.evaluateAll((all) => all.map((one) => one.getAttribute("data-done-step-id")!.split("#")[2])), {
      timeout: 20_000,
    })
    .toEqual(["config", "start", "watch", "compare"]);
  expect(editor.pageErrors).toEqual([]);
});

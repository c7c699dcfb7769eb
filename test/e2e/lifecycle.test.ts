import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { CliWorkspace } from "../support/cli.ts";
import { Editor } from "./support/editor.ts";
import type { EditorWindow } from "./support/window.ts";

let editor: Editor;
let workspace: CliWorkspace;
let window: EditorWindow;
beforeAll(async () => {
  workspace = new CliWorkspace();
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

test("a run started from the palette is shown in explorer and page", async () => {
  await window.command("Tuning Fork: Start Fine-Tune");
  await window.page.waitForTimeout(8000);
  await window.screenshot("explore-1");
  await window.showRuns();
  await window.page.waitForTimeout(4000);
  await window.screenshot("explore-2");
  expect(editor.pageErrors).toEqual([]);
});

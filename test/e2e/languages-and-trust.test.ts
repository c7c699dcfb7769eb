import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CliWorkspace } from "../support/cli.ts";
import { Editor } from "./support/editor.ts";
import { RunPage } from "./support/run-page.ts";
import { makeWorkspace } from "./support/workspace.ts";

let workspace: CliWorkspace;
beforeAll(async () => {
  workspace = makeWorkspace(20);
  await workspace.run("start", "finetune.yaml", "--wait", "--set", "train.gradient_accumulation_steps=1");
});
afterAll(() => workspace.remove());

test("in a folder that is not trusted runs are shown, and a start is refused with its reason", async () => {
  const empty = makeWorkspace(20);
  const editor = await Editor.start({ trust: false });
  const refusal = "it starts only in a trusted workspace";
  try {
    const window = await editor.open(workspace.folder);
    await window.showRuns();
    await window.treeItem(/^toy/).first().click();
    const page = new RunPage(window);
    await page.state("Finished");
    expect(await page.button("Rerun").isDisabled()).toBe(true);
    await window.command("Tuning Fork: Start Fine-Tune");
    await window.toast(refusal).waitFor();
    await window.screenshot("untrusted");
    expect((await workspace.json<unknown[]>("list")).length).toBe(1);
    await window.close();

    // Where there are no runs, not even a store is made.
    const other = await editor.open(empty.folder);
    await other.command("Tuning Fork: Start Fine-Tune");
    await other.toast(refusal).waitFor();
    expect(existsSync(join(empty.folder, ".tuning-fork"))).toBe(false);
    expect(editor.pageErrors).toEqual([]);
  } finally {
    await editor.close();
    empty.remove();
  }
});

test("in Chinese, palette, views and pages speak Chinese", async () => {
  const editor = await Editor.start({ locale: "zh-cn" });
  try {
    const window = await editor.open(workspace.folder);
    await window.showRuns();
    await window.treeItem(/^toy/).first().click();
    const page = new RunPage(window);
    await page.root
      .getByRole("tab", { name: /[\u4e00-\u9fff]/ })
      .first()
      .waitFor();
    await page.state("已完成");
    await window.screenshot("zh-cn");
    await window.command("Tuning Fork: 开始微调");
    await expect.poll(async () => (await workspace.json<unknown[]>("list")).length, { timeout: 60_000 }).toBe(2);
    expect(editor.pageErrors).toEqual([]);
  } finally {
    await editor.close();
  }
});

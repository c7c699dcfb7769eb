import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeProgram } from "../support/fake-python.ts";
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

test("in a folder that is not trusted configs are checked while typing, and no program of the folder is run", async () => {
  const folder = makeWorkspace(20);
  const ran = join(folder.folder, "ran");
  writeProgram(join(folder.folder, "python.sh"), `echo "$0" >> ${ran}`);
  folder.write(
    "torch.finetune.yaml",
    `version: 1
task: text-classification
run: { seed: 1 }
model: { name_or_path: org/model, trust_remote_code: true }
data: { train: toy.csv }
hardware: { python: python.sh }
`,
  );
  const editor = await Editor.start({ trust: false });
  try {
    const window = await editor.open(folder.folder);
    await window.treeItem("torch.finetune.yaml").first().dblclick();
    // Code that comes with a model is an error only where the folder is not trusted.
    await window.page.locator(".squiggly-error").first().waitFor();
    await window.command("Problems: Focus on Problems View");
    await window.page
      .getByText("This folder is not trusted, so that code which comes with a model is not run")
      .first()
      .waitFor();
    await window.page.getByText("because this folder is not trusted").first().waitFor();
    await window.screenshot("untrusted-config");
    expect(existsSync(ran)).toBe(false);
    expect(editor.pageErrors).toEqual([]);
  } finally {
    await editor.close();
    folder.remove();
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

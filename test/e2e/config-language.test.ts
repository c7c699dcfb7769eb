import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { CliWorkspace } from "../support/cli.ts";
import { Editor } from "./support/editor.ts";
import type { EditorWindow, ThemeKind } from "./support/window.ts";
import { makeWorkspace } from "./support/workspace.ts";

/** Help while typing in a config, as a person has it in the editor. */

const THEMES: ThemeKind[] = ["dark", "light", "high-contrast"];
const CONFIG = `version: 1
task: text-classification
run: { name: typed }
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data:
  train: toy.csv
  eval_fraction: 0.1
  max_length: 32
train:
  max_steps: 20
  per_device_train_batch_size: 16
  lr: 0.0003
hardware: { backend: wasm }
`;

let editor: Editor;
let workspace: CliWorkspace;
let window: EditorWindow;
beforeAll(async () => {
  workspace = makeWorkspace(20);
  workspace.write("finetune.yaml", CONFIG);
  editor = await Editor.start();
  window = await editor.open(workspace.folder);
  await window.treeItem("finetune.yaml").first().dblclick();
  await window.page.locator(".view-lines").first().waitFor();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await editor.evidence(task.name);
});
afterAll(async () => {
  await editor?.close();
  workspace.remove();
});

const word = (text: string) => window.page.locator(".view-line span", { hasText: new RegExp(`^\\s*${text}$`) }).last();

test("what is wrong is underlined, and figures stand between the words", async () => {
  await window.page.locator(".squiggly-error").first().waitFor();
  const hint = window.page.locator(".view-line [class*='dyn-rule']").filter({ hasText: /\d/ });
  await hint.first().waitFor();
  for (const theme of THEMES) {
    await window.theme(theme);
    await window.page.waitForTimeout(300);
    await window.screenshot(`config-typing-${theme}`);
  }
  await window.theme("dark");
});

test("a hover says what is wrong and why it matters", async () => {
  await word("lr").hover();
  const hover = window.page.locator(".monaco-hover").filter({ hasText: "learning_rate" }).first();
  await hover.waitFor();
  await hover.filter({ hasText: "C01" }).waitFor();
  await window.screenshot("config-hover");
  await window.page.keyboard.press("Escape");
});

test("the light bulb's first fix mends it", async () => {
  await word("lr").click();
  const menu = window.page.locator(".action-widget").first();
  // The key is lost when it comes while a hover closes.
  await expect
    .poll(
      async () => {
        await window.page.keyboard.press("Control+.");
        await window.page.waitForTimeout(1000);
        return menu.isVisible();
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  await window.screenshot("config-light-bulb");
  // A menu takes no key in its first moments.
  await window.page.waitForTimeout(500);
  await window.page.keyboard.press("Enter");
  await window.page.locator(".view-line", { hasText: "learning_rate:" }).waitFor();
  await expect.poll(() => window.page.locator(".squiggly-error").count(), { timeout: 30_000 }).toBe(0);
});

test("the lens above the config starts the run", async () => {
  await window.page.locator(".codelens-decoration a", { hasText: "Start fine-tune" }).first().click();
  await expect
    .poll(async () => (await workspace.json<{ name: string }[]>("list")).map(({ name }) => name), { timeout: 90_000 })
    .toEqual(["typed"]);
  expect(readFileSync(join(workspace.folder, "finetune.yaml"), "utf8")).toContain("learning_rate: 0.0003");
  expect(editor.pageErrors).toEqual([]);
});

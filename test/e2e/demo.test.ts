import { spawn, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { demoHome } from "../../scripts/demo-editor.mjs";
import { root } from "../../scripts/setup.mjs";
import { outputOf, type CliWorkspace } from "../support/cli.ts";
import { BROWSER_FLAGS } from "../support/browser-flags.ts";
import { RunPage } from "./support/run-page.ts";
import { EditorWindow } from "./support/window.ts";
import { makeWorkspace } from "./support/workspace.ts";

/** `npm run demo` as somebody does who has just cloned: nothing is clicked, and there is a fine-tune to watch. */

const UP_MS = 180_000;

let workspace: CliWorkspace;
let browser: Browser;
beforeAll(async () => {
  workspace = makeWorkspace(20_000);
  browser = await chromium.launch({ executablePath: inject("browser"), args: BROWSER_FLAGS });
});
afterAll(async () => {
  await outputOf(demo("--stop"));
  await browser.close();
  rmSync(demoHome(workspace.folder), { recursive: true, force: true, maxRetries: 5 });
  workspace.remove();
});

function demo(...args: string[]): ChildProcess {
  return spawn(
    process.execPath,
    [join(root, "scripts/demo.mjs"), "--browser", "--workspace", workspace.folder, ...args],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
}

/** The address it prints. */
async function addressOf(child: ChildProcess): Promise<string> {
  let seen = "";
  child.stdout?.on("data", (data: Buffer) => (seen += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (seen += data.toString()));
  await expect.poll(() => seen, { timeout: UP_MS, interval: 200 }).toMatch(/is open at \S+/);
  return /is open at (\S+)/.exec(seen)![1]!;
}

async function open(address: string): Promise<EditorWindow> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  const window = new EditorWindow(await context.newPage(), address);
  await window.load();
  return window;
}

test("the config is open on the left, the run's page on the right, the curve moves; Ctrl-C ends the editor alone", async () => {
  const first = demo();
  const said = outputOf(first);
  const window = await open(await addressOf(first));
  await window.editorTab("finetune.yaml").waitFor();
  await window.editorTab("toy").waitFor();
  const boxes = await Promise.all(["finetune.yaml", "toy"].map((name) => window.editorTab(name).boundingBox()));
  expect(boxes[0]!.x).toBeLessThan(boxes[1]!.x);
  const page = new RunPage(window);
  await page.state("Running");
  await page.reaches("train/loss", (await page.reaches("train/loss", 1)) + 3);
  await window.screenshot("demo");
  expect(window.pageErrors).toEqual([]);
  await window.close();

  first.kill("SIGINT");
  const { code, stdout } = await said;
  expect(code).toBe(0);
  expect(stdout).toContain("The editor has ended; toy goes on without it.");
  expect(await workspace.json("show", "toy")).toMatchObject({ state: "running" });
});

test("a second start shows the live run instead of starting another; --stop ends editor and run", async () => {
  const second = demo();
  const said = outputOf(second);
  const window = await open(await addressOf(second));
  await window.editorTab("toy").waitFor();
  const page = new RunPage(window);
  await page.state("Running");
  await window.close();
  expect(await workspace.json<unknown[]>("list")).toHaveLength(1);

  const stopped = await outputOf(demo("--stop"));
  expect(stopped.code).toBe(0);
  expect((await said).stdout).toContain("The editor has ended");
  expect(await workspace.json("show", "toy")).toMatchObject({ state: "stopped" });
});

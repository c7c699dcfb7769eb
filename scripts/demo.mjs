// npm run demo: from a fresh clone to a fine-tune of a real model on real data.
// usage: demo.mjs [--headless] [--stop]
// --headless stays in the terminal; without it the desktop editor opens on the workspace too. --stop ends the run the demo started last.
import { spawn, spawnSync } from "node:child_process";
import { join, relative } from "node:path";
import { build, ensureInstalled, root } from "./setup.mjs";

const startedMs = Date.now();
const say = (text) => console.log(`[${((Date.now() - startedMs) / 1000).toFixed(0)} s] ${text}`);

ensureInstalled(say);
say("Building…");
build();
const { ensureSample } = await import("./sample.mjs");
const workspace = ensureSample(say);

if (process.argv.includes("--stop")) {
  tuningFork("stop", "last");
} else {
  if (!process.argv.includes("--headless")) openEditor();
  tuningFork("start", "finetune.yaml", "--wait");
}

/** The command line is the same one a user has, so the demo shows nothing that they could not do. */
function tuningFork(...args) {
  const child = spawn(process.execPath, [join(root, "dist/cli.cjs"), ...args], { cwd: workspace, stdio: "inherit" });
  // Ctrl-C reaches the child too: it detaches from the run and says so; this script only waits for its last words.
  process.on("SIGINT", () => {});
  child.on("exit", (code) => {
    say(`The commands named above work in ${relative(process.cwd(), workspace) || "."}, as npx tuning-fork ….`);
    process.exit(code ?? 1);
  });
}

function openEditor() {
  const editor = ["code", "code-insiders", "codium"].find((name) => spawnSync(name, ["--version"]).status === 0);
  if (!editor) return say("No desktop VS Code on the PATH: showing the run here instead.");
  say(`Opening ${editor}…`);
  spawnSync(editor, ["--new-window", `--extensionDevelopmentPath=${root}`, workspace], { stdio: "inherit" });
}

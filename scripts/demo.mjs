// npm run demo: from a fresh clone to an editor in which a fine-tune of a real model on real data goes on.
// usage: demo.mjs [--headless] [--browser] [--stop] [--workspace folder]
// --headless stays in the terminal. --browser takes the editor in the browser even where a desktop VS Code is on the PATH.
// --stop ends the editor the demo opened, and the run. --workspace takes a folder with a finetune.yaml in place of the sample.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, ensureInstalled, root } from "./setup.mjs";

const { values: flags } = parseArgs({
  options: {
    headless: { type: "boolean", default: false },
    browser: { type: "boolean", default: false },
    stop: { type: "boolean", default: false },
    workspace: { type: "string" },
  },
});
const CONFIG = "finetune.yaml";
const LIVE = ["queued", "preparing", "running", "stalled", "stopping"];
const RENEW_EVERY_MS = 60_000;
const startedMs = Date.now();
const say = (text) => console.log(`[${((Date.now() - startedMs) / 1000).toFixed(0)} s] ${text}`);

ensureInstalled(say);
// What ends something need not be built anew.
if (!flags.stop || !existsSync(join(root, "dist/cli.cjs"))) {
  say("Building…");
  build();
}
const { ensureSample } = await import("./sample.mjs");
const { endDemoEditor, openInBrowser } = await import("./demo-editor.mjs");
const workspace = flags.workspace ? resolve(flags.workspace) : ensureSample(say);

if (flags.stop) await stop();
else if (flags.headless) inTerminal();
else {
  const desktop = flags.browser ? undefined : desktopEditor();
  if (desktop) openOnDesktop(desktop);
  else await inBrowser();
}

/** The command line is the same one a user has, so the demo shows nothing that they could not do. */
function inTerminal() {
  const child = spawn(process.execPath, [join(root, "dist/cli.cjs"), "start", CONFIG, "--wait"], {
    cwd: workspace,
    stdio: "inherit",
  });
  // Ctrl-C reaches the child too: it detaches from the run and says so; this script only waits for its last words.
  process.on("SIGINT", () => {});
  child.on("exit", (code) => {
    say(`The commands named above work in ${relative(process.cwd(), workspace) || "."}, as npx tuning-fork ….`);
    process.exit(code ?? 1);
  });
}

function desktopEditor() {
  return ["code", "code-insiders", "codium"].find((name) => spawnSync(name, ["--version"]).status === 0);
}

function openOnDesktop(editor) {
  say(`Opening ${editor}…`);
  requestStart();
  const args = ["--new-window", `--extensionDevelopmentPath=${root}`, workspace];
  spawnSync(editor, args, { stdio: "inherit", shell: process.platform === "win32" });
  say(`Closing the editor does not end the run. To end it: ${again("--stop")}`);
}

async function inBrowser() {
  let editor;
  try {
    editor = await openInBrowser(workspace, say);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  const renewal = setInterval(requestStart(), RENEW_EVERY_MS);
  say(`Tuning Fork is open at ${editor.url}   (Ctrl-C ends the editor, not the run)`);
  showAddress(editor.url);
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, () => {
      asked = true;
      void editor.stop();
    });
  const code = await editor.ended;
  clearInterval(renewal);
  console.log();
  if (!asked && code !== 0) say(`The editor ended by itself (code ${code}). Its log: ${editor.logFile}`);
  const live = liveRuns().map(({ name }) => name);
  if (live.length === 0) say("The editor has ended. No run is live.");
  else {
    say(`The editor has ended; ${live.join(", ")} goes on without it.`);
    say(`To see it again: ${again()}. To end it: ${again("--stop")}`);
  }
  process.exit(asked ? 0 : code);
}

/** In the person's browser, where there is a person. */
function showAddress(url) {
  const opener = { darwin: "open", linux: "xdg-open" }[process.platform];
  if (process.stdout.isTTY && opener) spawn(opener, [url], { stdio: "ignore" }).on("error", () => {});
}

async function stop() {
  if (await endDemoEditor(workspace)) say("Ended the editor.");
  const live = liveRuns();
  if (live.length === 0) say("No run is live.");
  for (const { id } of live) tuningFork(["stop", id], "inherit");
}

/**
 * Asks the editor that opens this folder next to start the config; a live run is shown instead of making it two. Returns
 * the request's renewal: it holds for minutes only, and a person may open the address later.
 */
function requestStart() {
  const folder = join(workspace, ".tuning-fork");
  const path = join(folder, "start-request.json");
  const run = liveRuns()[0]?.id ?? null;
  const text = () => JSON.stringify({ version: 1, folder: workspace, config: CONFIG, run, createdMs: Date.now() });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, ".gitignore"), "*\n");
  writeFileSync(path, text());
  say(run === null ? "The fine-tune starts when the editor is open." : "A fine-tune is live; the editor shows it.");
  return () => {
    if (existsSync(path)) writeFileSync(path, text());
  };
}

/** This command as one would type it. */
function again(...more) {
  const args = [...more, ...(flags.workspace ? ["--workspace", flags.workspace] : [])];
  return ["npm run demo", ...(args.length > 0 ? ["--", ...args] : [])].join(" ");
}

function liveRuns() {
  const { stdout } = tuningFork(["list", "--json", "--limit", "50"]);
  try {
    return JSON.parse(stdout).filter(({ state }) => LIVE.includes(state));
  } catch {
    return []; // no store yet
  }
}

function tuningFork(args, stdio = "pipe") {
  return spawnSync(process.execPath, [join(root, "dist/cli.cjs"), ...args], {
    cwd: workspace,
    encoding: "utf8",
    stdio,
    timeout: 120_000,
  });
}

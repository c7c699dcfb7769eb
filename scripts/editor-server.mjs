// One running VS Code in the browser: started on loopback with folders of its own, stopped with everything it started.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { ensureEditor } from "./editor.mjs";

const UP_TIMEOUT_MS = 120_000;
const INSTALL_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 5_000;

/** An editor that shows nothing but what is worked on, asks nobody and tells nobody. */
export const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.enableExperiments": false,
  "workbench.tips.enabled": false,
  "chat.disableAIFeatures": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
};

/**
 * @typedef {object} EditorServer
 * @property {string} url address on loopback, without a folder
 * @property {number} pid also the id of the process group
 * @property {string} logFile
 * @property {Promise<number>} ended the exit code
 * @property {() => Promise<void>} stop ends the server and its extension hosts, not the runs they started
 * @property {() => number[]} extensionHosts process ids (Linux)
 * @property {(vsix: string) => void} install a packed extension
 * @property {(id: string) => void} uninstall
 */

/**
 * @param {object} options
 * @param {string} options.home folder for settings, extensions and the log; made when missing
 * @param {string[]} [options.vsix] packed extensions to install first
 * @param {Record<string, unknown>} [options.settings] for a home that has none yet
 * @param {string} [options.locale] a display language, as `zh-cn`
 * @param {boolean} [options.trust] whether every folder is trusted without asking
 * @param {boolean} [options.automation] whether tests may be run in the extension host
 * @param {Record<string, string>} [options.env] beside this process's own
 * @param {(text: string) => void} [options.say]
 * @returns {Promise<EditorServer>}
 */
export async function startEditor({
  home,
  vsix = [],
  settings = {},
  locale,
  trust = true,
  automation = false,
  env: more = {},
  say,
}) {
  const { node, entry } = ensureEditor(say);
  mkdirSync(join(home, "extensions"), { recursive: true });
  writeSettings(home, { ...SETTINGS, ...settings });
  const env = environment(node, more);
  const places = [
    "--user-data-dir",
    join(home, "user"),
    "--extensions-dir",
    join(home, "extensions"),
    "--config",
    join(home, "config.yaml"),
  ];
  const manage = (...args) => {
    const child = spawnSync(node, [entry, ...places, ...args], { env, encoding: "utf8", timeout: INSTALL_TIMEOUT_MS });
    if (child.status !== 0) throw new Error(`The editor refused ${args.join(" ")}: ${child.stdout}${child.stderr}`);
  };
  const install = (file) => manage("--install-extension", file, "--force");
  for (const file of vsix) install(file);
  if (locale) writeLanguagePack(home, locale);

  const port = await freePort();
  const args = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
  if (trust) args.push("--disable-workspace-trust");
  if (locale) args.push("--locale", locale);
  if (automation) args.push("--vscode-option", "enable-smoke-test-driver");
  const logFile = join(home, "server.log");
  const log = openSync(logFile, "a");
  // A group of its own: ending the first process alone would leave its extension hosts behind.
  const child = spawn(node, [entry, ...places, ...args], { env, stdio: ["ignore", log, log], detached: true });
  closeSync(log);
  const ended = new Promise((done) => child.once("exit", (code) => done(code ?? 1)));
  child.once("error", () => {}); // told by `answers`, as an editor that does not come up
  const server = {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? -1,
    logFile,
    ended,
    stop: () => stopEditor(child.pid),
    extensionHosts: () => groupMembers(child.pid, "--type=extensionHost"),
    install,
    uninstall: (id) => manage("--uninstall-extension", id),
  };
  try {
    await answers(`${server.url}/healthz`, ended);
  } catch (error) {
    await server.stop();
    throw new Error(`The editor did not start: ${error.message} Its log: ${logFile}`);
  }
  return server;
}

/** The address of the editor with a folder open. */
export const folderUrl = (server, folder) => `${server.url}/?folder=${encodeURIComponent(folder)}`;

function environment(node, more) {
  // What npm or an editor around this process says about itself would be taken by the new editor as its own.
  const own = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|npm_)/.test(name));
  const PATH = `${dirname(node)}:${process.env.PATH}`;
  return { ...Object.fromEntries(own), PATH, EXTENSIONS_GALLERY: "{}", ...more };
}

function writeSettings(home, settings) {
  const file = join(home, "user/User/settings.json");
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(settings, undefined, 2));
}

/** An empty language pack: the editor stays English, extensions speak the language. */
function writeLanguagePack(home, locale) {
  const pack = join(home, "language-pack.json");
  writeFileSync(pack, '{"version":"1.0.0","contents":{}}');
  const extensions = [{ extensionIdentifier: { id: "test.language-pack", uuid: "test" }, version: "1.0.0" }];
  const entry = { hash: "test", label: locale, extensions, translations: { vscode: pack } };
  writeFileSync(join(home, "user/languagepacks.json"), JSON.stringify({ [locale]: entry }));
}

async function freePort() {
  const probe = createServer();
  await new Promise((done, fail) => probe.once("error", fail).listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

async function answers(url, ended) {
  const deadline = Date.now() + UP_TIMEOUT_MS;
  const gone = ended.then((code) => ({ code }));
  while (Date.now() < deadline) {
    const response = fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    const first = await Promise.race([response, gone]);
    if (first && "code" in first) throw new Error(`it ended with code ${first.code}.`);
    if (first?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`it did not answer within ${UP_TIMEOUT_MS / 1000} s.`);
}

/** Ends an editor with everything in its process group; returns when nothing of it is left. */
export async function stopEditor(pid) {
  for (const signal of ["SIGTERM", "SIGKILL"]) {
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    if (!signalGroup(pid, signal)) return;
    while (Date.now() < deadline) {
      await new Promise((done) => setTimeout(done, 50));
      if (!signalGroup(pid, 0)) return;
    }
  }
}

/** False when nobody is left in the group. */
function signalGroup(pid, signal) {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Processes of a group whose command line names `part`; Linux only, elsewhere none. */
function groupMembers(group, part) {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // Field 5 of stat; the name before it stands in brackets and may hold spaces.
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const pgrp = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
        return pgrp === group && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(part);
      } catch {
        return false; // it has ended
      }
    });
}

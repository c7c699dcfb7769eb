// The demo's editor in the browser: one at a time for a workspace, with settings and extension below .cache/demo.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderUrl, startEditor, stopEditor } from "./editor-server.mjs";
import { HERE, root } from "./setup.mjs";
import { packExtension } from "./vsix.mjs";

/** The folder a workspace's editor keeps what it needs in. */
export const demoHome = (workspace) =>
  join(root, ".cache/demo", createHash("sha256").update(workspace).digest("hex").slice(0, 8));

function placesOf(workspace) {
  const home = demoHome(workspace);
  return {
    home,
    vsix: join(home, "tuning-fork.vsix"),
    /** The editor that is up: `{pid, url, health}`. */
    running: join(home, "running.json"),
    /** What the installed extension was made from. */
    installed: join(home, "installed"),
  };
}

/**
 * Starts the editor with the extension of this clone; packing and installing are skipped when nothing changed.
 * @returns {Promise<{ url: string, logFile: string, ended: Promise<number>, stop: () => Promise<void> }>}
 * @throws {Error} with a sentence, when it cannot be had or is open already
 */
export async function openInBrowser(workspace, say) {
  const places = placesOf(workspace);
  const other = await runningEditor(places);
  if (other) throw new Error(`The demo's editor is open already, at ${other.url}. To end it: npm run demo -- --stop`);
  mkdirSync(places.home, { recursive: true });
  const vsix = [];
  const source = fingerprint();
  if (readOr(places.installed) !== source) {
    say("Packing the extension…");
    vsix.push(packExtension({ out: places.vsix, quiet: true }));
  }
  say("Starting the editor…");
  const server = await startEditor({ home: places.home, vsix, say });
  writeFileSync(places.installed, source);
  const url = folderUrl(server, workspace);
  writeFileSync(places.running, JSON.stringify({ pid: server.pid, url, health: `${server.url}/healthz` }));
  const ended = server.ended.finally(() => rmSync(places.running, { force: true }));
  return { url, logFile: server.logFile, ended, stop: server.stop };
}

/** Ends the demo's editor, wherever it was started; false when none is up. */
export async function endDemoEditor(workspace) {
  const editor = await runningEditor(placesOf(workspace));
  if (!editor) return false;
  await stopEditor(editor.pid);
  return true;
}

/** The file alone may be left over from a machine that went down; a process id alone may be another program's by now. */
async function runningEditor({ running }) {
  const text = readOr(running);
  if (text === "") return undefined;
  const editor = JSON.parse(text);
  const response = await fetch(editor.health, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  return response?.ok ? editor : undefined;
}

/** Of all that goes into the package, as built for this machine. */
function fingerprint() {
  const hash = createHash("sha256").update(HERE);
  const folders = ["dist", "dist/webview", "l10n", "media"];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".map"))
      .map(({ name }) => join(folder, name))
      .sort((a, b) => (a < b ? -1 : 1)),
  );
  for (const file of [...files, "package.json", "package.nls.json", "package.nls.zh-cn.json"])
    hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function readOr(file, fallback = "") {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return fallback;
    throw error;
  }
}

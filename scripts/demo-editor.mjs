// The demo's editor in the browser: one at a time, with settings and extension in .cache/demo.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderUrl, startEditor, stopEditor } from "./editor-server.mjs";
import { HERE, root } from "./setup.mjs";
import { packExtension } from "./vsix.mjs";

const HOME = join(root, ".cache/demo");
/** The editor that is up: `{pid, url}`. */
const RUNNING = join(HOME, "running.json");
/** What the installed extension was made from. */
const INSTALLED = join(HOME, "installed");

/**
 * Starts the editor with the extension of this clone; packing and installing are skipped when nothing changed.
 * @returns {Promise<{ url: string, logFile: string, ended: Promise<number>, stop: () => Promise<void> }>}
 * @throws {Error} with a sentence, when it cannot be had or is open already
 */
export async function openInBrowser(workspace, say) {
  const other = await runningEditor();
  if (other) throw new Error(`The demo's editor is open already, at ${other.url}. To end it: npm run demo -- --stop`);
  mkdirSync(HOME, { recursive: true });
  const vsix = [];
  const source = fingerprint();
  if (readOr(INSTALLED) !== source) {
    say("Packing the extension…");
    vsix.push(packExtension({ out: join(HOME, "tuning-fork.vsix"), quiet: true }));
  }
  say("Starting the editor…");
  const server = await startEditor({ home: HOME, vsix, say });
  writeFileSync(INSTALLED, source);
  const url = folderUrl(server, workspace);
  writeFileSync(RUNNING, JSON.stringify({ pid: server.pid, url, health: `${server.url}/healthz` }));
  const ended = server.ended.finally(() => rmSync(RUNNING, { force: true }));
  return { url, logFile: server.logFile, ended, stop: server.stop };
}

/** Ends the demo's editor, wherever it was started; false when none is up. */
export async function endDemoEditor() {
  const editor = await runningEditor();
  if (!editor) return false;
  await stopEditor(editor.pid);
  return true;
}

/** The file alone may be left over from a machine that went down; a process id alone may be another program's by now. */
async function runningEditor() {
  const text = readOr(RUNNING);
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

// Runs a script inside an editor's extension host, where `vscode` is real.
import { chromium } from "playwright-core";
import { folderUrl } from "./editor-server.mjs";

const RUN_TIMEOUT_MS = 5 * 60_000;

/**
 * Opens a window on the workspace, with an extension loaded from its folder, and waits until `run()` of the script has
 * settled. What the script has to say it writes to a file. The server must have been started with `automation`.
 * @param {object} options
 * @param {import("./editor-server.mjs").EditorServer} options.server
 * @param {string} options.browser the browser's program
 * @param {string} options.workspace
 * @param {string} options.extension folder of the extension
 * @param {string} options.entry the script, CommonJS, exporting `run(): Promise<void>`
 * @param {boolean} [options.tellsErrors] whether to print what the host said when the script failed
 * @returns {Promise<number>} 0 when it resolved, 1 when it rejected
 */
export async function runInHost({ server, browser: executablePath, workspace, extension, entry, tellsErrors = false }) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    const ended = new Promise((done) => void page.exposeFunction("codeAutomationExit", done));
    const errors = [];
    await page.exposeFunction("codeAutomationLog", (level, args) => {
      if (level === "error") errors.push(args.map(String).join(" "));
    });
    const remote = (path) => `vscode-remote://${new URL(server.url).host}${path}`;
    const payload = [
      ["extensionDevelopmentPath", remote(extension)],
      ["extensionTestsPath", remote(entry)],
      ["skipWelcome", "true"],
    ];
    await page.goto(`${folderUrl(server, workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    let timer;
    const late = new Promise((_, fail) => {
      const message = `The extension host said nothing for ${RUN_TIMEOUT_MS / 60_000} minutes.`;
      timer = setTimeout(() => fail(new Error(message)), RUN_TIMEOUT_MS);
    });
    const code = await Promise.race([ended, late]).finally(() => clearTimeout(timer));
    // What the host itself said of a script that failed; a script that tells its failures in its own way needs none of it.
    if (code !== 0 && tellsErrors) console.error(errors.join("\n"));
    // Leaving politely ends the extension host at once.
    await page.goto("about:blank");
    return code;
  } finally {
    await browser.close();
  }
}

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { inject } from "vitest";
import { folderUrl, startEditor } from "../../../scripts/editor-server.mjs";
import { BROWSER_FLAGS } from "../../support/browser-flags.ts";
import { ARTIFACTS, EditorWindow } from "./window.ts";

/** For tests: no motion, no questions, and the theme follows the browser's media. */
const SETTINGS = {
  "git.enabled": false,
  "files.simpleDialog.enable": true,
  "workbench.reduceMotion": "on",
  "window.confirmBeforeClose": "never",
  "window.autoDetectColorScheme": true,
  "workbench.preferredDarkColorTheme": "Dark Modern",
  "workbench.preferredLightColorTheme": "Light Modern",
};

export interface EditorOptions {
  locale?: string;
  /** Whether folders are trusted without asking; true unless told. */
  trust?: boolean;
  settings?: Record<string, unknown>;
}

/** A real editor with the packed extension, and a browser to drive it. Close it in `afterAll`. */
export class Editor {
  readonly #home: string;
  readonly #browser: Browser;
  readonly #windows: EditorWindow[] = [];
  readonly server: Awaited<ReturnType<typeof startEditor>>;

  private constructor(home: string, server: Awaited<ReturnType<typeof startEditor>>, browser: Browser) {
    this.#home = home;
    this.server = server;
    this.#browser = browser;
  }

  static async start({ locale, trust = true, settings = {} }: EditorOptions = {}): Promise<Editor> {
    const home = mkdtempSync(join(tmpdir(), "tuning-fork-editor-"));
    const server = await startEditor({
      home,
      vsix: [inject("vsix")],
      trust,
      settings: { ...SETTINGS, "security.workspace.trust.startupPrompt": "never", ...settings },
      env: { HOME: home, LANG: "C.UTF-8" },
      ...(locale === undefined ? {} : { locale }),
    });
    const browser = await chromium.launch({ executablePath: inject("browser"), args: BROWSER_FLAGS });
    return new Editor(home, server, browser);
  }

  /** Opens a window on a folder and waits until it can be used. */
  async open(folder: string): Promise<EditorWindow> {
    const context = await this.#browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: "reduce",
      colorScheme: "dark",
    });
    const window = new EditorWindow(await context.newPage(), folderUrl(this.server, folder));
    this.#windows.push(window);
    await window.load();
    return window;
  }

  /** The packed extension's file. */
  get vsix(): string {
    return inject("vsix");
  }

  /** What was thrown in any window or page so far. */
  get pageErrors(): string[] {
    return this.#windows.flatMap(({ pageErrors }) => pageErrors);
  }

  /** A picture of each open window and the end of the server's log, for whoever looks why a test failed. */
  async evidence(name: string): Promise<void> {
    mkdirSync(ARTIFACTS, { recursive: true });
    for (const [index, window] of this.#windows.entries())
      await window.screenshot(`failed-${name}-${index + 1}`).catch(() => {});
    console.error(readFileSync(this.server.logFile, "utf8").split("\n").slice(-5).join("\n"));
  }

  async close(): Promise<void> {
    await Promise.all(this.#windows.map((window) => window.close().catch(() => {}))); // some are closed
    await this.#browser.close();
    await this.server.stop();
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }
}

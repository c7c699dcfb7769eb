import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Frame, FrameLocator, Locator, Page } from "playwright-core";
import { root } from "../../../scripts/setup.mjs";

/** Pictures for people; ignored by git. */
export const ARTIFACTS = join(root, "test/artifacts");
const READY_TIMEOUT_MS = 150_000;
const COMMAND_TIMEOUT_MS = 120_000;

export type ThemeKind = "dark" | "light" | "high-contrast";
const BODY_CLASS: Record<ThemeKind, string> = {
  dark: "vscode-dark",
  light: "vscode-light",
  "high-contrast": "vscode-high-contrast",
};

/** One window of the editor, as a person uses it: palette, views, pages. */
export class EditorWindow {
  readonly page: Page;
  readonly #url: string;
  readonly pageErrors: string[] = [];

  constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
    page.setDefaultTimeout(60_000);
    // Errors thrown in pages inside the editor arrive here too.
    page.on("pageerror", (error) => this.pageErrors.push(error.stack ?? error.message));
  }

  /** Waits until the window can be used; with `bare`, of an editor that has not our extension. */
  async load({ bare = false } = {}): Promise<void> {
    await this.page.goto(this.#url, { waitUntil: "commit" });
    await this.page.locator(".explorer-folders-view .monaco-list-row, .composite-bar").first().waitFor({
      timeout: READY_TIMEOUT_MS,
    });
    if (!bare) await this.#ownTab.waitFor({ timeout: READY_TIMEOUT_MS });
  }

  /** As F5: the window goes, its extension host too, and both come again. */
  async reload(how: { bare?: boolean } = {}): Promise<void> {
    // In a browser the editor writes down how it stands each minute and when the person turns elsewhere.
    await this.page.evaluate(() => {
      document.hasFocus = () => false;
      window.dispatchEvent(new FocusEvent("blur"));
    });
    // What it writes is on its way to the browser's database when the call returns.
    await this.page.waitForTimeout(2500);
    await this.page.goto("about:blank");
    await this.load(how);
  }

  /** Our place in the activity bar. */
  get #ownTab(): Locator {
    return this.page.getByRole("tab", { name: "Tuning Fork" }).first();
  }

  /** Leaves politely, so that the extension host ends at once. */
  async close(): Promise<void> {
    await this.page.goto("about:blank").catch(() => {});
    await this.page.context().close();
  }

  /** Runs a command by the title the palette shows. The palette's list is made when it opens, so it is opened until the command is there. */
  async command(title: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input.input");
    for (const deadline = Date.now() + COMMAND_TIMEOUT_MS; ;) {
      await this.page.keyboard.press("F1");
      await input.waitFor();
      await input.fill(`>${title}`);
      const row = this.quickPick(title);
      try {
        await row.waitFor({ timeout: 2500 });
        await row.click();
        return;
      } catch (error) {
        await this.page.keyboard.press("Escape");
        if (Date.now() > deadline) throw error;
      }
    }
  }

  /** Chooses from the context menu of an item. A menu takes no click in its first moments, so it is clicked until it has gone. */
  async choose(item: Locator, name: string): Promise<void> {
    const entry = this.page.getByRole("menuitem", { name });
    await this.#openMenu(item, entry);
    for (const deadline = Date.now() + COMMAND_TIMEOUT_MS; (await entry.count()) > 0;) {
      if (Date.now() > deadline) throw new Error(`The menu did not take “${name}”.`);
      await this.page.waitForTimeout(300);
      await entry.click({ timeout: 2000 }).catch(() => {});
    }
  }

  /** A hover that comes at the moment of the click closes the menu, and lies over other items until the mouse is elsewhere. */
  async #openMenu(item: Locator, entry: Locator): Promise<void> {
    for (const deadline = Date.now() + COMMAND_TIMEOUT_MS; ;) {
      await item.click({ button: "right" });
      try {
        await entry.waitFor({ timeout: 3000 });
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await this.#leave();
      }
    }
  }

  /** Takes the mouse where nothing shows a hover: into the title bar. */
  async #leave(): Promise<void> {
    await this.page.mouse.move(300, 16);
  }

  /** A row of the open quick pick. */
  quickPick(text: string | RegExp): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text }).first();
  }

  /** Types into the open quick input and accepts. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press("Enter");
  }

  async showRuns(): Promise<void> {
    await this.#leave();
    const tab = this.#ownTab;
    if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
    // The list of files has items of like names, and goes a moment after the click.
    await this.page.locator(".explorer-folders-view").waitFor({ state: "hidden" });
  }

  treeItem(name: string | RegExp): Locator {
    return this.page.getByRole("treeitem", { name });
  }

  editorTab(name: string | RegExp): Locator {
    return this.page.locator(".tabs-container").getByRole("tab", { name });
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast").filter({ hasText: text }).first();
  }

  /** The inside of the page that is shown; with several side by side, the `index`th. */
  webview(index = 0): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").nth(index).frameLocator("iframe#active-frame");
  }

  /** The frames of all shown pages, for looking at what has no DOM. */
  webviewFrames(): Frame[] {
    return this.page.frames().filter((frame) => /\/pre\/fake\.html/.test(frame.url()));
  }

  /** Puts editor and pages into a kind of theme. */
  async theme(kind: ThemeKind): Promise<void> {
    await this.page.emulateMedia({
      colorScheme: kind === "light" ? "light" : "dark",
      forcedColors: kind === "high-contrast" ? "active" : "none",
    });
    for (const frame of this.webviewFrames())
      await frame.waitForFunction((name) => document.body.classList.contains(name), BODY_CLASS[kind], {
        timeout: 10_000,
      });
  }

  /** Keeps a picture in test/artifacts. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(ARTIFACTS, { recursive: true });
    await this.page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
  }
}

import { chromium, type Browser, type Page } from "playwright-core";
import type { PageAddress } from "./html.ts";
import { BROWSER_FLAGS } from "../browser-flags.ts";
import { servePages, type PageServer } from "./server.ts";

/** The harness and one browser, for a test file. */
export interface PageBench {
  server: PageServer;
  browser: Browser;
  /** Opens a page over a scenario and waits until it shows its state. Errors thrown in it are collected in `errors`. */
  open(address: Partial<PageAddress> & Pick<PageAddress, "page" | "scenario">, size?: Size): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenPage {
  page: Page;
  /** What was thrown in the page, and what it reported to its host as a fault. */
  errors: string[];
}

interface Size {
  width?: number;
  height?: number;
}

/** Debian's and most systems' name of the browser; `TUNING_FORK_BROWSER` names another one. */
const BROWSER = process.env["TUNING_FORK_BROWSER"] ?? "/usr/bin/chromium";

/** Starts the browser that pages are shown in. */
export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath: BROWSER, args: BROWSER_FLAGS });

/** Starts harness and browser. Call `close` in `afterAll`. */
export async function startPages(): Promise<PageBench> {
  const server = await servePages();
  const browser = await launchBrowser();
  return {
    server,
    browser,
    async open({ page: name, scenario, theme = "dark", language = "en" }, { width = 1112, height = 830 } = {}) {
      const context = await browser.newContext({ viewport: { width, height }, reducedMotion: "reduce" });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const errors = server.faults;
      page.on("pageerror", (error) => errors.push(error.message));
      // The first call of a scenario seeds its store.
      const address = `${server.url}/page/${name}?scenario=${scenario}&theme=${theme}&lang=${language}`;
      await page.goto(address, { timeout: 60_000 });
      await page.getByRole("tab").first().waitFor();
      return { page, errors };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

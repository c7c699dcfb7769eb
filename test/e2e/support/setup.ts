import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { ensureBrowser } from "../../../scripts/browser.mjs";
import { ensureEditor } from "../../../scripts/editor.mjs";
import { root } from "../../../scripts/setup.mjs";
import { packExtension } from "../../../scripts/vsix.mjs";

declare module "vitest" {
  export interface ProvidedContext {
    /** The packed extension: what a person installs is what is tested. */
    vsix: string;
    /** The browser's program. */
    browser: string;
  }
}

/** Prepares, once for all end-to-end tests, the editor, a browser and the packed extension. */
export default function setup(project: TestProject): void {
  project.provide("browser", ensureBrowser());
  ensureEditor();
  project.provide("vsix", packExtension({ out: join(root, ".cache/e2e/tuning-fork.vsix"), quiet: true }));
}

import { join } from "node:path";
import { readJson } from "./files.ts";
import { setLanguage } from "./l10n.ts";

/**
 * Switches to the bundle `bundle.l10n.<language>.json` in `folder`: an object from English text to translation, the same
 * files the editor uses. Without such a bundle everything stays English, numbers and dates included.
 */
export function loadLanguage(name: string, folder: string): void {
  const bundle = name === "en" ? {} : readJson<Record<string, string>>(join(folder, `bundle.l10n.${name}.json`));
  setLanguage(bundle ? name : "en", bundle ?? {});
}

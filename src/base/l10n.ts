import { join } from "node:path";
import { readJson } from "./files.ts";

let language = "en";
let texts: Record<string, string> = {};

/** The language texts and numbers are shown in (BCP 47). */
export const displayLanguage = (): string => language;

/**
 * Switches to the bundle `bundle.l10n.<language>.json` in `folder`: an object from English text to translation, the same
 * files the editor uses. Without such a bundle everything stays English, numbers and dates included.
 */
export function loadLanguage(name: string, folder: string): void {
  const bundle = name === "en" ? {} : readJson<Record<string, string>>(join(folder, `bundle.l10n.${name}.json`));
  language = bundle ? name : "en";
  texts = bundle ?? {};
}

/** A whole sentence in the display language; `{0}`, `{1}`… stand for the values. */
export function t(text: string, ...values: (string | number)[]): string {
  return (texts[text] ?? text).replaceAll(/\{(\d+)\}/g, (whole, index: string) =>
    String(values[Number(index)] ?? whole),
  );
}

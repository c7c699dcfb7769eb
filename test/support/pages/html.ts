import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SCENARIOS } from "./scenarios.ts";
import themes from "./themes.json" with { type: "json" };

/** Which page over which data, and how it looks. */
export interface PageAddress {
  page: "run" | "compare";
  scenario: string;
  /** `dark`, `light`, `hc`, `hc-light`. */
  theme: string;
  language: string;
}

const KINDS: Record<string, string> = {
  dark: "vscode-dark",
  light: "vscode-light",
  hc: "vscode-high-contrast",
  "hc-light": "vscode-high-contrast vscode-high-contrast-light",
};

/** The same document the editor makes, with the editor's variables of one theme. */
export function pageHtml({ page, theme, language }: PageAddress, session: string): string {
  const kind = KINDS[theme] ?? "vscode-dark";
  return `<!DOCTYPE html>
<html lang="${language}" data-session="${session}" data-ref='{"folder":"file:///project","run":"x"}'>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${page}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; script-src 'self'; connect-src 'self';">
<link rel="stylesheet" href="/theme/${theme}.css"><link rel="stylesheet" href="/base.css">
<link rel="stylesheet" href="/webview/codicon.css" id="vscode-codicon-stylesheet">
</head>
<body class="${kind}" data-vscode-theme-kind="${kind.split(" ").at(-1)}">
<script src="/bridge.js"></script><tf-${page}-page></tf-${page}-page><script type="module" src="/webview/${page}.js"></script>
</body></html>`;
}

/** A theme's variables as a style sheet. */
export function themeCss(theme: string): string {
  const variables = (themes as Record<string, unknown>)[theme] as Record<string, string> | undefined;
  return `html { ${Object.entries(variables ?? {})
    .map(([name, value]) => `${name}: ${value};`)
    .join(" ")} }`;
}

/** Links to every page over every scenario it makes sense for. */
export function indexHtml(): string {
  const product = JSON.parse(
    readFileSync(join(process.env["PAGES_ROOT"] ?? process.cwd(), "package.json"), "utf8"),
  ) as {
    displayName: string;
  };
  const links = Object.entries(SCENARIOS).map(([name, { title, page }]) => {
    const themes = Object.keys(KINDS).map(
      (theme) => `<a href="/page/${page}?scenario=${name}&theme=${theme}">${theme}</a>`,
    );
    return `<li><b>${name}</b> ${title}: ${page} ${themes.join(" · ")} · <a href="/page/${page}?scenario=${name}&lang=zh-cn">zh-cn</a></li>`;
  });
  return `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Pages</title><h1>${product.displayName}</h1><ul>${links.join("")}</ul></html>`;
}

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { PageRef } from "./page-ref.ts";

/** The only folder a page may load from. */
export const webviewRoot = (extension: vscode.Uri): vscode.Uri => vscode.Uri.joinPath(extension, "dist", "webview");

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/**
 * The document of a page: its bundle and the icon font, nothing from outside, no script but ours. Style attributes are
 * allowed because Lit and the elements set sizes through them; style sheets are not.
 */
export function pageHtml(webview: vscode.Webview, extension: vscode.Uri, ref: PageRef): string {
  const nonce = randomBytes(16).toString("base64");
  const file = (name: string): string =>
    escaped(String(webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extension), name))));
  const policy = [
    "default-src 'none'",
    `img-src ${webview.cspSource} data:`,
    `font-src ${webview.cspSource}`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    `script-src 'nonce-${nonce}'`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${escaped(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file("codicon.css")}" id="vscode-codicon-stylesheet" nonce="${nonce}">
<title>Tuning Fork</title>
</head>
<body data-ref="${escaped(JSON.stringify(ref))}">
<tf-${ref.page}-page></tf-${ref.page}-page>
<script type="module" nonce="${nonce}" src="${file(`${ref.page}.js`)}"></script>
</body>
</html>`;
}

/** A document of one sentence, for a page that has nothing to show. */
export function sentenceHtml(sentence: string): string {
  return `<!DOCTYPE html>
<html lang="${escaped(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>Tuning Fork</title>
</head>
<body><p role="alert">${escaped(sentence)}</p></body>
</html>`;
}

import { readFileSync } from "node:fs";
import { expect, inject, test } from "vitest";
import { measure } from "../../scripts/vsix.mjs";
import { listZip } from "../../scripts/zip.mjs";

/** What a person who installs the extension gets, and nothing else. */
const ALLOWED = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/(readme|changelog)\.md$/,
  /^extension\/LICENSE\.txt$/,
  /^extension\/package(\.nls(\.zh-cn)?)?\.json$/,
  /^extension\/l10n\/bundle\.l10n\.zh-cn\.json$/,
  /^extension\/docs\/config\.md$/,
  /^extension\/media\/[\w./-]+\.(svg|png|json|md)$/,
  /^extension\/dist\/(extension|cli|runner|trainer-tfjs|backend-probe|journal-thread|store-worker|language-server)\.cjs$/,
  /^extension\/dist\/webview\/(run\.js|compare\.js|codicon\.css|codicon\.ttf)$/,
  /^extension\/dist\/wasm\/tfjs-backend-wasm(-simd|-threaded-simd)?\.wasm$/,
  /^extension\/dist\/python\/(train_torch|use_checkpoint|tuning_fork\/(\w+\/)*\w+)\.py$/,
  /^extension\/dist\/models\/use-lite\/(config\.json|vocab\.json|model\.safetensors|LICENSE)$/,
  /^extension\/dist\/node_modules\/(sqlite3|bindings|file-uri-to-path)\/[\w./-]+\.(js|json|md|node)$/,
  /^extension\/dist\/node_modules\/(sqlite3|file-uri-to-path)\/LICENSE$/,
];

const names = listZip(readFileSync(inject("vsix"))).map(({ name }) => name);

test("the package holds what is allowed, and nothing else", () => {
  expect(names.filter((name) => !ALLOWED.some((pattern) => pattern.test(name)))).toEqual([]);
});

test("nothing that is allowed is missing", () => {
  expect(ALLOWED.filter((pattern) => !names.some((name) => pattern.test(name)))).toEqual([]);
});

test("without the wasm runtime and the built-in model it weighs less than 6 MB", () => {
  const { productBytes, limitBytes, parts } = measure(inject("vsix"));
  expect(limitBytes).toBe(6e6);
  expect(productBytes).toBeGreaterThan(1e6);
  expect(productBytes, JSON.stringify(parts, undefined, 2)).toBeLessThan(limitBytes);
});

test("every file the extension's manifest names is in the package", () => {
  const named = JSON.stringify(JSON.parse(readFileSync("package.json", "utf8")).contributes).matchAll(
    /"((?:\.\/)?media\/[^"]+)"/g,
  );
  const missing = [...named]
    .map(([, path]) => `extension/${path!.replace("./", "")}`)
    .filter((path) => !names.includes(path));
  expect(missing).toEqual([]);
});

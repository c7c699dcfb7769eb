// Runs test/host/*.test.ts by mocha inside a real extension host, over a small workspace.
// usage: host-tests.mjs [--no-build] [--grep text] [file filters…]
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, ensureInstalled, root } from "./setup.mjs";

const OUT = join(root, ".cache/host-tests");
/** Mocha's report of the last run. */
export const REPORT = join(OUT, "report.json");

/**
 * Bundles the tests, runs them and returns mocha's report.
 * @param {{ filters?: string[], grep?: string, say?: (text: string) => void }} options
 */
export async function runHostTests({ filters = [], grep, say = console.log } = {}) {
  const { ensureBrowser } = await import("./browser.mjs");
  const { startEditor } = await import("./editor-server.mjs");
  const { runInHost } = await import("./host-run.mjs");
  const browser = ensureBrowser(say);
  const { makeWorkspace } = await bundleTests(filters);
  writeFileSync(join(OUT, "options.json"), JSON.stringify({ grep: grep ?? null, report: REPORT }));
  const workspace = makeWorkspace();
  const home = mkdtempSync(join(tmpdir(), "tuning-fork-host-editor-"));
  try {
    const server = await startEditor({ home, automation: true, env: { HOME: home, LANG: "C.UTF-8" }, say });
    try {
      await runInHost({ server, browser, workspace, extension: root, entry: join(OUT, "index.cjs") });
    } catch (error) {
      say(readFileSync(server.logFile, "utf8").split("\n").slice(-30).join("\n"));
      throw error;
    } finally {
      await server.stop();
    }
    if (!existsSync(REPORT)) throw new Error("The extension host ended without a report.");
    return JSON.parse(readFileSync(REPORT, "utf8"));
  } finally {
    rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function bundleTests(filters) {
  const { build: bundle } = await import("esbuild");
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const wanted = (name) => filters.length === 0 || filters.some((filter) => `test/host/${name}`.includes(filter));
  const tests = readdirSync(join(root, "test/host")).filter((name) => name.endsWith(".test.ts") && wanted(name));
  await bundle({
    absWorkingDir: root,
    outdir: OUT,
    entryPoints: ["index.ts", "workspace.ts", ...tests].map((name) => `test/host/${name}`),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "inline",
    outExtension: { ".js": ".cjs" },
    external: ["vscode", "mocha", "sqlite3", "@tensorflow/*"],
    mainFields: ["module", "main"],
    // Code the tests share with the product finds threads and binding where the product's bundles lie.
    define: { "import.meta.dirname": JSON.stringify(join(root, "dist")) },
    logLevel: "warning",
  });
  return createRequire(import.meta.url)(join(OUT, "workspace.cjs"));
}

/** Shows a report; returns how many tests failed. */
export function print({ tests, failures }) {
  for (const { fullTitle, duration, err } of tests) {
    const failed = Object.keys(err).length > 0;
    console.log(`${failed ? "FAILED" : "passed"}  ${fullTitle} (${duration ?? 0} ms)`);
    if (failed) console.log(`        ${err.stack ?? err.message}`);
  }
  return failures.length;
}

if (process.argv[1] === import.meta.filename) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { grep: { type: "string" }, "no-build": { type: "boolean", default: false } },
  });
  ensureInstalled();
  if (!values["no-build"]) build();
  const report = await runHostTests({ filters: positionals, ...values });
  process.exitCode = print(report) > 0 || report.tests.length === 0 ? 1 : 0;
}

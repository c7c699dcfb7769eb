// npm test: set-up, checks, then every suite; closes with one line that counts over all suites.
// usage: test.mjs [--skip-checks] [--suite engine|python|pages|host|e2e]… [file filters…]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, ensureInstalled, root, run } from "./setup.mjs";

/** In this order: what is quick and tells most comes first. */
const SUITES = ["engine", "python", "pages", "host", "e2e"];
const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: { "skip-checks": { type: "boolean", default: false }, suite: { type: "string", multiple: true } },
});
const startedMs = Date.now();
const counts = { passed: 0, failed: 0, skipped: /** @type {string[]} */ ([]) };

ensureInstalled();
build();
if (!values["skip-checks"]) check();
for (const suite of values.suite ?? suitesOf(filters)) {
  const suiteStartedMs = Date.now();
  if (suite === "host") await host();
  else if (suite === "python") await python();
  else await vitest(suite);
  console.log(`${suite}: ${seconds(suiteStartedMs)}\n`);
}
for (const name of counts.skipped) console.log(`skipped: ${name}`);
console.log(`All suites: ${seconds(startedMs)}`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped`);
process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;

function check() {
  run(process.execPath, ["scripts/generate.mjs", "--check"]);
  for (const project of ["tsconfig.json", "webview-ui/tsconfig.json", "test/tsconfig.browser.json"])
    // With several threads the compiler's answer can depend on which of them is first.
    tool("typescript/bin/tsc", "-p", project, "--singleThreaded");
  const linted = ["src", "webview-ui", "test", "bench", "scripts"];
  tool("oxlint/bin/oxlint", "--type-aware", "--deny-warnings", ...linted);
  tool("prettier/bin/prettier.cjs", "--check", "--log-level=warn", ".");
}

/** One project of vitest.config.ts. */
async function vitest(project) {
  const { ensureBrowser } = await import("./browser.mjs");
  const needs = project === "engine" ? await pythonVariables() : { TUNING_FORK_BROWSER: ensureBrowser() };
  const env = { ...process.env, ...needs };
  const report = join(root, `.cache/test-report-${project}.json`);
  mkdirSync(join(root, ".cache"), { recursive: true });
  rmSync(report, { force: true });
  const output = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { status } = spawnSync(
    process.execPath,
    [bin("vitest/vitest.mjs"), "run", "--project", project, "--passWithNoTests", ...output, ...filters],
    { cwd: root, stdio: "inherit", env },
  );
  const failedBefore = counts.failed;
  const { testResults } = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : { testResults: [] };
  for (const file of testResults) {
    if (file.status === "failed" && file.assertionResults.length === 0) counts.failed++;
    for (const { status: outcome, fullName } of file.assertionResults) {
      if (outcome === "passed") counts.passed++;
      else if (outcome === "failed") counts.failed++;
      else counts.skipped.push(fullName);
    }
  }
  // What fails outside a test (a set-up, an error nobody awaited) is a failure too.
  if (status !== 0 && counts.failed === failedBefore) counts.failed++;
}

/** Format, lint and types of the Python package, then pytest. */
async function python() {
  const variables = await pythonVariables();
  const { ensureSample } = await import("./sample.mjs");
  ensureSample();
  const env = { ...process.env, ...variables };
  const program = variables.TUNING_FORK_TEST_PYTHON;
  const cwd = join(root, "python");
  const start = (...args) => spawnSync(program, ["-m", ...args], { cwd, stdio: "inherit", env }).status;
  const places = [".", "../test/python", "../test/oracles"];
  if (!values["skip-checks"]) {
    for (const way of [["format", "--check"], ["check"]])
      if (start("ruff", ...way, "--quiet", "--config", "pyproject.toml", ...places) !== 0) counts.failed++;
    if (start("mypy", "--no-error-summary", "tuning_fork") !== 0) counts.failed++;
  }
  const report = join(root, ".cache/test-report-python.xml");
  rmSync(report, { force: true });
  const chosen = filters.flatMap((name) => (existsSync(join(root, name)) ? [join(root, name)] : ["-k", name]));
  // A file's tests in one process, which shares what it imported and the models it made; two processes for two cores.
  const status = start(
    "pytest",
    "-n",
    "2",
    "--dist",
    "loadfile",
    "--no-loadscope-reorder",
    `--junitxml=${report}`,
    ...chosen,
  );
  const cases = existsSync(report) ? readFileSync(report, "utf8").split("<testcase ").slice(1) : [];
  const failedBefore = counts.failed;
  for (const one of cases) {
    if (/<(failure|error)\b/.test(one)) counts.failed++;
    else if (/<skipped\b/.test(one)) counts.skipped.push(/\bname="([^"]*)"/.exec(one)?.[1] ?? "?");
    else counts.passed++;
  }
  if (status !== 0 && counts.failed === failedBefore) counts.failed++;
}

async function pythonVariables() {
  const { ensurePython } = await import("./python.mjs");
  const { python: program, minilm, oldest } = ensurePython(console.log);
  return { TUNING_FORK_TEST_PYTHON: program, TUNING_FORK_MINILM: minilm, TUNING_FORK_OLDEST: oldest };
}

/** mocha in the extension host; a run that ends without a report is one failure. */
async function host() {
  const { print, runHostTests } = await import("./host-tests.mjs");
  try {
    const report = await runHostTests({ filters });
    print(report);
    counts.passed += report.passes.length;
    counts.failed += report.failures.length;
    counts.skipped.push(...report.pending.map(({ fullTitle }) => fullTitle));
  } catch (error) {
    console.error(`The tests in the extension host did not run: ${error.stack}`);
    counts.failed++;
  }
}

/** Suites that hold the named files; all when none is named. */
function suitesOf(names) {
  if (names.length === 0) return SUITES;
  const folder = { engine: /unit|integration/, python: /test.python/, pages: /pages/, host: /host/, e2e: /e2e/ };
  const named = SUITES.filter((suite) => names.some((name) => folder[suite].test(name)));
  return named.length > 0 ? named : SUITES.filter((suite) => suite !== "host");
}

function seconds(sinceMs) {
  return `${((Date.now() - sinceMs) / 1000).toFixed(0)} s`;
}
function bin(path) {
  return join(root, "node_modules", path);
}
function tool(path, ...args) {
  run(process.execPath, [bin(path), ...args]);
}

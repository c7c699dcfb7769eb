// npm test: set-up, checks, then every suite; closes with one line that counts over all suites.
// usage: test.mjs [--skip-checks] [vitest filters…]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build, ensureInstalled, root, run } from "./setup.mjs";

const filters = process.argv.slice(2).filter((argument) => argument !== "--skip-checks");
ensureInstalled();
build();
if (!process.argv.includes("--skip-checks")) {
  run(process.execPath, ["scripts/generate.mjs", "--check"]);
  tool("typescript/bin/tsc", "-p", "tsconfig.json");
  tool("oxlint/bin/oxlint", "--type-aware", "--deny-warnings", "src", "test", "bench", "scripts");
  tool("prettier/bin/prettier.cjs", "--check", "--log-level=warn", ".");
}

const report = join(root, ".cache/test-report.json");
mkdirSync(join(root, ".cache"), { recursive: true });
rmSync(report, { force: true });
const vitest = spawnSync(
  process.execPath,
  [bin("vitest/vitest.mjs"), "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...filters],
  { cwd: root, stdio: "inherit" },
);

let passed = 0;
let failed = 0;
const skipped = [];
if (existsSync(report)) {
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  for (const file of testResults) {
    if (file.status === "failed" && file.assertionResults.length === 0) failed++;
    for (const test of file.assertionResults) {
      if (test.status === "passed") passed++;
      else if (test.status === "failed") failed++;
      else skipped.push(test.fullName);
    }
  }
}
for (const name of skipped) console.log(`skipped: ${name}`);
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exit(vitest.status === 0 && failed === 0 && passed > 0 ? 0 : 1);

function bin(path) {
  return join(root, "node_modules", path);
}
function tool(path, ...args) {
  run(process.execPath, [bin(path), ...args]);
}

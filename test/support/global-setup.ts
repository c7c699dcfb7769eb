import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { readdirSync } from "node:fs";

const root = resolve(import.meta.dirname, "../..");

/**
 * Tests that start processes or threads run the bundles, so the bundles must be as new as the sources; those that train
 * with PyTorch need the interpreter that scripts/python.mjs makes.
 */
export default function setup(): void {
  const built = modified(join(root, "dist/cli.cjs"));
  const newest = Math.max(
    ...["src", "webview-ui", "python"].flatMap((folder) => filesBelow(join(root, folder))).map(modified),
  );
  if (built < newest) execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
  process.env["TUNING_FORK_TEST_PYTHON"] ??= execFileSync(process.execPath, ["scripts/python.mjs"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  }).trim();
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("__pycache__"))
    .map((entry) => join(entry.parentPath, entry.name));
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");

/** Imports a TypeScript module of the repository under any Node: bundled to a temporary file first. */
export async function importSource(path) {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-import-"));
  try {
    const outfile = join(folder, "module.mjs");
    const banner = {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    };
    await build({
      entryPoints: [join(root, path)],
      outfile,
      banner,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Writes what is made from the config schema: docs/config.md and media/finetune.schema.json.
// `--check` writes nothing and exits 1 when a file is not what would be written.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { format, resolveConfig } from "prettier";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Imports a TypeScript module under any Node: bundled to a temporary file first. */
async function importSource(path) {
  const folder = mkdtempSync(join(tmpdir(), "tuning-fork-generate-"));
  try {
    const outfile = join(folder, "reference.mjs");
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

const { jsonSchema, markdown } = await importSource("src/config/reference/index.ts");
const outputs = [
  { path: "docs/config.md", text: markdown() },
  { path: "media/finetune.schema.json", text: JSON.stringify(jsonSchema()) },
];

const isCheck = process.argv.includes("--check");
for (const { path, text } of outputs) {
  const filepath = join(root, path);
  const formatted = await format(text, { ...(await resolveConfig(filepath)), filepath });
  if (!isCheck) writeFileSync(filepath, formatted);
  else if (readOr(filepath, "") !== formatted) {
    console.error(`${path} is not what src/config says. Run: npm run generate`);
    process.exitCode = 1;
  }
}

function readOr(path, fallback) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return fallback;
    throw error;
  }
}

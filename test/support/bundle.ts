import { join, resolve } from "node:path";
import { build } from "esbuild";

/**
 * Bundles a TypeScript file so that a plain `node` can run it; returns the bundle's path inside `folder`. What is `external`
 * is looked for where the process is told to (NODE_PATH).
 */
export async function bundle(entry: string, folder: string, external: string[] = []): Promise<string> {
  const outfile = join(folder, "bundle.cjs");
  await build({
    entryPoints: [resolve(import.meta.dirname, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external,
    mainFields: ["module", "main"],
    define: { "import.meta.dirname": JSON.stringify(folder) },
    logLevel: "error",
  });
  return outfile;
}

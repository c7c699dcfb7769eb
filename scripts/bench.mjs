// npm run bench [-- part…]: bundles bench/ beside the product's bundles and measures; a table here, JSON in .cache/bench.json.
import { build as bundle } from "esbuild";
import { join } from "node:path";
import { build, root, run } from "./setup.mjs";

build("--minify");
await bundle({
  absWorkingDir: root,
  entryPoints: { bench: "bench/main.ts" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  // In dist/, because the measured code looks for its threads and binding beside itself.
  outdir: join(root, "dist"),
  outExtension: { ".js": ".cjs" },
  external: ["sqlite3", "@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"],
  mainFields: ["module", "main"],
  define: { "import.meta.dirname": "__dirname" },
  logLevel: "warning",
});
run(process.execPath, [join(root, "dist/bench.cjs"), ...process.argv.slice(2)], {
  env: { ...process.env, BENCH_JSON: join(root, ".cache/bench.json") },
});

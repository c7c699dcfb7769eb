// npm run bench [-- part…]: bundles bench/ beside the product's bundles in .cache/bench and measures; a table here, JSON in .cache/bench.json.
import { build as bundle } from "esbuild";
import { join } from "node:path";
import { build, root, run } from "./setup.mjs";

// A folder of its own, so that minified bundles never lie in dist/ while tests or a demo run from there.
const out = join(root, ".cache/bench");
build("--minify", "--outdir", out);
await bundle({
  absWorkingDir: root,
  entryPoints: {
    bench: "bench/main.ts",
    activation: "bench/host/activation.ts",
    "page-host": "bench/host/page-host.ts",
  },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  // Beside the product's bundles, because the measured code looks for its threads and binding beside itself.
  outdir: out,
  outExtension: { ".js": ".cjs" },
  external: ["vscode", "sqlite3", "playwright-core", "@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"],
  mainFields: ["module", "main"],
  define: { "import.meta.dirname": "__dirname" },
  logLevel: "warning",
});
const parts = process.argv.slice(2);
const { ensureBrowser } = await import("./browser.mjs");
const { ensurePython } = await import("./python.mjs");
const trains = parts.length === 0 || parts.includes("torch") || parts.includes("logger");
const { python, minilm } = trains ? ensurePython() : {};
run(process.execPath, [join(out, "bench.cjs"), ...parts], {
  env: {
    ...process.env,
    BENCH_JSON: join(root, ".cache/bench.json"),
    TUNING_FORK_BROWSER: ensureBrowser(),
    ...(trains ? { TUNING_FORK_TEST_PYTHON: python, TUNING_FORK_MINILM: minilm } : {}),
  },
});

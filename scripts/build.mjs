// Bundles every process into dist/ and lays what cannot be bundled beside them: SQLite's binding, wasm files, the built-in model,
// the Python package.
// usage: build.mjs [--minify] [--watch] [--outdir dist] [--target linux-x64]
// --target takes the SQLite binding of another platform, which `native.mjs --target` put into the cache.
import { build, context } from "esbuild";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { prepareBuiltinModels } from "./models.mjs";
import { bindingFor } from "./native.mjs";

const root = resolve(import.meta.dirname, "..");
const { values: flags } = parseArgs({
  options: {
    minify: { type: "boolean", default: false },
    watch: { type: "boolean", default: false },
    outdir: { type: "string", default: "dist" },
    target: { type: "string" },
  },
});
const dist = resolve(root, flags.outdir);
const require = createRequire(import.meta.url);
const packageRoot = (name) => dirname(require.resolve(`${name}/package.json`));

/** One bundle per process or thread; the names are what `codeDir()` siblings are called. */
const ENTRIES = {
  extension: "src/extension.ts",
  cli: "src/cli/main.ts",
  runner: "src/runner/main.ts",
  "trainer-tfjs": "src/trainers/tfjs/main.ts",
  "trainer-tfjs-use": "src/trainers/tfjs/using/main.ts",
  "backend-probe": "src/trainers/tfjs/probe-main.ts",
  "journal-thread": "src/journal/writer-thread.ts",
  "store-worker": "src/store/worker.ts",
  "language-server": "src/language-server/main.ts",
};

const { minify } = flags;
const host = {
  absWorkingDir: root,
  entryPoints: ENTRIES,
  bundle: true,
  minify,
  keepNames: true,
  sourcemap: minify ? false : "linked",
  logLevel: "warning",
  platform: "node",
  format: "cjs",
  target: "node20",
  outdir: dist,
  outExtension: { ".js": ".cjs" },
  external: ["vscode", "sqlite3", "@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"],
  mainFields: ["module", "main"],
  define: { "import.meta.dirname": "__dirname" },
  loader: { ".json": "json" },
};
/** The pages: one bundle each, for the browser inside the editor. */
const pages = {
  absWorkingDir: root,
  entryPoints: { run: "webview-ui/run/main.ts", compare: "webview-ui/compare/main.ts" },
  bundle: true,
  minify,
  sourcemap: minify ? false : "linked",
  logLevel: "warning",
  platform: "browser",
  format: "esm",
  target: "es2023",
  outdir: join(dist, "webview"),
  tsconfig: "webview-ui/tsconfig.json",
};
mkdirSync(dist, { recursive: true });
layNativeBinding();
layIcons();
layWasm();
layPython();
await prepareBuiltinModels({ root, dist });
if (flags.watch) {
  await Promise.all([host, pages].map(async (options) => (await context(options)).watch()));
  // An editor writes a file in several steps; the last of them is what counts.
  let timer;
  watch(join(root, "python"), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(layPython, 100);
  });
} else {
  await Promise.all([build(host), build(pages)]);
  linkCommand();
}

/** sqlite3 cannot be bundled: the binding and its loader travel as dist/node_modules, where a bundle's `require` finds them. */
function layNativeBinding() {
  const parts = {
    sqlite3: ["lib/sqlite3.js", "lib/sqlite3-binding.js", "lib/trace.js", "package.json", "LICENSE"],
    bindings: ["bindings.js", "package.json", "LICENSE.md"],
    "file-uri-to-path": ["index.js", "package.json", "LICENSE"],
  };
  for (const [name, files] of Object.entries(parts))
    for (const file of files) copyFresh(join(packageRoot(name), file), join(dist, "node_modules", name, file));
  copyFresh(bindingFor(flags.target), join(dist, "node_modules/sqlite3/build/Release/node_sqlite3.node"));
}

/** The wasm backend loads one of three builds by what the processor can do. */
function layWasm() {
  const from = join(packageRoot("@tensorflow/tfjs-backend-wasm"), "dist");
  for (const file of readdirSync(from).filter((name) => name.endsWith(".wasm")))
    copyFresh(join(from, file), join(dist, "wasm", file));
}

/** The Python trainers and the logger, by name: what lies beside them (caches, settings of tools) is no part of the product. */
function layPython() {
  const from = join(root, "python");
  const to = join(dist, "python");
  const isOurs = (path) => /^(?:train_torch|use_checkpoint|tuning_fork[\\/].+)\.py$/.test(path);
  const files = readdirSync(from, { recursive: true }).filter(isOurs);
  // Only what changed, for a run that is starting copies from here.
  for (const path of files.filter((path) => textOf(join(from, path)) !== textOf(join(to, path))))
    copyFresh(join(from, path), join(to, path));
  const laid = existsSync(to) ? readdirSync(to, { recursive: true }) : [];
  for (const path of laid.filter((path) => path.endsWith(".py") && !files.includes(path)))
    rmSync(join(to, path), { force: true });
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** The icon font of the pages. */
function layIcons() {
  for (const file of ["codicon.css", "codicon.ttf"])
    copyFresh(join(packageRoot("@vscode/codicons"), "dist", file), join(dist, "webview", file));
}

/**
 * Takes the place of an older file at once: another build may do the same, a run may be copying it, and a binding may be mapped
 * into a live process, which would crash if it were written into.
 */
function copyFresh(from, to) {
  const draft = `${to}.${process.pid}.tmp`;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, draft);
  renameSync(draft, to);
}

/** `npx tuning-fork …` works in a clone: npm links only the bins of dependencies, so the project links its own. */
function linkCommand() {
  const cli = join(dist, "cli.cjs");
  if (dist !== join(root, "dist") || !existsSync(cli)) return;
  chmodSync(cli, 0o755);
  const bin = join(root, "node_modules/.bin/tuning-fork");
  if (process.platform === "win32" || existsSync(bin)) return;
  rmSync(bin, { force: true });
  symlinkSync("../../dist/cli.cjs", bin);
}

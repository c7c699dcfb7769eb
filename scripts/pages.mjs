// npm run pages: every page's real bundle in a plain browser, over seeded stores, with hot reload.
// usage: pages.mjs [--port 8700]
//        pages.mjs --shot <run|compare> <scenario> <out.png> [--theme dark] [--tab log] [--lang zh-cn] [--width 1112] [--height 830] [--wait 1500]
import { fork } from "node:child_process";
import { cpSync, rmSync, watch } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ensureInstalled, root } from "./setup.mjs";

ensureInstalled();
const { values: flags, rest } = readArguments(process.argv.slice(2));
// A folder of its own, so that several harnesses at once never read half a bundle of each other.
const out = join(root, ".cache/pages", String(process.pid));
process.on("exit", () => rmSync(out, { recursive: true, force: true }));
await bundle();
const child = fork(join(out, "server.cjs"), {
  cwd: root,
  env: { ...process.env, PAGES_ROOT: root, PAGES_PORT: flags.port ?? "0" },
});
const { url } = await new Promise((done, fail) => {
  child.once("message", done);
  child.once("exit", (code) => fail(new Error(`The page server ended with code ${code}.`)));
});
if (flags.shot === undefined) serve();
else await shot(flags.shot, ...rest);

async function bundle() {
  for (const file of ["codicon.css", "codicon.ttf"])
    cpSync(join(root, "node_modules/@vscode/codicons/dist", file), join(out, "webview", file));
  const common = { absWorkingDir: root, bundle: true, sourcemap: "linked", logLevel: "warning" };
  await Promise.all([
    build({
      ...common,
      entryPoints: { run: "webview-ui/run/main.ts", compare: "webview-ui/compare/main.ts" },
      outdir: join(out, "webview"),
      format: "esm",
      target: "es2023",
      tsconfig: "webview-ui/tsconfig.json",
    }),
    build({
      ...common,
      entryPoints: { server: "test/support/pages/main.ts", "store-worker": "src/store/worker.ts" },
      outdir: out,
      outExtension: { ".js": ".cjs" },
      platform: "node",
      format: "cjs",
      target: "node20",
      external: ["sqlite3", "vscode"],
      define: { "import.meta.dirname": "__dirname" },
    }),
  ]);
}

function serve() {
  console.log(`Every page: ${url}   (Ctrl-C ends it)`);
  let timer;
  for (const folder of ["webview-ui", "src/messages", "src/base"])
    watch(join(root, folder), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => bundle().then(() => child.send("reload"), console.error), 100);
    });
  process.on("SIGINT", () => child.disconnect());
  child.on("exit", () => process.exit(0));
}

async function shot(page, scenario, out) {
  const { chromium } = await import("playwright-core");
  const { ensureBrowser } = await import("./browser.mjs");
  const browser = await chromium.launch({
    executablePath: ensureBrowser(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const viewport = { width: Number(flags.width ?? 1112), height: Number(flags.height ?? 830) };
    const tab = await browser.newPage({ viewport, reducedMotion: "reduce" });
    tab.on("pageerror", (error) => console.error(`pageerror: ${error.message}`));
    tab.on("console", (message) => message.type() === "error" && console.error(`console: ${message.text()}`));
    await tab.goto(
      `${url}/page/${page}?scenario=${scenario}&theme=${flags.theme ?? "dark"}&lang=${flags.lang ?? "en"}`,
    );
    await tab.waitForTimeout(Number(flags.wait ?? 1500));
    if (flags.tab) {
      await tab.getByRole("tab", { name: new RegExp(`^${flags.tab}`, "i") }).click();
      await tab.waitForTimeout(Number(flags.wait ?? 1500));
    }
    await tab.screenshot({ path: out });
  } finally {
    await browser.close();
    child.disconnect();
  }
}

function readArguments(list) {
  const values = {};
  const rest = [];
  for (let at = 0; at < list.length; at++) {
    const [name, value] = list[at].startsWith("--") ? list[at].slice(2).split("=") : [];
    if (name) values[name] = value ?? list[++at];
    else rest.push(list[at]);
  }
  return { values, rest };
}

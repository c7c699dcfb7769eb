// Gives node_modules/sqlite3 a binding that loads, without ever needing the network when a copy or a compiler is at hand.
// Tried in order, each judged by loading it in a child process: what is there, our cache, the published prebuild, a build
// from the sources in the package.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

const require = createRequire(import.meta.url);
const root = resolve(import.meta.dirname, "..");
const { version } = require("sqlite3/package.json");
const folder = dirname(require.resolve("sqlite3/package.json"));
const binding = join(folder, "build/Release/node_sqlite3.node");
const isMusl = process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime;
const platform = `${isMusl ? "musl" : process.platform}-${process.arch}`;
const cached = join(root, ".cache/native", `sqlite3-${version}-${platform}.node`);

const ways = [
  ["present", () => existsSync(binding)],
  ["cached", () => existsSync(cached) && put(cached, binding)],
  ["prebuilt", () => script("prebuild-install/bin.js", ["-r", "napi"])],
  ["built", () => build()],
];
const found = ways.find(([, attempt]) => attempt() && loads());
if (!found) {
  console.error(
    "sqlite3 has no binding for this machine: the published one could not be downloaded, and building it needs python3, make and a C++ compiler.",
  );
  process.exit(1);
}
if (found[0] !== "cached") put(binding, cached);

/** A binding made for another platform may crash while loading, so a child tries it. */
function loads() {
  return spawnSync(process.execPath, ["-e", "require(process.argv[1])", folder], { timeout: 30_000 }).status === 0;
}

function build() {
  console.error("Building SQLite's binding from source, once: one to two minutes…");
  // Headers that lie beside this Node spare a download; -O2 builds a third faster than the stock flags and runs no slower.
  const beside = resolve(process.execPath, "../..");
  const headers =
    !process.env.npm_config_nodedir && existsSync(join(beside, "include/node/node_api.h"))
      ? [`--nodedir=${beside}`]
      : [];
  return script("node-gyp/bin/node-gyp.js", ["rebuild", ...headers], {
    CFLAGS: "-O2 -w",
    CXXFLAGS: "-O2 -w",
    JOBS: "max",
  });
}

function script(file, args, env = {}) {
  const child = spawnSync(process.execPath, [require.resolve(file), ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: "ignore",
    timeout: 15 * 60_000,
  });
  return child.status === 0;
}

function put(from, to) {
  if (from === to) return true;
  mkdirSync(dirname(to), { recursive: true });
  rmSync(to, { force: true });
  cpSync(from, to);
  return true;
}

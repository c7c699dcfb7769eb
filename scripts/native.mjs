// Gives node_modules/sqlite3 a binding that loads, without ever needing the network when a copy or a compiler is at hand.
// Tried in order, each judged by loading it in a child process: what is there, our cache, the published prebuild, a build
// from the sources in the package.
// usage: native.mjs [--target darwin-arm64]    the target's published binding into the cache, for a package made elsewhere
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { HERE, root } from "./setup.mjs";

const require = createRequire(import.meta.url);
const { version } = require("sqlite3/package.json");
const folder = dirname(require.resolve("sqlite3/package.json"));
const binding = join(folder, "build/Release/node_sqlite3.node");

/** Platforms a binding is published for, and the extension is packed for. */
export const TARGETS = [
  "linux-x64",
  "linux-arm64",
  "alpine-x64",
  "alpine-arm64",
  "darwin-x64",
  "darwin-arm64",
  "win32-x64",
];

const cachedFor = (target) => join(root, ".cache/native", `sqlite3-${version}-${target}.node`);

/** The binding's file for a platform; it must have been prepared. */
export function bindingFor(target = HERE) {
  const file = target === HERE ? binding : cachedFor(target);
  if (!existsSync(file))
    throw new Error(`No SQLite binding for ${target}. Run: node scripts/native.mjs --target ${target}`);
  return file;
}

if (process.argv[1] === import.meta.filename) {
  const at = process.argv.indexOf("--target");
  const target = at < 0 ? HERE : process.argv[at + 1];
  if (target === HERE) prepareHere();
  else prepareFor(target);
}

function prepareHere() {
  const cached = cachedFor(HERE);
  const ways = [
    ["present", () => existsSync(binding)],
    ["cached", () => existsSync(cached) && put(cached, binding)],
    ["prebuilt", () => script("prebuild-install/bin.js", ["-r", "napi"])],
    ["built", () => build()],
  ];
  const found = ways.find(([, attempt]) => attempt() && loads());
  if (!found)
    fail(
      "sqlite3 has no binding for this machine: the published one could not be downloaded, and building it needs python3, make and a C++ compiler.",
    );
  if (found[0] !== "cached") put(binding, cached);
}

/** In a folder of its own, because the download would replace this machine's binding. */
function prepareFor(target) {
  if (!TARGETS.includes(target)) fail(`No platform ${target}. Known: ${TARGETS.join(", ")}.`);
  if (existsSync(cachedFor(target))) return;
  const [system, arch] = target.split("-");
  const work = mkdtempSync(join(tmpdir(), "tuning-fork-native-"));
  try {
    cpSync(join(folder, "package.json"), join(work, "package.json"));
    const platform = system === "alpine" ? ["--platform", "linux", "--libc", "musl"] : ["--platform", system];
    const args = ["-r", "napi", ...platform, "--arch", arch];
    if (!script("prebuild-install/bin.js", args, {}, work))
      fail(`SQLite's published binding for ${target} could not be downloaded. Is github.com reachable?`);
    put(join(work, "build/Release/node_sqlite3.node"), cachedFor(target));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

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

function script(file, args, env = {}, cwd = folder) {
  const child = spawnSync(process.execPath, [require.resolve(file), ...args], {
    cwd,
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

function fail(message) {
  console.error(message);
  process.exit(1);
}

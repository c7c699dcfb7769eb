// What every entry script needs first: packages installed, bundles built. Uses nothing but Node's own modules.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "..");
const MINIMUM_NODE = [20, 19];
const isMusl = process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime;

/** This machine, in the words of the extension marketplace: `linux-x64`, `alpine-arm64`, `darwin-arm64`… */
export const HERE = `${isMusl ? "alpine" : process.platform}-${process.arch}`;

/** Runs a program in the project's root, its output shown; ends this script with its exit code when it fails. */
export function run(program, args, options = {}) {
  const child = spawnSync(program, args, { cwd: root, stdio: "inherit", ...options });
  if (child.error) fail(`${program} could not be started: ${child.error.message}`);
  if (child.status !== 0) process.exit(child.status ?? 1);
}

/** Installs packages when they are missing or the lock file changed since; says so, because it takes a minute. */
export function ensureInstalled(say = console.log) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1]))
    fail(`Node ${MINIMUM_NODE.join(".")} or newer is needed; this is ${process.versions.node}.`);
  const stamp = join(root, "node_modules/.tuning-fork-lock");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  say("Installing packages, once (about a minute)…");
  const [npm, ...first] = npmCommand();
  run(npm, [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"], { shell: npm === "npm.cmd" });
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stamp, lock);
}

/** The npm this script was started by, else the one on the PATH: program and first arguments. */
export function npmCommand() {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) return [process.execPath, npm];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}

/** Builds the bundles; a few seconds. */
export function build(...flags) {
  run(process.execPath, ["scripts/build.mjs", ...flags]);
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Whether there is such a process, another user's too. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

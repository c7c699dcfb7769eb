// A real VS Code without a desktop: code-server and the Node it needs, from npm, in .cache/editor/<version>. The demo and
// the end-to-end tests use it. It is no dependency of the project: it is large, and its own install needs the steps below.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isAlive, npmCommand, root } from "./setup.mjs";

export const VERSIONS = { codeServer: "4.139.1", node: "24.21.0", npm: "11.21.2" };
const CACHE = join(root, ".cache/editor");
const QUIET = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
const STEP_TIMEOUT_MS = 15 * 60_000;

/**
 * Installs the editor unless it is there; the folder appears whole or not at all, so that an interrupted install leaves
 * nothing half done and two at once do not meet.
 * @param {(text: string) => void} say told what is being prepared
 * @returns {{ node: string, entry: string }} the program and its first argument
 * @throws {Error} with a sentence for the person when the machine cannot have it
 */
export function ensureEditor(say = console.log) {
  const home = join(CACHE, VERSIONS.codeServer);
  if (!existsSync(home)) {
    if (process.platform === "win32")
      throw new Error(
        "On Windows the editor cannot be installed from npm. Install VS Code, so that `code` is on the PATH.",
      );
    removeAbandoned();
    const part = `${home}.part-${process.pid}`;
    try {
      install(part, say);
      rename(part, home);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
  }
  return { node: nodeIn(home), entry: join(home, "vs/node_modules/code-server/out/node/entry.js") };
}

function install(part, say) {
  say(`Installing the editor, once, about 600 MB (code-server ${VERSIONS.codeServer}): 1 of 3, Node ${VERSIONS.node}…`);
  const [program, ...first] = npmCommand();
  const packages = [`${nodePackage()}@${VERSIONS.node}`, `npm@${VERSIONS.npm}`];
  step(program, [...first, "install", "--ignore-scripts", ...packages, ...QUIET], project(join(part, "node")));
  const node = nodeIn(part);
  const npm = join(part, "node/node_modules/npm/bin/npm-cli.js");
  const env = { PATH: `${dirname(node)}:${process.env.PATH}`, npm_config_nodedir: join(dirname(node), "..") };
  const runNpm = (cwd, ...args) => step(node, [npm, ...args, "--ignore-scripts", ...QUIET], cwd, env);

  say("Installing the editor: 2 of 3, code-server…");
  runNpm(project(join(part, "vs")), "install", `code-server@${VERSIONS.codeServer}`);
  const server = join(part, "vs/node_modules/code-server/lib/vscode");
  say("Installing the editor: 3 of 3, its own packages…");
  // Not `npm ci`: the list these packages ship with is out of step with their manifest.
  runNpm(server, "install", "--omit=dev");
  runNpm(join(server, "extensions"), "install", "--omit=dev");
  // Scripts were off, because code-server's native parts want system headers; the terminal alone is worth a try.
  const terminal = [npm, "rebuild", "node-pty", "--loglevel=error"];
  if (attempt(node, terminal, server, env, "ignore") !== 0)
    say("No compiler found: the editor's terminal will not open.");
  link("code-linux.sh", join(server, "bin/remote-cli/code-server"));
  link("browser-linux.sh", join(server, "bin/helpers/browser.sh"));
}

/** Runs a step that talks to the registry; tried twice, because a single call may fail for no lasting reason. */
function step(program, args, cwd, env = {}) {
  if (attempt(program, args, cwd, env) !== 0 && attempt(program, args, cwd, env) !== 0)
    throw new Error(
      `The editor could not be installed: ${args.slice(0, 3).join(" ")} failed twice. Is npm's registry reachable?`,
    );
}

function attempt(program, args, cwd, env, stdio = "inherit") {
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(lifecycle|package|config_(local_)?prefix)/.test(name)),
  );
  return spawnSync(program, args, { cwd, env: { ...own, ...env }, stdio, timeout: STEP_TIMEOUT_MS }).status;
}

function project(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  return folder;
}

function link(to, at) {
  rmSync(at, { force: true });
  symlinkSync(to, at);
}

function rename(part, home) {
  try {
    renameSync(part, home);
  } catch (error) {
    if (!existsSync(home)) throw error; // else another install was faster, and is as good
  }
}

const nodePackage = () => `node-${process.platform}-${process.arch}`;
const nodeIn = (home) => join(home, "node/node_modules", nodePackage(), "bin/node");

/** What installs that were killed left behind. */
function removeAbandoned() {
  mkdirSync(CACHE, { recursive: true });
  for (const name of readdirSync(CACHE)) {
    const pid = Number(/\.part-(\d+)$/.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) rmSync(join(CACHE, name), { recursive: true, force: true });
  }
}

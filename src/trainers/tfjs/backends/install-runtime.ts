import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../../../base/errors.ts";
import { writeJsonAtomic } from "../../../base/files.ts";
import { t } from "../../../base/l10n.ts";
import { runtimeDir } from "./places.ts";
import type { ProbeResult } from "./probe.ts";
import { probe } from "./probes.ts";

/** The release the trainer is tested with. */
const PACKAGE = "@tensorflow/tfjs-node-gpu";
const VERSION = "4.22.0";
/** Some hundred megabytes over a slow line, or a compiler at work. */
const TIMEOUT_MS = 45 * 60_000;

export interface InstallOptions {
  /** What the installer prints, line by line. */
  onLine: (line: string) => void;
  signal: AbortSignal;
  /**
   * An unpacked TensorFlow wheel (the folder that holds `tensorflow/`), to compute with its libraries instead of the
   * older ones that the package downloads. The binding is then compiled here: python3, make and a C++ compiler are needed.
   */
  tensorflow?: string;
  env?: NodeJS.ProcessEnv;
}

export interface InstalledRuntime {
  dir: string;
  /** What a first try of it says. */
  probe: ProbeResult;
}

/**
 * Installs the native TensorFlow backend into the runtime folder, where every workspace finds it.
 * Throws `npm-missing`, `runtime-not-installed`, `tensorflow-folder` or `cancelled`, each with what to do.
 */
export async function installRuntime(options: InstallOptions): Promise<InstalledRuntime> {
  const { env = process.env, signal, tensorflow } = options;
  const dir = runtimeDir(env);
  const libraries = tensorflow === undefined ? undefined : librariesOf(resolve(tensorflow));
  mkdirSync(dir, { recursive: true });
  // npm would otherwise install into the next package.json above.
  writeJsonAtomic(join(dir, "package.json"), {
    private: true,
    dependencies: { [PACKAGE]: VERSION },
    allowScripts: { [PACKAGE]: true },
  });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const scripts = libraries ? "--ignore-scripts" : "--foreground-scripts";
  await run(npm, ["install", "--no-audit", "--no-fund", scripts], dir, options);
  const folder = join(dir, "node_modules", PACKAGE);
  if (libraries) await compileAgainst(libraries, dir, folder, options);
  return { dir, probe: await probe("tensorflow", { env, signal, fresh: true }) };
}

interface Libraries {
  include: string;
  core: string;
  framework: string;
}

/** Where a wheel (since TensorFlow 2.12) keeps its C headers and the two libraries that hold the C API. */
function librariesOf(folder: string): Libraries {
  const inner = existsSync(join(folder, "tensorflow")) ? join(folder, "tensorflow") : folder;
  const libraries = {
    include: join(inner, "include"),
    core: join(inner, "libtensorflow_cc.so.2"),
    framework: join(inner, "libtensorflow_framework.so.2"),
  };
  const missing = Object.values(libraries).find((path) => !existsSync(path));
  if (missing === undefined) return libraries;
  throw new UserError(
    "tensorflow-folder",
    t("{0} is no unpacked TensorFlow wheel: {1} is not there.", folder, missing),
    {
      advice: t("Unpack a Linux wheel of tensorflow 2.12 or newer there, and name the folder that holds tensorflow/."),
    },
  );
}

/** Lays the libraries where the package's build looks for them, under the names it links, and compiles the binding. */
async function compileAgainst(
  libraries: Libraries,
  dir: string,
  folder: string,
  options: InstallOptions,
): Promise<void> {
  const deps = join(folder, "deps");
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(join(deps, "lib"), { recursive: true });
  symlinkSync(libraries.include, join(deps, "include"));
  const links: Record<string, string> = {
    "libtensorflow.so": libraries.core,
    "libtensorflow_cc.so.2": libraries.core,
    "libtensorflow_framework.so": libraries.framework,
    "libtensorflow_framework.so.2": libraries.framework,
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(deps, "lib", name));
  const tool = join(dir, "node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp");
  await run(process.execPath, [tool, "install", "--build-from-source"], folder, options, headersBeside());
}

/** C headers that came with this Node spare the build a download. */
function headersBeside(): NodeJS.ProcessEnv {
  const beside = resolve(process.execPath, "../..");
  const known = process.env["npm_config_nodedir"] !== undefined;
  return !known && existsSync(join(beside, "include/node/node_api.h")) ? { npm_config_nodedir: beside } : {};
}

function run(
  program: string,
  args: string[],
  cwd: string,
  { onLine, signal, env = process.env }: InstallOptions,
  more: NodeJS.ProcessEnv = {},
): Promise<void> {
  return new Promise((done, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...env, ...more },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      timeout: TIMEOUT_MS,
      shell: process.platform === "win32",
    });
    let telling = "";
    const listen = (chunk: string): void => {
      for (const line of chunk.split(/[\r\n]+/)) {
        if (line.trim() === "") continue;
        // The first cause; what follows only says which script failed and where a log lies.
        if (telling === "" && /ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|ENOSPC|EACCES|Error:|not found/.test(line)) {
          telling = line.trim().slice(0, 300);
        }
        onLine(line);
      }
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", listen);
    child.on("error", (error) => reject(notStarted(program, signal, error)));
    child.on("close", (code, killedBy) => {
      if (code === 0) done();
      else reject(notInstalled(code ?? killedBy ?? "unknown", telling));
    });
  });
}

function notStarted(program: string, signal: AbortSignal, error: Error): UserError {
  if (signal.aborted) return new UserError("cancelled", t("The installation was cancelled; nothing is used of it."));
  return new UserError("npm-missing", t("{0} could not be started: {1}.", program, error.message), {
    advice: t("Install Node with npm, and have both on the PATH."),
  });
}

function notInstalled(end: number | string, detail: string): UserError {
  const problem =
    detail === ""
      ? t("The native runtime was not installed (npm ended with {0}).", end)
      : t("The native runtime was not installed (npm ended with {0}). It said “{1}”.", end, detail);
  return new UserError("runtime-not-installed", problem, {
    advice: t(
      "Its install script downloads TensorFlow; where that is not reached, unpack a TensorFlow wheel and name its folder with --tensorflow. Meanwhile training uses wasm.",
    ),
  });
}

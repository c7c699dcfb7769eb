import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { errnoOf, UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { OLDEST_PYTHON, compareVersions, pinOf, requirementsOf } from "../../config/facts/machine/requirements.ts";
import { isScriptConfig, type AnyResolvedConfig } from "../../config/types.ts";
import { findPython, programsOnPath, workspaceFolders } from "./find.ts";
import { installCommand } from "./install.ts";
import { probePackages } from "./probe.ts";
import { pipWays, torchBuildHere, uvWays, type TorchBuild } from "./torch-build.ts";

/** A command of the making, or several of which the first that works is enough. */
export interface MakingStep {
  title: string;
  ways: string[][];
}

/** How an environment for a config is made. */
export interface EnvironmentPlan {
  /** Absolute; nothing is there yet. */
  folder: string;
  /** The interpreter it will have. */
  python: string;
  tool: "uv" | "pip";
  build: TorchBuild;
  /** What is installed, pinned. */
  packages: string[];
  steps: MakingStep[];
  /** Prints what is installed, one `name==version` a line. */
  freeze: string[];
  /** The file that list is written to. */
  lock: string;
}

/** Lies beside an environment that is not finished. */
export const markOf = (folder: string): string => `${folder}.unfinished`;
export const LOCK_HEAD = "# Made by Tuning Fork: ";
const LOCK = "requirements.lock";
/** uv's request for an interpreter: one that all these packages are published for. */
const PYTHONS = `>=${OLDEST_PYTHON},<3.14`;
const PROBE_TIMEOUT_MS = 20_000;

export interface PlanOptions {
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
}

/**
 * Plans an environment with what a config needs: `.venv` at the top of its workspace, or where `hardware.python` says that one
 * will be. Nothing is changed. Throws a `UserError`: `environment-exists` with the command that installs into it,
 * `environment-managed` for a Python of the system, `environment-unneeded`, `lock-exists`, `python-missing`.
 */
export async function planEnvironment(
  config: AnyResolvedConfig,
  baseDir: string,
  { env, signal }: PlanOptions,
): Promise<EnvironmentPlan> {
  const needed = requirementsOf(config);
  if (needed.length === 0 || isScriptConfig(config) || config.model.framework !== "torch") {
    throw new UserError(
      "environment-unneeded",
      t("This config is not for PyTorch, which is what environments are made for."),
    );
  }
  const folder = targetFolder(config.hardware.python, baseDir, env);
  const pins = needed.map(pinOf);
  await refuseExisting(folder, config, baseDir, pins, { env, signal });
  const place = folder!;
  const lock = lockIn(baseDir);
  const build = await torchBuildHere(env, signal);
  const python = interpreterIn(place);
  const version = needed.find(({ name }) => name === "torch")!.tested!;
  const others = pins.filter((pin) => !pin.startsWith("torch=="));
  const uv = programsOnPath(process.platform === "win32" ? "uv.exe" : "uv", env)[0];
  const made = uv
    ? withUv(uv, { place, python, version, build, others, env })
    : withPip(await basePython(env, signal), { place, python, version, build, others, env });
  return { folder: place, python, build, packages: pins, lock, ...made };
}

interface Parts {
  place: string;
  python: string;
  version: string;
  build: TorchBuild;
  others: string[];
  env: NodeJS.ProcessEnv;
}

type Made = Pick<EnvironmentPlan, "tool" | "steps" | "freeze">;

function withUv(uv: string, { place, python, version, build, others, env }: Parts): Made {
  const install = uvInstall(uv, python);
  return {
    tool: "uv",
    steps: [
      { title: making(), ways: [[uv, "venv", "--python", PYTHONS, place]] },
      { title: torchTitle(version, build), ways: uvWays(version, build, env).map((way) => [...install, ...way]) },
      { title: t("Installing {0}", others.join(", ")), ways: [[...install, ...others]] },
    ],
    freeze: [uv, "pip", "freeze", "--python", python],
  };
}

function withPip(base: string, { place, python, version, build, others, env }: Parts): Made {
  const install = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"];
  const ways = pipWays(version, build, env);
  // Only uv knows which builds a driver runs; beside pip it does no harm.
  const uv = join(dirname(python), process.platform === "win32" ? "uv.exe" : "uv");
  const torch: MakingStep[] = ways
    ? [{ title: torchTitle(version, build), ways: ways.map((way) => [...install, ...way]) }]
    : [
        { title: t("Installing {0}", "uv"), ways: [[...install, "uv"]] },
        {
          title: torchTitle(version, build),
          ways: uvWays(version, build, env).map((way) => [...uvInstall(uv, python), ...way]),
        },
      ];
  return {
    tool: "pip",
    steps: [
      { title: making(), ways: [[base, "-m", "venv", place]] },
      ...torch,
      { title: t("Installing {0}", others.join(", ")), ways: [[...install, ...others]] },
    ],
    freeze: [python, "-m", "pip", "freeze", "--disable-pip-version-check"],
  };
}

/** Compiled now, as pip does: the first start does not wait for it, nor all where PYTHONDONTWRITEBYTECODE is set. */
const uvInstall = (uv: string, python: string): string[] => [
  uv,
  "pip",
  "install",
  "--compile-bytecode",
  "--python",
  python,
];

const making = (): string => t("Making the environment");

const torchTitle = (version: string, { kind, reason }: TorchBuild): string =>
  t("Installing torch {0} for {1} ({2})", version, kind === "cpu" ? t("processors") : kind.toUpperCase(), reason);

const interpreterIn = (folder: string): string =>
  process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");

/** Where the environment belongs; undefined when `hardware.python` names something that no environment can be made of. */
function targetFolder(configured: string | null, baseDir: string, env: NodeJS.ProcessEnv): string | undefined {
  if (configured === null) return join(workspaceFolders(baseDir).at(-1) ?? baseDir, ".venv");
  if (findPython({ configured, baseDir, env }).path !== undefined || !/[\\/.]/.test(configured)) return undefined;
  const path = resolve(baseDir, configured);
  const place = /^(.*)[\\/](?:bin|Scripts)[\\/]python[\d.]*(?:\.exe)?$/.exec(path)?.[1];
  return place ?? path;
}

/** Nothing that is there is touched: the person is told how to install into it. */
async function refuseExisting(
  folder: string | undefined,
  config: AnyResolvedConfig,
  baseDir: string,
  pins: string[],
  { env, signal }: PlanOptions,
): Promise<void> {
  if (folder !== undefined && existsSync(markOf(folder))) return refuseLiveMaking(folder);
  if (folder !== undefined && !existsSync(folder)) return;
  const choice = findPython({ configured: folder ?? config.hardware.python, baseDir, env });
  const named = folder ?? choice.path ?? String(config.hardware.python);
  const probed =
    choice.path === undefined
      ? undefined
      : (await probePackages(choice.path, [], { env, timeoutMs: PROBE_TIMEOUT_MS, signal })).value;
  if (probed?.isManaged) {
    throw new UserError(
      "environment-managed",
      t("{0} belongs to the system, which forbids to install into it.", named),
      { advice: t("Remove `hardware.python` from the config, so that an environment is made for it.") },
    );
  }
  const advice = probed
    ? t("To install into it, run: {0}", installCommand(probed, pins))
    : t("Move it away, or name another place in `hardware.python`.");
  throw new UserError("environment-exists", t("{0} is there already, and is left as it is.", named), { advice });
}

function refuseLiveMaking(folder: string): void {
  const pid = Number(readFileSync(markOf(folder), "utf8"));
  if (pid === process.pid || (pid > 0 && isThere(pid))) {
    throw new UserError("environment-in-the-making", t("{0} is being made by process {1}.", folder, pid), {
      advice: t("Wait for it, or end that process."),
    });
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === "EPERM";
  }
}

/** A lock that somebody else wrote is not written over. */
function lockIn(baseDir: string): string {
  const lock = join(baseDir, LOCK);
  const isOther =
    (statSync(lock, { throwIfNoEntry: false })?.isFile() ?? false) && !readFileSync(lock, "utf8").startsWith(LOCK_HEAD);
  if (!isOther) return lock;
  throw new UserError("lock-exists", t("{0} is there already, and Tuning Fork did not write it.", lock), {
    advice: t("Move it away: the packages of the new environment are listed there."),
    file: lock,
  });
}

/** The first Python on PATH that is new enough and no other environment's. */
async function basePython(env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<string> {
  const names = process.platform === "win32" ? ["python.exe"] : ["python3", "python"];
  for (const program of names.flatMap((name) => programsOnPath(name, env))) {
    const { value } = await probePackages(program, [], { env, timeoutMs: PROBE_TIMEOUT_MS, signal });
    if (value && compareVersions(value.version, OLDEST_PYTHON) >= 0 && value.isWide) return program;
  }
  throw new UserError(
    "python-missing",
    t("There is no Python {0} or later on PATH to make an environment with.", OLDEST_PYTHON),
    {
      advice: t("Install Python, or uv, which brings one."),
    },
  );
}

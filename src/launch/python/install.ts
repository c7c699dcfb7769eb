import type { PythonDescription } from "./probe.ts";

/** What installs packages into an environment. */
export type Manager = "pip" | "uv" | "conda";

type Installable = Pick<PythonDescription, "executable" | "prefix" | "isConda" | "isUv" | "hasPip" | "isManaged">;

/** What the environment of an interpreter is managed with; uv's environments have no pip of their own. */
export const managerOf = ({ isConda, isUv, hasPip }: Installable): Manager =>
  isConda ? "conda" : isUv || !hasPip ? "uv" : "pip";

/** Distributions that conda-forge calls otherwise. */
const CONDA_NAMES: Readonly<Record<string, string>> = { torch: "pytorch" };

/**
 * The command that installs packages (`torch>=2.4`) where this interpreter finds them, to be typed in the folder of the
 * config. Into a system's own Python nothing is installed: the command makes an environment first.
 */
export function installCommand(python: Installable, requirements: readonly string[]): string {
  const manager = managerOf(python);
  const wanted = requirements.map((one) => quoted(manager === "conda" ? condaName(one) : one)).join(" ");
  if (python.isManaged) return `${quoted(python.executable)} -m venv .venv && ${venvPython} -m pip install ${wanted}`;
  switch (manager) {
    case "conda":
      return `conda install --prefix ${quoted(python.prefix)} --channel conda-forge ${wanted}`;
    case "uv":
      return `uv pip install --python ${quoted(python.executable)} ${wanted}`;
    case "pip":
      return `${quoted(python.executable)} -m pip install ${wanted}`;
  }
}

/** The command that puts a build of torch for CUDA in the place of one for the CPU. */
export function cudaTorchCommand(python: Installable, requirement: string): string {
  switch (python.isManaged ? "pip" : managerOf(python)) {
    case "conda":
      return `conda install --prefix ${quoted(python.prefix)} --channel conda-forge pytorch-gpu`;
    case "uv":
      return `uv pip install --python ${quoted(python.executable)} --reinstall --torch-backend=auto ${quoted(requirement)}`;
    case "pip":
      return `${quoted(python.executable)} -m pip install --force-reinstall ${quoted(requirement)}`;
  }
}

const venvPython = process.platform === "win32" ? ".venv\\Scripts\\python" : ".venv/bin/python";

const condaName = (requirement: string): string => requirement.replace(/^[\w.-]+/, (name) => CONDA_NAMES[name] ?? name);

/** A word as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w./:\\@%+=,-]+$/.test(word)
    ? word
    : process.platform === "win32"
      ? `"${word}"`
      : `'${word.replaceAll("'", "'\\''")}'`;

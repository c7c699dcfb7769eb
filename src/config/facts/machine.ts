import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { SharedWork } from "../../base/shared-work.ts";
import { probeCapabilities, probeGpus } from "../../launch/gpus.ts";
import { PYTHON_VARIABLE, TRUST_VARIABLE } from "../../launch/python/find.ts";
import { programEnvironment } from "../../launch/untrusted.ts";
import { isScriptConfig, type AnyResolvedConfig } from "../types.ts";
import { known, type Known, type MachineFacts } from "./facts.ts";
import { readAccelerateConfig } from "./machine/accelerate.ts";
import { readCpu, readDiskFree, readMemory } from "./machine/hardware.ts";
import { readPython } from "./machine/python.ts";
import { requirementsOf } from "./machine/requirements.ts";

/** Editors ask at every pause of typing; a machine does not change that fast. */
const KEEP_MS = 60_000;
const answers = new SharedWork<MachineFacts>(KEEP_MS);

/** Variables that decide what is found. */
const DECIDING = [
  "PATH",
  "HOME",
  PYTHON_VARIABLE,
  TRUST_VARIABLE,
  "VIRTUAL_ENV",
  "CONDA_PREFIX",
  "UV_PROJECT_ENVIRONMENT",
  "CUDA_VISIBLE_DEVICES",
  "LD_LIBRARY_PATH",
  "HF_HOME",
  "XDG_CACHE_HOME",
];

/**
 * Looks at this machine as a config would use it. What was found is kept for a minute. Nothing is installed. Where the
 * workspace is not trusted no interpreter is run, and no program that lies in it. Throws the signal's reason when it is aborted.
 */
export async function readMachineFacts(
  config: AnyResolvedConfig,
  baseDir: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Known<MachineFacts>> {
  const { python, env: variables } = config.hardware;
  const framework = isScriptConfig(config) ? "script" : config.model.framework;
  const needed = requirementsOf(config).map(({ name }) => name);
  const environment = DECIDING.map((name) => env[name]);
  const key = JSON.stringify([baseDir, config.run.output_dir, framework, python, variables, needed, environment]);
  return known(await answers.get(key, (stop) => look(config, baseDir, env, stop), signal));
}

async function look(
  config: AnyResolvedConfig,
  baseDir: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<MachineFacts> {
  const [gpus, cpu, diskFreeBytes, accelerateConfig] = await Promise.all([
    readGpus(programEnvironment(env, baseDir), signal),
    readCpu(env, signal),
    readDiskFree(resolve(baseDir, config.run.output_dir ?? ".")),
    readAccelerateConfig(env),
  ]);
  const accelerator = acceleratorOf(gpus.length > 0);
  return {
    gpus,
    accelerator,
    cpu,
    memory: readMemory(),
    diskFreeBytes,
    python: await readPython(config, baseDir, env, accelerator === "cuda", signal),
    accelerateConfig,
  };
}

async function readGpus(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<MachineFacts["gpus"]> {
  const [gpus, capabilities] = await Promise.all([probeGpus(env, signal), probeCapabilities(env, signal)]);
  return gpus.map((gpu) => ({ ...gpu, capability: capabilities.get(gpu.uuid) ?? null }));
}

/** The device of AMD's compute driver; torch calls such GPUs `cuda` as well. */
const AMD_DEVICE = "/dev/kfd";

function acceleratorOf(hasGpu: boolean): MachineFacts["accelerator"] {
  if (hasGpu || existsSync(AMD_DEVICE)) return "cuda";
  return process.platform === "darwin" && process.arch === "arm64" ? "mps" : "cpu";
}

import { SharedWork } from "../../../base/shared-work.ts";
import { t } from "../../../base/l10n.ts";
import { findPython, TRUST_VARIABLE } from "../../../launch/python/find.ts";
import { managerOf } from "../../../launch/python/install.ts";
import { probeCuda, probePackages, type CudaDescription, type Probed } from "../../../launch/python/probe.ts";
import type { AnyResolvedConfig } from "../../types.ts";
import { known, unknown, type Known, type PythonFacts } from "../facts.ts";
import { KNOWN_PACKAGES, requirementsOf } from "./requirements.ts";

/** A cold start from a network drive takes long; what takes longer would not train either. */
const TIMEOUT_MS = 20_000;
/** Loading torch costs seconds of processor time, and what it sees changes only with packages and drivers. */
const KEEP_CUDA_MS = 10 * 60_000;
const cudaProbes = new SharedWork<Probed<CudaDescription>>(KEEP_CUDA_MS);

/** The interpreter a config would train with. @param hasGpu whether it is worth loading torch to see if it sees one. */
export async function readPython(
  config: AnyResolvedConfig,
  baseDir: string,
  env: NodeJS.ProcessEnv,
  hasGpu: boolean,
  signal?: AbortSignal,
): Promise<Known<PythonFacts>> {
  const needed = requirementsOf(config).map(({ name }) => name);
  if (needed.length === 0) return unknown(t("this trainer needs no Python of ours"));
  if (env[TRUST_VARIABLE] === "0") return unknown(t("this folder is not trusted"));
  const choice = findPython({ configured: config.hardware.python, baseDir, env });
  if (choice.path === undefined) return broken("python-missing", choice.problem);
  const trainerEnv = { ...env, ...textsOf(config.hardware.env) };
  const probed = await probePackages(choice.path, KNOWN_PACKAGES, { env: trainerEnv, timeoutMs: TIMEOUT_MS, signal });
  const description = probed.value;
  if (!description) {
    const sentence = t("The interpreter {0} ({1}) {2}.", choice.path, choice.chosenBy, probed.reason);
    // One that is only slow may well train.
    return probed.answer.how === "slow" ? unknown(sentence.slice(0, -1)) : broken("python-broken", sentence);
  }
  const { packages, torchBuilt: built } = description;
  const wantsBitsandbytes = needed.includes("bitsandbytes") && "bitsandbytes" in packages;
  const loads = hasGpu && "torch" in packages && built !== null;
  const deep = loads ? await askCuda(choice.path, packages, wantsBitsandbytes, trainerEnv, signal) : undefined;
  return known({
    path: choice.path,
    chosenBy: choice.chosenBy,
    version: description.version,
    packages,
    cuda: "torch" in packages ? cudaOf(built, deep) : null,
    bitsandbytes: "bitsandbytes" in packages ? bitsandbytesOf(deep) : null,
    manager: managerOf(description),
    description,
  });
}

const broken = (code: string, sentence: string): Known<never> => ({
  known: false,
  reason: t("there is no Python that works"),
  problem: { id: "C52", code, sentence },
});

const textsOf = (variables: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));

function askCuda(
  path: string,
  packages: Readonly<Record<string, string>>,
  withBitsandbytes: boolean,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Probed<CudaDescription>> {
  const depends = [env["CUDA_VISIBLE_DEVICES"], env["LD_LIBRARY_PATH"], env["PATH"], withBitsandbytes];
  const key = JSON.stringify([path, packages["torch"], packages["bitsandbytes"], ...depends]);
  return cudaProbes.get(
    key,
    (stop) => probeCuda(path, withBitsandbytes, { env, timeoutMs: TIMEOUT_MS, signal: stop }),
    signal,
  );
}

function cudaOf(built: string | null, deep: Probed<CudaDescription> | undefined): PythonFacts["cuda"] {
  if (deep?.value) return { built, ...deep.value.cuda };
  return { built, available: built === null ? false : null, reason: deep ? t("loading torch {0}", deep.reason) : null };
}

function bitsandbytesOf(deep: Probed<CudaDescription> | undefined): PythonFacts["bitsandbytes"] {
  if (deep?.value?.bitsandbytes) return deep.value.bitsandbytes;
  return { usable: null, reason: deep && !deep.value ? t("loading bitsandbytes {0}", deep.reason) : null };
}

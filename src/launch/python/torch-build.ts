import { existsSync } from "node:fs";
import { t } from "../../base/l10n.ts";
import { probeGpus } from "../gpus.ts";

/** What a build of torch computes on. */
export interface TorchBuild {
  kind: "cuda" | "rocm" | "mps" | "cpu";
  /** Why this one, a phrase. */
  reason: string;
  /** Of the NVIDIA driver; null without one. */
  driver: string | null;
}

/** The device of AMD's compute driver. */
const AMD_DEVICE = "/dev/kfd";
/** The first driver that runs what is built for CUDA 13, as the torch of the package index is (NVIDIA's table of CUDA releases). */
const DRIVER_OF_CUDA_13 = 580;

/** The build of torch that is right for this machine. Rejects only when `signal` is aborted. */
export async function torchBuildHere(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<TorchBuild> {
  const [gpu] = await probeGpus(env, signal);
  if (gpu) return { kind: "cuda", reason: t("{0}, driver {1}", gpu.name, gpu.driver), driver: gpu.driver };
  if (existsSync(AMD_DEVICE)) return { kind: "rocm", reason: t("an AMD GPU"), driver: null };
  if (process.platform === "darwin" && process.arch === "arm64")
    return { kind: "mps", reason: t("an Apple GPU"), driver: null };
  return { kind: "cpu", reason: t("no GPU was found"), driver: null };
}

/** The package index with torch's builds for processors only. */
const FOR_PROCESSORS = "https://download.pytorch.org/whl/cpu";

/** Arguments of `uv pip install` that get a build of a version, and those tried when the ones before fail. */
export function uvWays(version: string, { kind }: TorchBuild, env: NodeJS.ProcessEnv): string[][] {
  if (kind === "cpu" && needsOwnIndex()) {
    return [...(env["UV_FIND_LINKS"] ? [[`torch==${version}+cpu`]] : []), ["--torch-backend=cpu", `torch==${version}`]];
  }
  return [["--torch-backend=auto", `torch==${version}`]];
}

/** The same for `pip install`; undefined where pip alone cannot tell which build the driver runs, and uv can. */
export function pipWays(version: string, { kind, driver }: TorchBuild, env: NodeJS.ProcessEnv): string[][] | undefined {
  switch (kind) {
    case "mps":
      return [[`torch==${version}`]];
    case "cpu": {
      if (!needsOwnIndex()) return [[`torch==${version}`]];
      const wheel = `torch==${version}+cpu`;
      return [...(env["PIP_FIND_LINKS"] ? [[wheel]] : []), [wheel, "--extra-index-url", FOR_PROCESSORS]];
    }
    case "cuda": {
      const isPlain = process.platform === "linux" && Number.parseInt(driver ?? "", 10) >= DRIVER_OF_CUDA_13;
      return isPlain ? [[`torch==${version}`]] : undefined;
    }
    case "rocm":
      return undefined;
  }
}

/** On Linux the usual build brings gigabytes of CUDA; elsewhere it is for processors (and Apple's GPUs) by itself. */
const needsOwnIndex = (): boolean => process.platform === "linux";

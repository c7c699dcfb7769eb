import type { Answer } from "../base/ask-program.ts";
import { formatMemory, formatPercent } from "../base/format.ts";
import { t } from "../base/l10n.ts";
import { askGpus, GPU_COMMAND, gpusIn, probeCapabilities, type GpuInfo } from "../launch/gpus.ts";
import { finding, shortened, type HealthFinding } from "./finding.ts";

/** What `nvidia-smi` says, and every GPU it names; with the GPUs themselves, for what asks whether torch sees them. */
export async function gpuFindings(
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<{ findings: HealthFinding[]; gpus: GpuInfo[] }> {
  const [answer, capabilities] = await Promise.all([askGpus(env, signal), probeCapabilities(env, signal)]);
  const gpus = gpusIn(answer);
  return {
    findings: [driverFinding(answer, gpus), ...gpus.map((gpu) => gpuFinding(gpu, capabilities.get(gpu.uuid)))],
    gpus,
  };
}

function driverFinding(answer: Answer, gpus: readonly GpuInfo[]): HealthFinding {
  const title = "nvidia-smi";
  const asked = { command: GPU_COMMAND.join(" "), answer: shortened(answer) };
  switch (answer.how) {
    case "missing":
      return finding("nvidia-smi", "information", title, t("not on PATH: no NVIDIA driver is installed here"), asked);
    case "slow":
      return finding("nvidia-smi", "warning", title, t("did not answer; the driver hangs: restart the machine"), asked);
    case "failed":
      return finding(
        "nvidia-smi",
        "warning",
        title,
        t(
          "ended with {0}: the driver does not work. Restart the machine after an update, or install it again",
          answer.code ?? "?",
        ),
        asked,
      );
    case "done":
      if (gpus.length > 0) {
        const detail = t("GPUs: {0}, driver {1}", gpus.length, gpus[0]?.driver ?? "");
        return finding("nvidia-smi", "ok", title, detail, asked);
      }
      return finding("nvidia-smi", "information", title, t("answers, but lists no GPU"), asked);
  }
}

function gpuFinding(
  { index, name, memoryBytes, freeBytes, utilization, uuid }: GpuInfo,
  capability: number | undefined,
): HealthFinding {
  const details = [
    name,
    t("{0} of {1} free", formatMemory(freeBytes), formatMemory(memoryBytes)),
    ...(utilization === null ? [] : [t("{0} busy", formatPercent(utilization / 100))]),
    ...(capability === undefined ? [] : [t("compute capability {0}", capability.toFixed(1))]),
    uuid,
  ];
  return finding(`gpu-${index}`, "ok", t("GPU {0}", index), details.join(", "));
}

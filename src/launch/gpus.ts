import { execFile } from "node:child_process";
import { UserError } from "../base/errors.ts";

/** A GPU as `nvidia-smi` describes it. */
export interface GpuInfo {
  /** Index of `nvidia-smi`; CUDA's may differ, so a GPU is pinned by its UUID. */
  index: number;
  uuid: string;
  name: string;
  memoryBytes: number;
  freeBytes: number;
  /** Percent; null when the card does not tell. */
  utilization: number | null;
  driver: string;
}

/** One moment of a GPU: percent, bytes, °C, watts. What the card does not tell is absent. */
export interface GpuSample {
  index: number;
  utilization?: number;
  memory?: number;
  temperature?: number;
  power?: number;
}

const MIB = 1024 * 1024;
/** Without persistence mode the driver is loaded anew for each call, which takes seconds. */
const PROBE_TIMEOUT_MS = 10_000;
const SAMPLE_TIMEOUT_MS = 4000;

/** The GPUs of this machine; none when there is no `nvidia-smi` on PATH or it does not answer. */
export async function probeGpus(env: NodeJS.ProcessEnv = process.env): Promise<GpuInfo[]> {
  const fields = ["index", "uuid", "name", "memory.total", "memory.free", "utilization.gpu", "driver_version"];
  const rows = await query(fields, PROBE_TIMEOUT_MS, env);
  return rows.flatMap(([index, uuid, name, total, free, utilization, driver]) =>
    uuid?.startsWith("GPU-") || uuid?.startsWith("MIG-")
      ? [
          {
            index: Number(index),
            uuid,
            name: name ?? "",
            memoryBytes: (numberOf(total) ?? 0) * MIB,
            freeBytes: (numberOf(free) ?? 0) * MIB,
            utilization: numberOf(utilization) ?? null,
            driver: driver ?? "",
          },
        ]
      : [],
  );
}

/**
 * Samples GPUs; none when `nvidia-smi` is not there or does not answer in time.
 *
 * @param uuids the ones to sample; null = all.
 */
export async function sampleGpus(uuids: readonly string[] | null, signal?: AbortSignal): Promise<GpuSample[]> {
  if (uuids?.length === 0) return [];
  const fields = ["index", "uuid", "utilization.gpu", "memory.used", "temperature.gpu", "power.draw"];
  const rows = await query(fields, SAMPLE_TIMEOUT_MS, process.env, signal);
  return rows.flatMap(([index, uuid, ...measured]) => {
    if (uuids && !uuids.includes(uuid ?? "")) return [];
    const [utilization, memory, temperature, power] = measured.map(numberOf);
    const sample: GpuSample = { index: Number(index) };
    if (utilization !== undefined) sample.utilization = utilization;
    if (memory !== undefined) sample.memory = memory * MIB;
    if (temperature !== undefined) sample.temperature = temperature;
    if (power !== undefined) sample.power = power;
    return [sample];
  });
}

/**
 * The GPUs a trainer gets, as UUIDs; null = not restricted (there are none to choose from).
 * `auto` and a number take the ones with most free memory; `auto` is one for the strategy `single`, else all.
 *
 * @param devices `hardware.devices`: `auto`, how many, or a list of UUIDs (or their beginnings) and indices.
 */
export function chooseGpus(
  devices: "auto" | number | readonly (string | number)[],
  strategy: string,
  gpus: readonly GpuInfo[],
): string[] | null {
  if (typeof devices === "object") return devices.map((device) => findGpu(device, gpus).uuid);
  if (gpus.length === 0 && (devices === "auto" || devices === 1)) return null;
  const wanted = devices === "auto" ? (strategy === "single" ? 1 : gpus.length) : devices;
  if (wanted > gpus.length) {
    throw new UserError("gpus-missing", `hardware.devices asks for ${wanted} GPUs; this machine has ${gpus.length}.`, {
      advice: "Ask for fewer, or write `devices: auto`.",
    });
  }
  const freest = gpus.toSorted((a, b) => b.freeBytes - a.freeBytes || a.index - b.index);
  return freest.slice(0, wanted).map(({ uuid }) => uuid);
}

function findGpu(device: string | number, gpus: readonly GpuInfo[]): GpuInfo {
  const byIndex = /^\d+$/.test(String(device));
  const found = gpus.filter(({ index, uuid }) =>
    byIndex ? index === Number(device) : uuid.startsWith(String(device)),
  );
  const only = found[0];
  if (only && found.length === 1) return only;
  const there = gpus.map(({ index, uuid }) => `${index} (${uuid})`).join(", ") || "none";
  throw new UserError(
    "gpu-missing",
    `hardware.devices names ${device}, which is ${only ? "several GPUs" : "no GPU"} of this machine.`,
    {
      advice: `There are: ${there}.`,
    },
  );
}

function query(fields: string[], timeout: number, env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<string[][]> {
  const args = [`--query-gpu=${fields.join(",")}`, "--format=csv,noheader,nounits"];
  return new Promise((resolve) => {
    const options = { timeout, killSignal: "SIGKILL", env, windowsHide: true, ...(signal ? { signal } : {}) } as const;
    execFile("nvidia-smi", args, options, (error, stdout) => {
      if (error) return resolve([]); // not there, no driver, or too slow: the run goes on without
      const lines = stdout.split("\n").filter((line) => line.trim() !== "");
      resolve(lines.map((line) => line.split(",").map((cell) => cell.trim())));
    });
  });
}

/** `[N/A]` and `[Not Supported]` are no numbers. */
function numberOf(cell: string | undefined): number | undefined {
  const value = Number.parseFloat(cell ?? "");
  return Number.isFinite(value) ? value : undefined;
}

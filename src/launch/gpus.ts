import { askProgram, type Answer } from "../base/ask-program.ts";
import { UserError } from "../base/errors.ts";
import { t } from "../base/l10n.ts";

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

const FIELDS = ["index", "uuid", "name", "memory.total", "memory.free", "utilization.gpu", "driver_version"];
const argumentsFor = (fields: readonly string[]): string[] => [
  `--query-gpu=${fields.join(",")}`,
  "--format=csv,noheader,nounits",
];

/** What is asked about GPUs, as one types it. */
export const GPU_COMMAND = ["nvidia-smi", ...argumentsFor(FIELDS)];

/** What `nvidia-smi` says, as it says it. Rejects only when `signal` is aborted. */
export const askGpus = (env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Answer> =>
  askProgram("nvidia-smi", argumentsFor(FIELDS), { env, timeoutMs: PROBE_TIMEOUT_MS, signal });

/** The GPUs of this machine; none when there is no `nvidia-smi` on PATH or it does not answer. */
export const probeGpus = async (env: NodeJS.ProcessEnv = process.env, signal?: AbortSignal): Promise<GpuInfo[]> =>
  gpusIn(await askGpus(env, signal));

/** The GPUs an answer of `nvidia-smi` names. */
export function gpusIn(answer: Answer): GpuInfo[] {
  return rowsOf(answer).flatMap(([index, uuid, name, total, free, utilization, driver]) =>
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

/** Compute capabilities (`8.6`) by UUID. A question of its own: drivers before 510 refuse the field, and all others with it. */
export async function probeCapabilities(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Map<string, number>> {
  const args = argumentsFor(["uuid", "compute_cap"]);
  const answer = await askProgram("nvidia-smi", args, { env, timeoutMs: PROBE_TIMEOUT_MS, signal });
  const found = rowsOf(answer).map(([uuid = "", capability]) => [uuid, numberOf(capability)] as const);
  return new Map(found.filter((entry): entry is [string, number] => entry[1] !== undefined));
}

/**
 * Samples GPUs; none when `nvidia-smi` is not there or does not answer in time, or the signal is aborted. Never rejects.
 *
 * @param uuids the ones to sample; null = all.
 */
export async function sampleGpus(uuids: readonly string[] | null, signal?: AbortSignal): Promise<GpuSample[]> {
  if (uuids?.length === 0) return [];
  const fields = ["index", "uuid", "utilization.gpu", "memory.used", "temperature.gpu", "power.draw"];
  const options = { env: process.env, timeoutMs: SAMPLE_TIMEOUT_MS, signal };
  // It rejects when a run ends meanwhile: then there is no sample.
  const answer = await askProgram("nvidia-smi", argumentsFor(fields), options).catch(() => undefined);
  return (answer ? rowsOf(answer) : []).flatMap(([index, uuid, ...measured]) => {
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
 * `auto` and a number take the ones with most free memory; `auto` is all that there are. With the strategy `single` it is
 * one whatever was asked for: where a process sees several, Hugging Face's Trainer falls to `DataParallel` by itself. Without
 * GPUs the processes of `ddp` share the work on the processor.
 *
 * @param devices `hardware.devices`: `auto`, how many, or a list of UUIDs (or their beginnings) and indices.
 * @param strategy `hardware.strategy`; null = who is started shares the work itself.
 */
export function chooseGpus(
  devices: "auto" | number | readonly (string | number)[],
  strategy: string | null,
  gpus: readonly GpuInfo[],
): string[] | null {
  const most = strategy === "single" ? 1 : Number.POSITIVE_INFINITY;
  if (typeof devices === "object") return devices.map((device) => findGpu(device, gpus).uuid).slice(0, most);
  if (gpus.length === 0 && (devices === "auto" || devices === 1 || strategy === "ddp")) return null;
  const wanted = devices === "auto" ? gpus.length : devices;
  if (wanted > gpus.length) {
    throw new UserError(
      "gpus-missing",
      t("hardware.devices asks for {0} GPUs; this machine has {1}.", wanted, gpus.length),
      {
        advice: t("Ask for fewer, or write `devices: auto`."),
      },
    );
  }
  const freest = gpus.toSorted((a, b) => b.freeBytes - a.freeBytes || a.index - b.index);
  return freest.slice(0, Math.min(wanted, most)).map(({ uuid }) => uuid);
}

/** The GPUs an entry of `hardware.devices` names, by index or by the beginning of a UUID. */
export const matchGpus = <Gpu extends Pick<GpuInfo, "index" | "uuid">>(
  device: string | number,
  gpus: readonly Gpu[],
): Gpu[] =>
  gpus.filter(({ index, uuid }) =>
    /^\d+$/.test(String(device)) ? index === Number(device) : uuid.startsWith(String(device)),
  );

function findGpu(device: string | number, gpus: readonly GpuInfo[]): GpuInfo {
  const found = matchGpus(device, gpus);
  const only = found[0];
  if (only && found.length === 1) return only;
  const there = gpus.map(({ index, uuid }) => `${index} (${uuid})`).join(", ");
  const problem = only
    ? t("hardware.devices names {0}, which is several GPUs of this machine.", device)
    : t("hardware.devices names {0}, which is no GPU of this machine.", device);
  throw new UserError("gpu-missing", problem, {
    advice: there === "" ? t("There are: none.") : t("There are: {0}.", there),
  });
}

/** The cells of an answer; none when it failed: a run goes on without knowing. */
function rowsOf({ how, stdout }: Answer): string[][] {
  if (how !== "done") return [];
  const lines = stdout.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => line.split(",").map((cell) => cell.trim()));
}

/** `[N/A]` and `[Not Supported]` are no numbers. */
function numberOf(cell: string | undefined): number | undefined {
  const value = Number.parseFloat(cell ?? "");
  return Number.isFinite(value) ? value : undefined;
}

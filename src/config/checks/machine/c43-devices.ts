import { formatMemory, formatPercent } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { matchGpus } from "../../../launch/gpus.ts";
import { error, warning, type Finding, type Path } from "../../diagnostic.ts";
import type { ConfigEdit, Fix } from "../../edit/fix.ts";
import { readMachineFacts } from "../../facts/machine.ts";
import { joinWords } from "../../schema/words.ts";
import type { AnyResolvedConfig } from "../../types.ts";
import { unchecked, type Check } from "../check.ts";
import { elsewhere, gpuInWords, machineOf, type Gpu } from "./machine.ts";

const PATH: Path = ["hardware", "devices"];
/** From here on a GPU counts as another's: share of its memory, and of its time in percent. */
const BUSY_MEMORY = 0.2;
const BUSY_PERCENT = 50;

/** C43: GPUs that are not there, named twice, or in use. */
export const c43: Check = {
  id: "C43",
  severity: ["error", "warning"],
  title: "GPUs that are not there, are named twice, or are in use by others",
  why: "A device that is not there ends the run at its start; one that others use ends it with too little memory, often hours later.",
  async run(context) {
    const { config } = context;
    const repeated = repeatedEntries(config);
    if (repeated.length > 0) return repeated;
    const isEmbedded = config.model.framework === "tfjs";
    // The embedded trainer computes without a GPU unless it is told otherwise.
    if (isEmbedded && (config.hardware.devices === "auto" || config.hardware.devices === 1)) return [];
    const machine = await machineOf(context);
    if (!machine.known) return unchecked(machine.reason);
    const { gpus, chosen, accelerator } = machine.facts;
    const absent = sharesProcessor(config, gpus) ? onProcessor(config, accelerator) : absentOf(config, gpus);
    if (absent.length > 0 || isEmbedded) return absent;
    return chosen.filter(isBusy).map((gpu) => busy(config, gpu, gpus));
  },
  async runScript({ config, baseDir, env, signal }) {
    if (config.hardware.target !== "local") return unchecked(elsewhere());
    const repeated = repeatedEntries(config);
    if (repeated.length > 0) return repeated;
    if (config.hardware.devices === "auto" || config.hardware.devices === 1) return [];
    const machine = await readMachineFacts(config, baseDir, env, signal);
    return machine.known ? absentOf(config, machine.facts.gpus) : unchecked(machine.reason);
  },
};

/** The same word twice, which no machine has to be asked about. */
function repeatedEntries({ hardware: { devices } }: AnyResolvedConfig): Finding[] {
  if (typeof devices !== "object") return [];
  return devices.flatMap((device, at) => {
    if (devices.findIndex((other) => String(other) === String(device)) === at) return [];
    const path = [...PATH, at];
    return [
      error("C43", path, t("`hardware.devices` names {0} twice. Remove one.", device), { fixes: [removeEntry(path)] }),
    ];
  });
}

/** Copies of a model that share each step need no GPUs: without any they share the processor. */
const sharesProcessor = ({ hardware: { devices, strategy } }: AnyResolvedConfig, gpus: readonly Gpu[]): boolean =>
  gpus.length === 0 && strategy === "ddp" && typeof devices === "number" && devices > 1;

function onProcessor({ hardware: { devices } }: AnyResolvedConfig, accelerator: string): Finding[] {
  if (accelerator === "cuda") return []; // AMD's, which nvidia-smi does not list
  const message = t(
    "This machine has no GPU: {0} processes share its processor, which is slow and right for trying out only.",
    Number(devices),
  );
  return [warning("C43", PATH, message, { fixes: [setDevices("auto")] })];
}

/** What is wrong with the devices whatever they do at the moment. */
function absentOf({ hardware: { devices, strategy } }: AnyResolvedConfig, gpus: readonly Gpu[]): Finding[] {
  if (typeof devices === "object") return devices.flatMap((device, at) => entryProblem(devices, device, at, gpus));
  const isAnything = devices === "auto" || (devices === 1 && gpus.length === 0);
  if (isAnything || devices <= gpus.length) return [];
  const message =
    gpus.length === 0
      ? t("`hardware.devices` asks for {0} GPUs, but this machine has none. Write `auto`.", devices)
      : t("`hardware.devices` asks for {0} GPUs, but this machine has {1}. Write {1} or less.", devices, gpus.length);
  const fewer = gpus.length > 0 && (strategy !== "single" || gpus.length === 1) ? [setDevices(gpus.length)] : [];
  return [error("C43", PATH, message, { fixes: [...fewer, setDevices("auto")] })];
}

function entryProblem(
  devices: readonly (string | number)[],
  device: string | number,
  at: number,
  gpus: readonly Gpu[],
): Finding[] {
  const path = [...PATH, at];
  const matching = matchGpus(device, gpus);
  const only = matching.length === 1 ? matching[0] : undefined;
  const fixes = [devices.length > 1 ? removeEntry(path) : setDevices("auto")];
  if (!only) {
    const there = joinWords(
      gpus.map(({ index, uuid }) => `${index} (${uuid})`),
      "and",
    );
    const message =
      matching.length > 1
        ? t("`hardware.devices` names {0}, which is the beginning of several UUIDs. Write more of it.", device)
        : gpus.length === 0
          ? t("`hardware.devices` names {0}, but this machine has no GPU. Write `auto`.", device)
          : t("`hardware.devices` names {0}, but the GPUs here are {1}.", device, there);
    return [error("C43", path, message, { fixes: matching.length > 1 ? [] : fixes })];
  }
  const earlier = devices.slice(0, at).find((other) => matchGpus(other, gpus).some(({ uuid }) => uuid === only.uuid));
  if (earlier === undefined) return [];
  const message = t(
    "`hardware.devices` names {0} twice, as {1} and as {2}. Remove one.",
    gpuInWords(only),
    earlier,
    device,
  );
  return [error("C43", path, message, { fixes })];
}

const isBusy = ({ memoryBytes, freeBytes, utilization }: Gpu): boolean =>
  memoryBytes - freeBytes >= BUSY_MEMORY * memoryBytes || (utilization ?? 0) >= BUSY_PERCENT;

function busy({ hardware: { devices } }: AnyResolvedConfig, gpu: Gpu, gpus: readonly Gpu[]): Finding {
  const at = typeof devices === "object" ? devices.findIndex((one) => matchGpus(one, gpus).includes(gpu)) : -1;
  const path = at < 0 ? PATH : [...PATH, at];
  const named = typeof devices === "object" ? devices.flatMap((one) => matchGpus(one, gpus)) : [];
  const other = gpus.find((one) => !isBusy(one) && !named.includes(one));
  const isOne = typeof devices === "object" || devices === "auto" || devices === 1;
  const edits: ConfigEdit[] = other ? [{ kind: "set", path, value: at < 0 ? [other.index] : other.index }] : [];
  const fixes: Fix[] = other && isOne ? [{ title: t("Use {0}", gpuInWords(other)), safe: false, edits }] : [];
  const used = formatMemory(gpu.memoryBytes - gpu.freeBytes);
  const total = formatMemory(gpu.memoryBytes);
  const message =
    gpu.utilization === null
      ? t("{0} is in use: {1} of {2} are taken. Wait, or name another.", gpuInWords(gpu), used, total)
      : t(
          "{0} is in use: {1} of {2} are taken, and it is {3} busy. Wait, or name another.",
          gpuInWords(gpu),
          used,
          total,
          formatPercent(gpu.utilization / 100),
        );
  return error("C43", path, message, { fixes });
}

const setDevices = (value: "auto" | number): Fix => ({
  title: t("Write `{0}`", value),
  safe: false,
  edits: [{ kind: "set", path: PATH, value }],
});

const removeEntry = (path: Path): Fix => ({
  title: t("Remove this entry"),
  safe: false,
  edits: [{ kind: "remove", path }],
});

import { formatCount, formatDuration, formatFileSize, formatMemory } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import type { MachineFacts } from "../facts/facts.ts";
import type { Estimate, GpuMemory, MemoryParts } from "./types.ts";

/** One figure of an estimate, as the command line, a hover and the list in the editor show it. */
export interface EstimateLine {
  about: "steps" | "tokens" | "time" | "disk" | "hostMemory" | "gpuMemory" | "notModelled" | "unknown";
  title: string;
  value: string;
  /** Where the value comes from or what it consists of. */
  detail?: string;
}

/** What is free on this machine; null where it is not known. */
export type Free = { gpuBytes: number | null; memoryBytes: number | null; diskBytes: number | null };

export const freeOf = (machine: MachineFacts | undefined, gpuBytes: number | null): Free => ({
  gpuBytes,
  memoryBytes: machine?.memory.freeBytes ?? null,
  diskBytes: machine?.diskFreeBytes ?? null,
});

/** An estimate in lines: steps, tokens, time, disk, main memory, GPU memory with its parts; then what is not known. */
export function estimateLines(estimate: Estimate, free: Free): EstimateLine[] {
  const { work, gpuMemory, hostMemoryBytes, diskBytes, seconds, unknown } = estimate;
  return [
    ...stepsLine(work),
    ...tokensLine(work),
    {
      about: "time",
      title: t("Time"),
      value:
        seconds.low === null || seconds.high === null
          ? t("not known")
          : rangeOf(formatDuration(seconds.low * 1000), formatDuration(seconds.high * 1000)),
      detail: seconds.from,
    },
    ...sizeLine("disk", t("Disk"), diskBytes, free.diskBytes, formatFileSize, t("checkpoints and exports")),
    ...sizeLine("hostMemory", t("Main memory"), hostMemoryBytes, free.memoryBytes, formatMemory),
    ...(gpuMemory ? gpuLines(gpuMemory, free.gpuBytes) : []),
    ...unknown.map(({ what, reason }): EstimateLine => ({
      about: "unknown",
      title: TITLES[what](),
      value: t("not known"),
      detail: reason,
    })),
  ];
}

const TITLES: Readonly<Record<Estimate["unknown"][number]["what"], () => string>> = {
  work: () => t("Samples and tokens"),
  gpuMemory: () => t("GPU memory"),
  hostMemory: () => t("Main memory"),
  disk: () => t("Disk"),
};

const rangeOf = (low: string, high: string): string => (low === high ? low : t("{0} to {1}", low, high));

function stepsLine({ steps, samples }: Estimate["work"]): EstimateLine[] {
  if (steps === null) return [];
  const value = samples === null ? formatCount(steps) : t("{0}, {1} rows", formatCount(steps), formatCount(samples));
  return [{ about: "steps", title: t("Steps"), value }];
}

function tokensLine({ tokens, paddedTokens, paddedLength, longestRow, countedBy }: Estimate["work"]): EstimateLine[] {
  if (tokens === null || paddedTokens === null) return [];
  const value = t("{0}, {1} with padding", formatCount(tokens), formatCount(paddedTokens));
  const lengths = [formatCount(paddedLength), formatCount(longestRow)] as const;
  const detail =
    countedBy === "tokenizer"
      ? t("batches of {0} tokens, longest row {1}; counted with the model's tokenizer on a sample", ...lengths)
      : t("batches of {0} tokens, longest row {1}; guessed from 4 characters a token", ...lengths);
  return [{ about: "tokens", title: t("Tokens"), value, detail }];
}

function sizeLine(
  about: EstimateLine["about"],
  title: string,
  bytes: number | null,
  free: number | null,
  format: (bytes: number) => string,
  detail?: string,
): EstimateLine[] {
  if (bytes === null) return [];
  const value = free === null ? t("about {0}", format(bytes)) : t("about {0}, {1} free", format(bytes), format(free));
  return [{ about, title, value, ...(detail === undefined ? {} : { detail }) }];
}

function gpuLines(memory: GpuMemory, free: number | null): EstimateLine[] {
  const { lowBytes, highBytes, peakBytes, parts, notModelled, assumed, correction } = memory;
  const figures = [formatMemory(peakBytes), formatMemory(lowBytes), formatMemory(highBytes)] as const;
  const value =
    free === null
      ? t("about {0} ({1} to {2})", ...figures)
      : t("about {0} ({1} to {2}), {3} free", ...figures, formatMemory(free));
  const recipe = t(
    "{0}, {1} sequences of {2} tokens, {3}",
    assumed.precision,
    formatCount(assumed.batch),
    formatCount(assumed.tokens),
    assumed.gradientCheckpointing ? t("with gradient checkpointing") : t("without gradient checkpointing"),
  );
  const learnt = correction
    ? [t("times {0} by the recorded peaks of {1} runs", correction.factor.toFixed(2), formatCount(correction.runs))]
    : [];
  return [
    { about: "gpuMemory", title: t("GPU memory"), value, detail: [partsText(parts), recipe, ...learnt].join("; ") },
    ...(notModelled.length === 0
      ? []
      : [{ about: "notModelled" as const, title: t("Not modelled"), value: notModelled.join(", ") }]),
  ];
}

/** The parts that count, largest first: `weights 2.1 GB, activations 1.4 GB`. */
export function partsText(parts: MemoryParts): string {
  const names: Record<keyof MemoryParts, string> = {
    weights: t("weights {0}", formatMemory(parts.weights)),
    gradients: t("gradients {0}", formatMemory(parts.gradients)),
    optimizer: t("optimizer {0}", formatMemory(parts.optimizer)),
    activations: t("activations {0}", formatMemory(parts.activations)),
    logits: t("logits {0}", formatMemory(parts.logits)),
    overhead: t("CUDA and allocator {0}", formatMemory(parts.overhead)),
  };
  const sorted = (Object.keys(parts) as (keyof MemoryParts)[]).sort((a, b) => parts[b] - parts[a]);
  return sorted
    .filter((name) => parts[name] > 0)
    .map((name) => names[name])
    .join(", ");
}

import { formatMemory, formatPercent } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { error, warning, type Finding, type Path } from "../../diagnostic.ts";
import { estimate, type EstimateInput } from "../../estimate/estimate.ts";
import { estimateInput } from "../../estimate/gather.ts";
import { partsText } from "../../estimate/lines.ts";
import { remedies } from "../../estimate/remedies.ts";
import { tightestGpu } from "../../estimate/recipe.ts";
import type { GpuMemory } from "../../estimate/types.ts";
import type { ResolvedConfig } from "../../types.ts";
import { isWritten, unchecked, type Check, type CheckContext } from "../check.ts";
import { gpuInWords, machineOf, type Gpu } from "./machine.ts";

/** Share of the free memory from which a longer row or another program ends the run. */
const AMBER = 0.85;

/** C46: the estimated peak does not fit what the GPU has free. What the formulas leave out makes it a warning. */
export const c46: Check = {
  id: "C46",
  severity: ["error", "warning"],
  title: "more GPU memory than is free",
  why: "A run that does not fit ends with out-of-memory at its first long batch. The estimate and its limits are explained in `docs/memory.md`.",
  async run(context) {
    if (context.config.model.framework === "tfjs") return [];
    const machine = await machineOf(context);
    if (!machine.known) return unchecked(machine.reason);
    const gpu = tightestGpu(context.config, machine.facts);
    if (!gpu) return unchecked(t("no GPU was found to compare with"));
    const input = await estimateInput(context);
    const { gpuMemory } = estimate(context.config, input);
    if (!gpuMemory) return unchecked(input.reasons?.model ?? t("the model is not known"));
    // The trainer looks for the batch that fits; only one row that does not is a fault.
    const isAuto = context.config.train.per_device_train_batch_size === "auto";
    const judged = isAuto ? { ...context, config: withOneRow(context.config) } : context;
    const memory = isAuto ? estimate(judged.config, input).gpuMemory! : gpuMemory;
    return memory.peakBytes <= AMBER * gpu.freeBytes ? [] : [tooMuch(judged, input, memory, gpu)];
  },
};

/** The same run with one row at a time. */
const withOneRow = (config: ResolvedConfig): ResolvedConfig => ({
  ...config,
  train: { ...config.train, per_device_train_batch_size: 1 },
});

function tooMuch(context: CheckContext, input: EstimateInput, memory: GpuMemory, gpu: Gpu): Finding {
  const { peakBytes, lowBytes, highBytes, parts, notModelled } = memory;
  const fixes = remediesFor(context, input, gpu.freeBytes);
  const needs = t(
    "Training takes about {0} of GPU memory ({1} to {2}): {3}.",
    formatMemory(peakBytes),
    formatMemory(lowBytes),
    formatMemory(highBytes),
    partsText(parts),
  );
  const isOver = peakBytes > gpu.freeBytes;
  const has = isOver
    ? t("{0} has {1} free.", gpuInWords(gpu), formatMemory(gpu.freeBytes))
    : t(
        "That is {0} of the {1} free on {2}.",
        formatPercent(peakBytes / gpu.freeBytes),
        formatMemory(gpu.freeBytes),
        gpuInWords(gpu),
      );
  const advice = fixes[0] ? t("{0}.", fixes[0].title) : t("Take a smaller model or a larger GPU.");
  const beyond = notModelled.length > 0 ? [t("Not in the estimate: {0}.", notModelled.join(", "))] : [];
  const message = [needs, has, ...beyond, advice].join(" ");
  const isSure = isOver && notModelled.length === 0;
  return (isSure ? error : warning)("C46", placeOf(context), message, { fixes });
}

/** Ways that bring the peak out of the amber, else those that at least fit. */
function remediesFor({ config, origins }: CheckContext, input: EstimateInput, freeBytes: number) {
  for (const limit of [AMBER * freeBytes, freeBytes]) {
    const fitting = remedies(config, input, origins, limit).filter(({ fits }) => fits);
    if (fitting.length > 0) return fitting.map(({ fix }) => fix);
  }
  return [];
}

/** Where the batch is written, else the model. */
const placeOf = (context: CheckContext): Path =>
  isWritten(context, "train.per_device_train_batch_size")
    ? ["train", "per_device_train_batch_size"]
    : ["model", "name_or_path"];

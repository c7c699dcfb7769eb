import { formatMemory } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warning } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import { estimate, type EstimateInput } from "../../estimate/estimate.ts";
import { estimateInput } from "../../estimate/gather.ts";
import type { ResolvedConfig } from "../../types.ts";
import { unchecked, type Check } from "../check.ts";
import { machineOf } from "./machine.ts";

/** C48: the trainer takes more main memory than is free. */
export const c48: Check = {
  id: "C48",
  severity: "warning",
  title: "more main memory than is free",
  why: "The system ends a process that takes too much (exit code −9, or 137), often while the weights are loaded and without a message.",
  async run(context) {
    const machine = await machineOf(context);
    if (!machine.known) return unchecked(machine.reason);
    const input = await estimateInput(context);
    const { hostMemoryBytes: bytes } = estimate(context.config, input);
    if (bytes === null) return unchecked(input.reasons?.model ?? t("the model is not known"));
    const { freeBytes } = machine.facts.memory;
    if (bytes <= freeBytes) return [];
    const message = t(
      "The trainer takes about {0} of main memory, but {1} is free. Close other programs, or take a smaller model.",
      formatMemory(bytes),
      formatMemory(freeBytes),
    );
    const fixes = smallerBatch(context.config, input, freeBytes);
    return [warning("C48", ["model", "name_or_path"], message, { fixes })];
  },
};

/** The largest batch that fits, with the accumulation that keeps the optimizer step as it is; where the step is in main memory. */
function smallerBatch(config: ResolvedConfig, input: EstimateInput, freeBytes: number): Fix[] {
  const { train } = config;
  let { per_device_train_batch_size: size, gradient_accumulation_steps: accumulation } = train;
  while (typeof size === "number" && size > 1 && size % 2 === 0) {
    size /= 2;
    accumulation *= 2;
    const changed = { ...train, per_device_train_batch_size: size, gradient_accumulation_steps: accumulation };
    const bytes = estimate({ ...config, train: changed }, input).hostMemoryBytes;
    if (bytes === null || bytes > freeBytes) continue;
    const alone = t("Write batch {0} with accumulation {1}", size, accumulation);
    return [
      {
        title: t("{0}: about {1}", alone, formatMemory(bytes)),
        safe: false,
        edits: [
          { kind: "set", path: ["train", "per_device_train_batch_size"], value: size },
          { kind: "set", path: ["train", "gradient_accumulation_steps"], value: accumulation },
        ],
      },
    ];
  }
  return [];
}

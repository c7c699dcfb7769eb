import { t } from "../../../base/l10n.ts";
import { warning } from "../../diagnostic.ts";
import type { Known, ModelFacts } from "../../facts/facts.ts";
import { unchecked, type Check } from "../check.ts";
import { AMPERE, capabilityText, gpuInWords, machineOf } from "./machine.ts";

const PATH = ["train", "precision"];

/** Families that were trained in bfloat16, by `model_type` or name. */
const TRAINED_IN_BF16 = /(?:^|[/_-])(?:gemma|qwen|(?:flan-|byt5-|um|m|long)?t5)/i;

/** C38: fp16 where bf16 would do, or with a model whose values do not fit into it. */
export const c38: Check = {
  id: "C38",
  severity: "warning",
  title: "fp16 on a GPU that has bf16, or for a model that was trained in bf16",
  why: "Activations of models trained in bf16 exceed the largest fp16 number: the loss becomes 0 or NaN after some steps.",
  async run(context) {
    const { train, model } = context.config;
    if (model.framework === "tfjs" || train.precision !== "fp16") return [];
    const facts = await context.facts.model();
    if (isBf16Model(model.name_or_path, facts)) {
      const message = t(
        "`train.precision` is `fp16`, but {0} was trained in bf16: its values leave the range of fp16. Write `bf16`, or `fp32` where the GPU has none.",
        model.name_or_path,
      );
      return [warning("C38", PATH, message, { fixes: [write("bf16"), write("fp32")] })];
    }
    const machine = await machineOf(context);
    if (!machine.known) return unchecked(machine.reason);
    const { chosen } = machine.facts;
    const [first] = chosen;
    if (first && chosen.every(({ capability }) => capability !== null && capability >= AMPERE)) {
      const message = t(
        "`train.precision` is `fp16`, but {0} has compute capability {1} and so bf16, which has the range of fp32. Write `bf16`.",
        gpuInWords(first),
        capabilityText(first.capability ?? AMPERE),
      );
      return [warning("C38", PATH, message, { fixes: [write("bf16")] })];
    }
    return facts.known ? [] : unchecked(facts.reason);
  },
};

function isBf16Model(name: string, model: Known<ModelFacts>): boolean {
  if (!model.known) return TRAINED_IN_BF16.test(name);
  return model.facts.dtype === "bfloat16" || TRAINED_IN_BF16.test(model.facts.type);
}

const write = (value: string) => ({
  title: t("Write `{0}`", value),
  safe: false,
  edits: [{ kind: "set", path: PATH, value } as const],
});

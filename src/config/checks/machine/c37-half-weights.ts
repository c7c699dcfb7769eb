import { t } from "../../../base/l10n.ts";
import { warning } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import type { Check } from "../check.ts";
import { AMPERE, machineOf } from "./machine.ts";

const PATH = ["train", "precision"];

/** C37: all weights trained in fp16. */
export const c37: Check = {
  id: "C37",
  severity: "warning",
  title: "fp16 while all weights are trained",
  why: "Weights that are loaded in fp16 cannot be trained whole (“Attempting to unscale FP16 gradients”), and with weights in fp32 the gradients still leave the range of fp16. bf16 has the range of fp32.",
  async run(context) {
    const { method, train, model } = context.config;
    const isWhole = method.type === "full" || method.type === "distill";
    if (model.framework === "tfjs" || train.precision !== "fp16" || !isWhole) return [];
    const machine = await machineOf(context);
    const gpus = machine.known ? machine.facts.chosen : [];
    const hasBf16 = gpus.length > 0 && gpus.every(({ capability }) => capability !== null && capability >= AMPERE);
    const better = hasBf16 ? "bf16" : "fp32";
    const fix: Fix = {
      title: t("Write `{0}`", better),
      safe: false,
      edits: [{ kind: "set", path: PATH, value: better }],
    };
    const message = t(
      "`train.precision` is `fp16` and `method.type: {0}` trains all weights: gradients leave the range of fp16. Write `{1}`.",
      method.type,
      better,
    );
    return [warning("C37", PATH, message, { fixes: [fix] })];
  },
};

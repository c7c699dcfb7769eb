import { t } from "../../../base/l10n.ts";
import { warning } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import type { Check, CheckContext } from "../check.ts";
import { AMPERE, machineOf } from "./machine.ts";

/** C41: packed rows with an attention that does not keep them apart. */
export const c41: Check = {
  id: "C41",
  severity: "warning",
  title: "packing without flash attention",
  why: "Only flash attention knows where one packed text ends and the next begins. With any other kernel they attend to each other, and the model learns from texts that have nothing to do with the answer.",
  async run(context) {
    const { data, model, task } = context.config;
    if (!data.packing || task !== "causal-lm" || model.framework !== "torch") return [];
    if (model.attn_implementation === "flash_attention_2") return [];
    const message = t(
      "`data.packing` joins texts, and with `model.attn_implementation: {0}` they attend to each other. Write `flash_attention_2`, or turn packing off.",
      model.attn_implementation,
    );
    const off: Fix = {
      title: t("Turn packing off"),
      safe: false,
      edits: [{ kind: "set", path: ["data", "packing"], value: false }],
    };
    const flash: Fix = {
      title: t("Write `{0}`", "flash_attention_2"),
      safe: false,
      edits: [{ kind: "set", path: ["model", "attn_implementation"], value: "flash_attention_2" }],
    };
    const fixes = (await hasFlashAttention(context)) ? [flash, off] : [off];
    return [warning("C41", ["data", "packing"], message, { fixes })];
  },
};

async function hasFlashAttention(context: CheckContext): Promise<boolean> {
  const machine = await machineOf(context);
  if (!machine.known) return false;
  const { python, chosen } = machine.facts;
  const isNewEnough = chosen.length > 0 && chosen.every(({ capability }) => (capability ?? 0) >= AMPERE);
  return isNewEnough && python.known && "flash-attn" in python.facts.packages;
}

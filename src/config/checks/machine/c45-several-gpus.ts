import { t } from "../../../base/l10n.ts";
import { warning } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import { isWritten, unchecked, type Check } from "../check.ts";
import { machineOf } from "./machine.ts";

/** C45: several GPUs, and nothing said about how they share the work. */
export const c45: Check = {
  id: "C45",
  severity: "warning",
  title: "several GPUs without a `hardware.strategy`",
  why: "Where several GPUs are visible to one process, Hugging Face's Trainer falls back to its slow `DataParallel`. So a run without a strategy gets one GPU, and the others stand idle.",
  async run(context) {
    const { model, hardware } = context.config;
    if (model.framework === "tfjs" || hardware.strategy !== "single") return [];
    const wanted = typeof hardware.devices === "object" ? hardware.devices.length : hardware.devices;
    if (wanted === 1 || (wanted === "auto" && isWritten(context, "hardware.strategy"))) return [];
    const machine = await machineOf(context);
    if (!machine.known) return unchecked(machine.reason);
    const count = wanted === "auto" ? machine.facts.gpus.length : Math.min(wanted, machine.facts.gpus.length);
    if (count < 2) return [];
    const strategy = model.framework === "keras" ? "mirrored" : "ddp";
    const message =
      wanted === "auto"
        ? t(
            "This machine has {0} GPUs; without a `hardware.strategy` the run gets one. Write `{1}` for all, or `devices: 1`.",
            count,
            strategy,
          )
        : t(
            "`hardware.devices` asks for {0} GPUs, but `hardware.strategy: single` does not share the work among them. Write `{1}`.",
            count,
            strategy,
          );
    const share: Fix = {
      title: t("Write `hardware.strategy: {0}`", strategy),
      safe: false,
      edits: [{ kind: "set", path: ["hardware", "strategy"], value: strategy }],
    };
    const one: Fix = {
      title: t("Write `hardware.devices: {0}`", 1),
      safe: false,
      edits: [{ kind: "set", path: ["hardware", "devices"], value: 1 }],
    };
    return [warning("C45", ["hardware", "strategy"], message, { fixes: [share, one] })];
  },
};

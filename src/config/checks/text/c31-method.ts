import { error, type Path } from "../../diagnostic.ts";
import { isWritten, type Check } from "../check.ts";

/** C31: switches that contradict the method or the framework. */
export const c31: Check = {
  id: "C31",
  severity: "error",
  title: "a method, optimizer or precision that the framework does not have",
  why: "A setting that the trainer cannot follow would be dropped silently, and the run would not be what was asked for.",
  run(context) {
    const { method, train, data, model } = context.config;
    if (model.framework !== "tfjs") return [];
    const wrong = (path: Path, has: string) => error("C31", path, `The embedded trainer has ${has}.`);
    return [
      ...(method.type !== "full" && method.type !== "freeze"
        ? [wrong(["method", "type"], `the methods full and freeze, not ${method.type}`)]
        : []),
      ...(isWritten(context, "method.bits") ? [wrong(["method", "bits"], "no quantised models")] : []),
      ...(method.use_dora ? [wrong(["method", "use_dora"], "no adapters")] : []),
      ...(train.optim !== "adamw_torch" && train.optim !== "sgd"
        ? [wrong(["train", "optim"], `the optimizers adamw_torch and sgd, not ${train.optim}`)]
        : []),
      ...(train.precision === "fp16" || train.precision === "bf16"
        ? [wrong(["train", "precision"], `the precision fp32, not ${train.precision}`)]
        : []),
      ...(data.streaming ? [wrong(["data", "streaming"], "all rows in memory and does not stream them")] : []),
    ];
  },
};

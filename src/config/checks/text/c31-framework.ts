import { t } from "../../../base/l10n.ts";
import { error, type Finding } from "../../diagnostic.ts";
import type { Path } from "../../path.ts";
import { isWritten, type Check, type CheckContext } from "../check.ts";
import { removal, setting } from "./mend.ts";

/** C31: what the framework that trains does not have. */
export const c31Framework: Check = {
  id: "C31",
  severity: "error",
  title: "a method, optimizer or precision that the framework does not have",
  why: "A setting that the trainer cannot follow would be dropped silently, and the run would not be what was asked for.",
  run(context) {
    const { framework } = context.config.model;
    return framework === "tfjs" ? embedded(context) : framework === "keras" ? keras(context) : torch(context);
  },
};

function embedded(context: CheckContext): Finding[] {
  const { method, train, data, model } = context.config;
  const findings: Finding[] = [];
  const wrong = (path: Path, message: string, fix = removal(path)) =>
    findings.push(error("C31", path, message, { fixes: [fix] }));
  if (method.type !== "full" && method.type !== "freeze")
    wrong(
      ["method", "type"],
      t("The embedded trainer has the methods full and freeze, not {0}.", method.type),
      setting(["method", "type"], "full"),
    );
  if (isWritten(context, "method.bits")) wrong(["method", "bits"], t("The embedded trainer has no quantised models."));
  for (const name of ["use_dora", "use_rslora"] as const)
    if (method[name]) wrong(["method", name], t("The embedded trainer has no adapters."));
  if (train.optim !== "adamw_torch" && train.optim !== "sgd")
    wrong(["train", "optim"], t("The embedded trainer has the optimizers adamw_torch and sgd, not {0}.", train.optim));
  if (train.precision === "fp16" || train.precision === "bf16")
    wrong(["train", "precision"], t("The embedded trainer has the precision fp32, not {0}.", train.precision));
  if (data.streaming)
    wrong(["data", "streaming"], t("The embedded trainer has all rows in memory and does not stream them."));
  if (model.attn_implementation !== "auto")
    wrong(
      ["model", "attn_implementation"],
      t("Attention kernels are a setting of PyTorch; the embedded trainer has one only."),
    );
  return findings;
}

function keras(context: CheckContext): Finding[] {
  const { method, train, model, hardware } = context.config;
  const findings: Finding[] = [];
  const wrong = (path: Path, message: string, fix = removal(path)) =>
    findings.push(error("C31", path, message, { fixes: [fix] }));
  if (method.type === "qlora")
    wrong(
      ["method", "type"],
      t("Keras trains no 4-bit or 8-bit models, so that there is no qlora. Write lora."),
      setting(["method", "type"], "lora"),
    );
  else if (isWritten(context, "method.bits"))
    wrong(["method", "bits"], t("Keras trains no 4-bit or 8-bit models. Remove `method.bits`."));
  if (method.use_dora) wrong(["method", "use_dora"], t("Keras has LoRA adapters, but no DoRA."));
  if (method.use_rslora) wrong(["method", "use_rslora"], t("Keras has LoRA adapters, but no rank-stabilised ones."));
  if (/8bit/.test(train.optim))
    wrong(["train", "optim"], t("{0} is an optimizer of bitsandbytes, which needs PyTorch.", train.optim));
  if (model.attn_implementation !== "auto")
    wrong(["model", "attn_implementation"], t("Attention kernels are a setting of PyTorch; Keras chooses its own."));
  if (!["single", "mirrored"].includes(hardware.strategy))
    wrong(
      ["hardware", "strategy"],
      t("Keras has the strategies single and mirrored, not {0}.", hardware.strategy),
      setting(["hardware", "strategy"], "mirrored"),
    );
  return findings;
}

function torch({ config: { hardware } }: CheckContext): Finding[] {
  const findings: Finding[] = [];
  if (hardware.strategy === "mirrored") {
    const path = ["hardware", "strategy"];
    const message = t("The strategy mirrored is TensorFlow's. PyTorch has ddp for the same.");
    findings.push(error("C31", path, message, { fixes: [setting(path, "ddp")] }));
  }
  if (hardware.backend !== "auto") {
    const path = ["hardware", "backend"];
    const message = t("`hardware.backend` is a setting of the embedded trainer and has no effect with PyTorch.");
    findings.push(error("C31", path, message, { fixes: [removal(path)] }));
  }
  return findings;
}

import { error, type Finding, type Path } from "../diagnostic.ts";
import { code } from "../schema/words.ts";
import type { ResolvedConfig } from "../types.ts";
import { isWritten, type Check, type CheckContext } from "./check.ts";

const LATER = "comes with a later version; this one trains with `model.framework: tfjs`";

/** Whether a trainer that is here can do what the config asks. */
export const trainerCheck: Check = {
  finds: {
    C31: "a method, optimizer or precision that the framework does not have",
    C52: "a framework, task or place to run that nothing installed here can do",
  },
  run(context) {
    const { config } = context;
    const { framework } = config.model;
    if (framework !== "tfjs") {
      const name = framework === "torch" ? "PyTorch" : "Keras";
      const hint = isWritten(context, "model.framework") ? "" : ` The default is ${code(framework)}.`;
      return { findings: [error("C52", ["model", "framework"], `Training with ${name} ${LATER}.${hint}`)] };
    }
    return { findings: [...placeFindings(config), ...methodFindings(context)] };
  },
};

function placeFindings({ task, hardware }: ResolvedConfig): Finding[] {
  const findings: Finding[] = [];
  if (task !== "text-classification") {
    findings.push(error("C52", ["task"], `The embedded trainer does text-classification, not ${task}.`));
  }
  if (hardware.strategy !== "single") {
    const message = `The embedded trainer uses one device; \`hardware.strategy: ${hardware.strategy}\` needs another framework.`;
    findings.push(error("C52", ["hardware", "strategy"], message));
  }
  if (hardware.target !== "local") {
    findings.push(
      error("C52", ["hardware", "target"], "Running on a Slurm cluster comes with a later version. Write `local`."),
    );
  }
  return findings;
}

function methodFindings(context: CheckContext): Finding[] {
  const { method, train, data } = context.config;
  const wrong = (path: Path, has: string): Finding => error("C31", path, `The embedded trainer has ${has}.`);
  const findings: Finding[] = [];
  if (method.type !== "full" && method.type !== "freeze") {
    findings.push(wrong(["method", "type"], `the methods full and freeze, not ${method.type}`));
  }
  if (isWritten(context, "method.bits")) findings.push(wrong(["method", "bits"], "no quantised models"));
  if (method.use_dora) findings.push(wrong(["method", "use_dora"], "no adapters"));
  if (train.optim !== "adamw_torch" && train.optim !== "sgd") {
    findings.push(wrong(["train", "optim"], `the optimizers adamw_torch and sgd, not ${train.optim}`));
  }
  if (train.precision === "fp16" || train.precision === "bf16") {
    findings.push(wrong(["train", "precision"], `the precision fp32, not ${train.precision}`));
  }
  if (data.streaming) findings.push(wrong(["data", "streaming"], "all rows in memory and does not stream them"));
  return findings;
}

import { error, type Finding } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import type { ResolvedConfig } from "../../types.ts";
import { isWritten, type Check } from "../check.ts";

const LATER = "comes with a later version; this one trains with `model.framework: tfjs`";

/** C52, as far as the text tells: no trainer of this version does what is asked for. */
export const c52Trainer: Check = {
  id: "C52",
  severity: "error",
  title: "a framework, task or place to run that nothing installed here can do",
  why: "A run that no trainer can do would end in its first second.",
  run(context) {
    const { framework } = context.config.model;
    if (framework === "tfjs") return embedded(context.config);
    const name = framework === "torch" ? "PyTorch" : "Keras";
    const hint = isWritten(context, "model.framework") ? "" : ` The default is ${code(framework)}.`;
    return [error("C52", ["model", "framework"], `Training with ${name} ${LATER}.${hint}`)];
  },
  runScript: () => [error("C52", ["task"], `Running your own script ${LATER}.`)],
};

function embedded({ task, hardware }: ResolvedConfig): Finding[] {
  const findings: Finding[] = [];
  if (task !== "text-classification") {
    findings.push(error("C52", ["task"], `The embedded trainer does text-classification, not ${task}.`));
  }
  if (hardware.strategy !== "single") {
    const message = `The embedded trainer uses one device; \`hardware.strategy: ${hardware.strategy}\` needs another framework.`;
    findings.push(error("C52", ["hardware", "strategy"], message));
  }
  if (hardware.target !== "local") {
    const message = "Running on a Slurm cluster comes with a later version. Write `local`.";
    findings.push(error("C52", ["hardware", "target"], message));
  }
  return findings;
}

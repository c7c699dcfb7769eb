import { t } from "../../../base/l10n.ts";
import { error, type Finding } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import type { AnyResolvedConfig, ResolvedConfig } from "../../types.ts";
import type { Check } from "../check.ts";

/** C52, as far as the text tells: no trainer of this version does what is asked for. */
export const c52Trainer: Check = {
  id: "C52",
  severity: "error",
  title: "a framework, task or place to run that nothing installed here can do",
  why: "A run that no trainer can do would end in its first second.",
  run(context) {
    const { config } = context;
    const elsewhere = cluster(config);
    switch (config.model.framework) {
      case "tfjs":
        return [...embedded(config), ...elsewhere];
      case "torch":
        return elsewhere;
      case "keras":
        return [error("C52", ["model", "framework"], keras()), ...elsewhere];
    }
  },
  runScript: ({ config }) => cluster(config),
};

function embedded({ task, hardware }: ResolvedConfig): Finding[] {
  const findings: Finding[] = [];
  if (task !== "text-classification") {
    findings.push(error("C52", ["task"], t("The embedded trainer does text-classification, not {0}.", task)));
  }
  if (hardware.strategy !== "single") {
    const message = t(
      "The embedded trainer uses one device; {0} needs another framework.",
      code(`hardware.strategy: ${hardware.strategy}`),
    );
    findings.push(error("C52", ["hardware", "strategy"], message));
  }
  return findings;
}

const keras = (): string =>
  t("Training with {0} comes with a later version; this one trains with `model.framework: torch` and `tfjs`.", "Keras");

function cluster({ hardware }: AnyResolvedConfig): Finding[] {
  if (hardware.target === "local") return [];
  const message = t("Running on a Slurm cluster comes with a later version. Write `local`.");
  return [error("C52", ["hardware", "target"], message)];
}

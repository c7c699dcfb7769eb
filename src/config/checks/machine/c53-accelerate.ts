import { t } from "../../../base/l10n.ts";
import { warning, type Finding, type Path } from "../../diagnostic.ts";
import { readMachineFacts } from "../../facts/machine.ts";
import { unchecked, type Check } from "../check.ts";
import { elsewhere, machineOf } from "./machine.ts";

/** C53: a person's own default of `accelerate`, which no config here mentions. */
export const c53: Check = {
  id: "C53",
  severity: "warning",
  title: "a default configuration of `accelerate` that would override how the run is launched",
  why: "`accelerate launch` takes processes, precision and strategy from that file wherever it is not told otherwise, so that two machines run the same config differently.",
  async run(context) {
    if (context.config.model.framework !== "torch") return [];
    const machine = await machineOf(context);
    if (!machine.known) return unchecked(machine.reason);
    return told(machine.facts.accelerateConfig, ["hardware", "strategy"]);
  },
  async runScript({ config, baseDir, env, signal }) {
    const at = config.script.command?.findIndex((word) => /(?:^|[/\\])accelerate(?:\.exe)?$/.test(String(word))) ?? -1;
    if (at < 0) return [];
    if (config.hardware.target !== "local") return unchecked(elsewhere());
    const machine = await readMachineFacts(config, baseDir, env, signal);
    return machine.known ? told(machine.facts.accelerateConfig, ["script", "command", at]) : unchecked(machine.reason);
  },
};

const told = (file: string | null, path: Path): Finding[] =>
  file === null
    ? []
    : [
        warning(
          "C53",
          path,
          t(
            "{0} says how `accelerate` launches, and may override `hardware`. Move it away, or make both say the same.",
            file,
          ),
        ),
      ];

import { t } from "../../../base/l10n.ts";
import { scriptProgram } from "../../../launch/script.ts";
import { error } from "../../diagnostic.ts";
import type { Check } from "../check.ts";

/** C66, as far as files tell: the script, or the program that runs it, is not there. */
export const c66Program: Check = {
  id: "C66",
  severity: "error",
  title: "a script or a program that is not there",
  why: "The run would end in its first second.",
  runScript({ config, baseDir, env }) {
    if (config.script.entry === null && config.script.command === null) return []; // told already
    const program = scriptProgram({ config, baseDir, env });
    if (program.command !== undefined) return [];
    const { key, problem } = program;
    if (key === "python") return [error("C66", ["hardware", "python"], problem)];
    const advice = key === "entry" ? t("Paths start at the folder of the config.") : t("Write its whole path.");
    return [error("C66", ["script", key], `${problem} ${advice}`.trim())];
  },
};

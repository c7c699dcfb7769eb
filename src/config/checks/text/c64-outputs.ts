import { t } from "../../../base/l10n.ts";
import { information, warning, type Finding } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import { isWritten, type Check, type CheckContext, type ScriptContext } from "../check.ts";

/** C64: what is asked for beyond the run itself and is not done by this version; the run is not worse for it. */
export const c64: Check = {
  id: "C64",
  severity: ["warning", "information"],
  title: "an export, a copy to a tracker or a source of a script's metrics that this version does not know",
  why: "The run itself is not worse for it: checkpoints are kept, and everything is recorded in this workspace.",
  run({ config }) {
    const exports = t("This version writes no exports; the best checkpoint is kept as a Hugging Face folder.");
    return [
      ...(config.export.formats.length === 0 ? [] : [warning("C64", ["export", "formats"], exports)]),
      ...copies(config),
    ];
  },
  runScript: (context) => [...copies(context.config), ...unread(context)],
};

function copies({ track }: (CheckContext | ScriptContext)["config"]): Finding[] {
  const message = t("This version sends no copies to other trackers; the run is recorded in this workspace.");
  return track.report_to.length === 0 ? [] : [warning("C64", ["track", "report_to"], message)];
}

const READERS = ["jsonl", "stdout"];

/** The default lists every source there will be; only who names one waits for it. */
function unread(context: ScriptContext): Finding[] {
  if (!isWritten(context, "script.metrics")) return [];
  return context.config.script.metrics.flatMap((reader, index) => {
    const message = t(
      "This version does not read {0} yet; it reads what the script logs with `tuning_fork`, and its output by `script.patterns`.",
      code(reader),
    );
    return READERS.includes(reader) ? [] : [information("C64", ["script", "metrics", index], message)];
  });
}

import { t } from "../../../base/l10n.ts";
import { installCommand } from "../../../launch/python/install.ts";
import { error } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import { compareVersions } from "../../facts/machine/requirements.ts";
import { unchecked, type Check } from "../check.ts";
import { machineOf } from "./machine.ts";

/** The first Transformers whose attention masks tell packed texts apart by positions that begin anew. */
const SEPARATES_FROM = "4.53";

/** C41: packed rows with a Transformers that does not keep them apart. */
export const c41: Check = {
  id: "C41",
  severity: "error",
  title: "packing with a Transformers that cannot keep packed texts apart",
  why: "Texts in one sequence are told apart by their positions. A Transformers that does not know that lets them attend to each other, and the model learns from texts that have nothing to do with the answer.",
  async run(context) {
    const { data, model, task } = context.config;
    if (!data.packing || task !== "causal-lm" || model.framework !== "torch") return [];
    // Flash attention is handed the ends of the texts, in older versions too.
    if (model.attn_implementation === "flash_attention_2") return [];
    const machine = await machineOf(context);
    if (!machine.known) return unchecked(machine.reason);
    const { python } = machine.facts;
    if (!python.known) return unchecked(python.reason);
    const version = python.facts.packages["transformers"];
    if (version === undefined || compareVersions(version, SEPARATES_FROM) >= 0) return [];
    const { path, description } = python.facts;
    const message = t(
      "`data.packing` needs transformers {0} or later to keep packed texts apart, and {1} has {2}. Run: `{3}`, or turn packing off.",
      SEPARATES_FROM,
      path,
      version,
      installCommand(description, [`transformers>=${SEPARATES_FROM},<6`]),
    );
    const off: Fix = {
      title: t("Turn packing off"),
      safe: false,
      edits: [{ kind: "set", path: ["data", "packing"], value: false }],
    };
    return [error("C41", ["data", "packing"], message, { fixes: [off] })];
  },
};

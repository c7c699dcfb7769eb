import { t } from "../../../base/l10n.ts";
import { warning } from "../../diagnostic.ts";
import type { Check } from "../check.ts";

/** C64: what is asked for beyond the run itself and is not done by this version; the run is not worse for it. */
export const c64: Check = {
  id: "C64",
  severity: "warning",
  title: "an export or a copy to a tracker that this version does not make",
  why: "The run itself is not worse for it: checkpoints are kept, and everything is recorded in this workspace.",
  run({ config }) {
    const exports = t("This version writes no exports; the best checkpoint is kept as a Hugging Face folder.");
    const copies = t("This version sends no copies to other trackers; the run is recorded in this workspace.");
    return [
      ...(config.export.formats.length === 0 ? [] : [warning("C64", ["export", "formats"], exports)]),
      ...(config.track.report_to.length === 0 ? [] : [warning("C64", ["track", "report_to"], copies)]),
    ];
  },
};

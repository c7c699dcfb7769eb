import type { Finding } from "../diagnostic.ts";
import type { Check } from "./check.ts";

/** What is asked for beyond the run itself and is not done by this version; the run is not worse for it. */
export const outputsCheck: Check = {
  finds: { C64: "an export or a copy to a tracker that this version does not make (a warning)" },
  run({ config }) {
    const warning = (path: string[], message: string): Finding => ({
      id: "C64",
      severity: "warning",
      path,
      at: "value",
      message,
    });
    return {
      findings: [
        ...(config.export.formats.length === 0
          ? []
          : [
              warning(
                ["export", "formats"],
                "This version writes no exports; the best checkpoint is kept as a Hugging Face folder.",
              ),
            ]),
        ...(config.track.report_to.length === 0
          ? []
          : [
              warning(
                ["track", "report_to"],
                "This version sends no copies to other trackers; the run is recorded in this workspace.",
              ),
            ]),
      ],
    };
  },
};

import { t } from "../../../base/l10n.ts";
import { warning } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import type { Check } from "../check.ts";

/** C33: adapters trained on a quantised model are merged into the model they were not trained on. */
export const c33: Check = {
  id: "C33",
  severity: "warning",
  title: "a merged export of a QLoRA run",
  why: "The adapters learnt to correct the rounding of the quantised weights; in the 16-bit model they are merged into, that rounding is gone, and metrics shift.",
  run({ config: { method, export: exporting } }) {
    const index = exporting.formats.indexOf("merged");
    if (method.type !== "qlora" || index < 0) return [];
    const path = ["export", "formats", index];
    const message = t(
      "Adapters trained on a {0}-bit model are merged into the 16-bit one, so that its results differ a little from those evaluated here. Evaluate the merged model again before it is used.",
      method.bits,
    );
    const fix = {
      title: t("Export without {0}", code("merged")),
      safe: false,
      edits: [{ kind: "remove", path } as const],
    };
    return [warning("C33", path, message, { fixes: [fix] })];
  },
};

import { t } from "../../../base/l10n.ts";
import { lacksCheckpointing } from "../../../models/architectures.ts";
import { warning } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import type { Check } from "../check.ts";
import { withModel } from "./known.ts";

const PATH = ["train", "gradient_checkpointing"];

/** C40: gradient checkpointing for an architecture that has none. The list is read from Transformers (`scripts/architectures.py`). */
export const c40: Check = {
  id: "C40",
  severity: "warning",
  title: "gradient checkpointing for an architecture that does not support it",
  why: "Transformers ends with an error when it is switched on for a class without `supports_gradient_checkpointing`.",
  async run(context) {
    const { train, model } = context.config;
    if (train.gradient_checkpointing !== true || model.framework !== "torch") return [];
    return withModel(context, ({ type }) => {
      if (!lacksCheckpointing(type)) return [];
      const fixes = [
        { title: t("Write {0}", "`false`"), safe: true, edits: [{ kind: "set", path: PATH, value: false } as const] },
      ];
      return [
        warning("C40", PATH, t("Transformers has no gradient checkpointing for {0}. Write `false`.", code(type)), {
          fixes,
        }),
      ];
    });
  },
};

import { t } from "../../../base/l10n.ts";
import { error, warning } from "../../diagnostic.ts";
import { isWritten, type Check } from "../check.ts";
import { withModel } from "./known.ts";

const PATH = ["data", "max_length"];

/** C24: more tokens than the model has positions for. RoBERTa's family keeps two positions for itself. */
export const c24: Check = {
  id: "C24",
  severity: ["error", "warning"],
  title: "a `data.max_length` above the model's positions",
  why: "A token beyond the last position has no embedding: the run ends with an index error at the first long row. Rotary positions go on beyond the length the model was trained on, but its answers get worse there.",
  async run(context) {
    if (!isWritten(context, "data.max_length")) return [];
    const length = context.config.data.max_length;
    return withModel(context, ({ positions, hasFlexiblePositions }) => {
      if (positions === null || length <= positions) return [];
      const fixes = [
        {
          title: t("Write {0}", positions),
          // A longer text than the model was trained on may be what is wanted.
          safe: !hasFlexiblePositions,
          edits: [{ kind: "set", path: PATH, value: positions } as const],
        },
      ];
      if (!hasFlexiblePositions) {
        return [
          error(
            "C24",
            PATH,
            t("`data.max_length` is {0}, but the model takes {1} tokens. Write {1} or less.", length, positions),
            { fixes },
          ),
        ];
      }
      return [
        warning(
          "C24",
          PATH,
          t(
            "`data.max_length` is {0}, but the model was trained on {1} tokens at most; beyond that it gets worse. Write {1} or less.",
            length,
            positions,
          ),
          { fixes },
        ),
      ];
    });
  },
};

import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { shownPath } from "../../../data/complaint.ts";
import { error, warning, type Finding } from "../../diagnostic.ts";
import type { DataFacts } from "../../facts/facts.ts";
import { isWritten, type Check, type CheckContext } from "../check.ts";
import { removal } from "../text/mend.ts";
import { entryOf } from "./problem.ts";
import { countInWords, firstPlace, shareInWords, withData } from "./rows-in-words.ts";

/** From this share of evaluation rows on the result is worth nothing. */
const TOO_MANY = 0.01;

const PATH = ["data", "eval"];

/** C19: evaluation on what was trained on, as it was named or by the split. */
export const c19: Check = {
  id: "C19",
  severity: ["error", "warning"],
  title: "evaluation rows that stand in the training data",
  why: "Rows that were trained on are answered from memory, whether two files hold them or a split puts repeated rows on both sides. The metrics then rise while the model gets worse at everything else, and the wrong checkpoint is called the best.",
  run: (context) =>
    withData(context, (data) => {
      const { quality, rows } = data;
      const { config, baseDir } = context;
      if (config.data.eval === null) return splitApart(context, data);
      if (quality.sameFile !== null) {
        const message = t(
          "{0} is both training and evaluation data. Name other rows, or leave `data.eval` out, so that a part of the training rows is held out.",
          shownPath(quality.sameFile),
        );
        return [error("C19", evalEntry(quality.sameFile), message, { fixes: [removal(PATH)] })];
      }
      if (quality.overlap === 0) return [];
      const share = quality.overlap / rows.eval;
      const message = t(
        "Evaluation rows that stand in the training data too: {0} of {1} ({2}). Remove them from one of the two.",
        countInWords(quality.overlap, quality.isEstimate),
        formatCount(rows.eval),
        shareInWords(share),
      );
      const tell = share >= TOO_MANY ? error : warning;
      return [tell("C19", PATH, message + firstPlace(quality.first.overlap))];

      function evalEntry(file: string) {
        const found = entryOf(file, { ...config, data: { ...config.data, train: [] } }, baseDir);
        return found[1] === "eval" ? found : PATH;
      }
    }),
};

/** Rows that stand more than once, and that the split put on both sides: a warning, for people mostly mean no harm by them. */
function splitApart(context: CheckContext, { quality: { overlap, isEstimate, first }, rows }: DataFacts): Finding[] {
  if (overlap === 0) return [];
  const share = overlap / rows.eval;
  const message = t(
    "Rows held out for evaluation that stand among the rows trained on too: {0} of {1} ({2}). Remove the repetitions, or name evaluation rows of their own in `data.eval`.",
    countInWords(overlap, isEstimate),
    formatCount(rows.eval),
    shareInWords(share),
  );
  const path = isWritten(context, "data.eval_fraction") ? ["data", "eval_fraction"] : ["data", "train"];
  return [warning("C19", path, message + firstPlace(first.overlap))];
}

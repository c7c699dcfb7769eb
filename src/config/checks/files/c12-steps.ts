import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { error, warning, type Finding } from "../../diagnostic.ts";
import type { DataFacts } from "../../facts/facts.ts";
import type { ResolvedConfig } from "../../types.ts";
import type { Check } from "../check.ts";
import { setting } from "../text/mend.ts";
import { CHARACTERS_PER_TOKEN, isPacked, packedRows } from "./plan.ts";
import { withData } from "./rows-in-words.ts";

/** C12: data that gives not one step. */
export const c12: Check = {
  id: "C12",
  severity: ["error", "warning"],
  title: "data without a single row to train on",
  why: "A job of 0 steps ends as a success, and leaves the model it began with.",
  run: (context) =>
    withData(context, (data) => {
      const { train } = data.rows;
      const { emptyTexts, emptyAnswers } = data.quality;
      if (train > 0 && Math.max(emptyTexts, emptyAnswers) >= train) {
        const message =
          emptyTexts >= train
            ? t("No training row has a text, so there is nothing to train on.")
            : t("No training row has an answer, so there is nothing to train on.");
        return [error("C12", ["data", "train"], message)];
      }
      return isPacked(context.config) ? packing(context.config, data) : [];
    }),
};

/** Packing fills rows of `data.max_length` tokens; what does not fill one is left out. */
function packing(config: ResolvedConfig, data: DataFacts): Finding[] {
  if (packedRows(config, data) > 0) return [];
  const length = config.data.max_length;
  const message = t(
    "`data.packing` joins texts to rows of {0} tokens, but all texts together have only about {1}, so that no row is full. Turn packing off, or write a shorter `data.max_length`.",
    formatCount(length),
    formatCount(Math.round((data.characters.mean * data.rows.train) / CHARACTERS_PER_TOKEN)),
  );
  // A token is hardly ever shorter than a byte, so that below this there is no doubt.
  const isCertain = mostTokens(data) < length;
  return [
    (isCertain ? error : warning)("C12", ["data", "packing"], message, {
      fixes: [setting(["data", "packing"], false)],
    }),
  ];
}

/** Tokens that the training texts have at most: their bytes, by the sample, and one for the end of each. */
function mostTokens({ sample, characters, rows }: DataFacts): number {
  const units = sample.reduce((sum, { text, answer }) => sum + text.length + (answer?.length ?? 0), 0);
  const bytes = sample.reduce((sum, { text, answer }) => sum + Buffer.byteLength(text + (answer ?? "")), 0);
  return rows.train * (characters.mean * (units === 0 ? 1 : bytes / units) + 1);
}

import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warning } from "../../diagnostic.ts";
import type { Check } from "../check.ts";
import { setting } from "../text/mend.ts";
import { CHARACTERS_PER_TOKEN, isPacked } from "./plan.ts";
import { shareInWords, withData } from "./rows-in-words.ts";

/** Share of the rows that may be cut without a word. */
const TOLD = 0.01;
/** Lengths are written in steps of this many tokens. */
const STEP = 64;

const PATH = ["data", "max_length"];

/** C22, where no tokenizer of the model counts: texts that are cut, by their length in characters. */
export const c22: Check = {
  id: "C22",
  severity: "warning",
  title: "texts longer than `data.max_length`",
  why: "What is cut is not learnt from. In a completion the end is lost, and with it the sign that an answer is over.",
  async run(context) {
    const { config, facts } = context;
    // Packed texts go on in the next row; nothing is cut.
    if (isPacked(config)) return [];
    const model = await facts.model();
    // The tokens themselves are counted when the model is looked at.
    if (model.known && model.facts.tokenizer?.canCount) return [];
    return withData(context, ({ characters }) => {
      const length = config.data.max_length;
      const share = characters.longerThan(length * CHARACTERS_PER_TOKEN);
      if (share < TOLD) return [];
      const longest = Math.ceil(characters.max / CHARACTERS_PER_TOKEN);
      const message = t(
        "About {0} of the texts are longer than `data.max_length` ({1} tokens, reckoned at {2} characters each) and are cut; the longest has about {3} tokens.",
        shareInWords(share),
        formatCount(length),
        CHARACTERS_PER_TOKEN,
        formatCount(longest),
      );
      const enough = Math.ceil((characters.percentile(1 - TOLD / 2) * 1.01) / CHARACTERS_PER_TOKEN / STEP) * STEP;
      const positions = model.known ? model.facts.positions : null;
      const fits = positions === null || enough <= positions || (model.known && model.facts.hasFlexiblePositions);
      return [warning("C22", PATH, message, { fixes: fits ? [setting(PATH, enough)] : [] })];
    });
  },
};

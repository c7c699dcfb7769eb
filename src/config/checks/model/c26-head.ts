import { t } from "../../../base/l10n.ts";
import { headsOf } from "../../../models/architectures.ts";
import { error } from "../../diagnostic.ts";
import { code, joinWords } from "../../schema/words.ts";
import { unchecked, type Check } from "../check.ts";
import { withModel } from "./known.ts";
import { hasAdapters, isClassifier, lists } from "./method.ts";

const PATH = ["method", "modules_to_save"];

/** C26: a new classifier that is not saved with the adapters. */
export const c26: Check = {
  id: "C26",
  severity: "error",
  title: "a classifier with adapters whose head is not in `method.modules_to_save`",
  why: "The head starts random. What is not saved with the adapters is random again when they are loaded, and so are the answers.",
  async run(context) {
    const { config } = context;
    const saved = config.method.modules_to_save;
    if (!hasAdapters(config) || !isClassifier(config) || saved === "auto") return [];
    return withModel(context, ({ type }) => {
      const heads = headsOf(type);
      if (!heads) return unchecked(t("it is not known how {0} classifies", code(type)));
      // Token classifiers have only the last layer of a head.
      const needed = config.task === "token-classification" ? heads.slice(-1) : heads;
      const missing = needed.filter((name) => !lists(saved, name));
      if (missing.length === 0) return [];
      const names = joinWords(missing.map(code), "and");
      const title = t("Add {0} to `method.modules_to_save`", names);
      const edits = [{ kind: "set", path: PATH, value: [...saved, ...missing] } as const];
      return [
        error(
          "C26",
          PATH,
          t(
            "The new classifier {0} is not in `method.modules_to_save`, so that it is random again after loading. Add it.",
            names,
          ),
          { fixes: [{ title, safe: true, edits }] },
        ),
      ];
    });
  },
};

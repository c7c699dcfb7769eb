import { t } from "../../../base/l10n.ts";
import { error } from "../../diagnostic.ts";
import type { Check } from "../check.ts";
import { withModel } from "./known.ts";
import { hasChatData, templateOf } from "./template.ts";

const PATH = ["data", "completion_only_loss"];

/** What marks the model's own words in a template. */
const GENERATION = /\{%[-+]?\s*generation\s*[-+]?%\}/;

/** C30: a loss on answers only, with a template that does not tell which words are answers. */
export const c30: Check = {
  id: "C30",
  severity: "error",
  title: "a loss on answers only, with a chat template without `{% generation %}`",
  why: "The template marks the answers with `{% generation %}`. Without the mark no token counts, the loss is 0, and nothing is learnt.",
  async run(context) {
    if (context.config.data.completion_only_loss !== true || !(await hasChatData(context))) return [];
    return withModel(context, async (facts) => {
      const template = await templateOf(context, facts);
      // Whether there is a template at all is told by C29.
      if (template.from === "none" || template.from === "unreadable" || GENERATION.test(template.text)) return [];
      const message =
        template.from === "tokenizer"
          ? t(
              "The tokenizer's chat template has no `generation` block, so that no token of an answer counts. Name a template with it in `data.chat_template`, or write `auto`.",
            )
          : t(
              "The chat template has no `generation` block, so that no token of an answer counts. Put it around the answers, or write `auto`.",
            );
      const title = t("Write {0}", "`auto`");
      const fixes = [{ title, safe: false, edits: [{ kind: "set", path: PATH, value: "auto" } as const] }];
      return [error("C30", PATH, message, { fixes })];
    });
  },
};

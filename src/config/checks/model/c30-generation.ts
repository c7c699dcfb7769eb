import { t } from "../../../base/l10n.ts";
import { information } from "../../diagnostic.ts";
import type { Check } from "../check.ts";
import { withModel } from "./known.ts";
import { hasChatData, templateOf } from "./template.ts";

/** What marks the model's own words in a template. */
const GENERATION = /\{%[-+]?\s*generation\s*[-+]?%\}/;

/** C30: a loss on answers only, with a template that does not tell which words are answers: the trainer finds them itself. */
export const c30: Check = {
  id: "C30",
  severity: "information",
  title: "a loss on answers only, with a chat template without `{% generation %}`",
  why: "A template may mark the answers with `{% generation %}`. Without the mark the trainer finds them by what the template writes for each message, which is less exact where a template rewrites earlier turns.",
  async run(context) {
    const { task, data } = context.config;
    if (task !== "causal-lm" || data.completion_only_loss !== true || !(await hasChatData(context))) return [];
    return withModel(context, async (facts) => {
      const template = await templateOf(context, facts);
      // Whether there is a template at all is told by C29.
      if (template.from === "none" || template.from === "unreadable" || GENERATION.test(template.text)) return [];
      const message = t(
        "The chat template has no `generation` block: what it writes for a message of the assistant, from the end of the header to the end of the turn, counts as the answer. The run records how many tokens that are.",
      );
      return [information("C30", ["data", "completion_only_loss"], message)];
    });
  },
};

import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { error, warning } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import type { DataFacts, ModelFacts } from "../../facts/facts.ts";
import type { ResolvedConfig } from "../../types.ts";
import { unchecked, type Check } from "../check.ts";
import { lengthInForce, rowTokens, type RowTokens } from "./lengths.ts";
import { isChat } from "./template.ts";

const PATH = ["data", "max_length"];

/** Share of rows without any answer from which on the run teaches next to nothing of what was meant. */
const MANY = 0.01;

/** C23: the prompt alone fills the sequence, so that nothing of the answer is learnt. */
export const c23: Check = {
  id: "C23",
  severity: ["error", "warning"],
  title: "prompts that fill `data.max_length`, with a loss on answers only",
  why: "Such a row has no token left to learn: its loss is reported as 0, and the run looks fine.",
  async run(context) {
    if (context.config.task !== "causal-lm" || context.config.data.completion_only_loss === false) return [];
    const data = await context.facts.data();
    // What is wrong with the data itself is told by the check of that.
    if (!data.known) return data.problem ? [] : unchecked(data.reason);
    if (!countsAnswersOnly(context.config, data.facts)) return [];
    const model = await context.facts.model();
    if (!model.known) return unchecked(model.reason);
    if (!model.facts.tokenizer?.canCount) return unchecked(t("the model's tokenizer is not here"));
    const limit = lengthInForce(context, model.facts);
    const rows = await rowTokens(data.facts, model.facts, context.signal);
    if ("unchecked" in rows) return rows;
    const lost = rows.filter(({ prompt }) => prompt >= limit);
    if (lost.length === 0) return [];
    const longest = lost.reduce((most, { prompt }) => Math.max(most, prompt), 0);
    const message = t(
      "In {0} of {1} sampled rows the prompt alone fills `data.max_length` of {2} tokens, so that nothing of the answer is learnt. The longest prompt has {3} tokens: raise `data.max_length` above it, or remove these rows.",
      formatCount(lost.length),
      formatCount(rows.length),
      limit,
      formatCount(longest),
    );
    // In a chat earlier answers may still be learnt.
    const tell = lost.length >= MANY * rows.length && !isChat(data.facts.shape) ? error : warning;
    return [tell("C23", PATH, message, { fixes: roomForAll(rows, limit, model.facts) })];
  },
};

/** The length that holds every sampled row, where the model takes it. */
function roomForAll(rows: readonly RowTokens[], limit: number, { positions }: ModelFacts): Fix[] {
  const value = rows.reduce((most, { total }) => Math.max(most, total), limit + 1);
  if (positions !== null && value > positions) return [];
  const title = t("Write {0}, which holds all sampled rows", value);
  return [{ title, safe: false, edits: [{ kind: "set", path: PATH, value }] }];
}

/** Whether the loss counts answers only: when asked for, and by itself where rows have a prompt and an answer. */
function countsAnswersOnly({ data }: ResolvedConfig, { shape }: DataFacts): boolean {
  if (shape === null || shape === "text") return false;
  return data.completion_only_loss === true || !isChat(shape);
}

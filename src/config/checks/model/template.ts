import { t } from "../../../base/l10n.ts";
import { UserError } from "../../../base/errors.ts";
import { resolvePath } from "../../../data/locations.ts";
import { readText } from "../../../models/regular-file.ts";
import type { DataFacts, ModelFacts } from "../../facts/facts.ts";
import type { CheckContext } from "../check.ts";

/** Whether rows are lists of messages, which a chat template turns into text. */
export const isChat = (shape: DataFacts["shape"]): boolean => shape === "messages" || shape === "sharegpt";

/** Whether the rows of a config are messages; the columns tell where the data was not read. */
export async function hasChatData({ config, facts }: CheckContext): Promise<boolean> {
  if (config.task !== "causal-lm" && config.task !== "preference") return false;
  const data = await facts.data();
  // Of data that is wrong that is told first.
  if (!data.known && data.problem) return false;
  return config.data.columns.messages !== undefined || (data.known && isChat(data.facts.shape));
}

/** The chat template a run uses. */
export type ChatTemplate =
  | { readonly from: "config" | "tokenizer"; readonly text: string }
  /** `data.chat_template` names a file that cannot be read, for this reason (a sentence). */
  | { readonly from: "unreadable"; readonly sentence: string }
  | { readonly from: "none" };

/** More than any template has. */
const MAX_BYTES = 1_000_000;

/** A template, as opposed to the path of one. */
const isInline = (written: string): boolean => /\{[{%]/.test(written) || written.includes("\n");

/** Finds the template that counts: that of the config, else the tokenizer's. */
export async function templateOf({ config, baseDir }: CheckContext, model: ModelFacts): Promise<ChatTemplate> {
  const written = config.data.chat_template;
  if (written === null) {
    const text = model.tokenizer?.chatTemplate ?? null;
    return text === null ? { from: "none" } : { from: "tokenizer", text };
  }
  if (isInline(written)) return { from: "config", text: written };
  const path = resolvePath(written, baseDir);
  try {
    const text = await readText(path, MAX_BYTES);
    return text === undefined
      ? { from: "unreadable", sentence: t("There is no chat template {0}.", path) }
      : { from: "config", text };
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    return { from: "unreadable", sentence: problem.sentence };
  }
}

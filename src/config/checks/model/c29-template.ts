import { t } from "../../../base/l10n.ts";
import { error, warning, type Finding } from "../../diagnostic.ts";
import type { ModelFacts } from "../../facts/facts.ts";
import { code } from "../../schema/words.ts";
import type { ResolvedConfig } from "../../types.ts";
import { unchecked, type Check } from "../check.ts";
import { withModel } from "./known.ts";
import { hasChatData, templateOf } from "./template.ts";
import { lists } from "./method.ts";

const PATH = ["data", "chat_template"];

/** C29: messages without a template that makes text of them, or with that of another kind of model. */
export const c29: Check = {
  id: "C29",
  severity: ["error", "warning"],
  title: "chat data without a chat template, or a chat template on a base model",
  why: "Messages become text by the chat template. Without one the run ends with an error at the first row; with one whose control tokens the model never learnt the answers are gibberish.",
  async run(context) {
    if (!(await hasChatData(context))) return [];
    return withModel(context, async (facts) => {
      if (!facts.tokenizer && context.config.data.chat_template === null) {
        return unchecked(t("the model's tokenizer is not here"));
      }
      const template = await templateOf(context, facts);
      if (template.from === "unreadable") return [error("C29", PATH, template.sentence)];
      if (template.from === "none") {
        return [
          error(
            "C29",
            ["model", "name_or_path"],
            t(
              "The rows are messages, but the tokenizer has no chat template. Name one in `data.chat_template`, or take the model's instruction-tuned variant.",
            ),
          ),
        ];
      }
      return template.from === "config" ? unlearnt(template.text, context.config, facts) : [];
    });
  },
};

/** What names say of models that were taught to chat. */
const CHATS = /(?:^|[-_./\s])(?:instruct|chat|it|sft|dpo|rlhf|assistant|zephyr|hermes|tulu)(?:$|[-_./\s\d])/i;

/** Control tokens of chat templates: `<|im_start|>`, `<start_of_turn>`, `[INST]`. */
const CONTROL = /<\|[\w-]+\|>|<(?:start|end)_of_turn>|\[\/?INST\]|<[|]?(?:system|user|assistant)[|]?>/;

/** A template with control tokens on a base model whose embeddings are not trained. */
function unlearnt(template: string, { method }: ResolvedConfig, { name, tokenizer }: ModelFacts): Finding[] {
  const control = CONTROL.exec(template)?.[0];
  if (control === undefined || tokenizer?.chatTemplate || CHATS.test(name)) return [];
  const saved = method.modules_to_save;
  const trainsTokens = method.type === "full" || method.type === "distill" || (saved !== "auto" && savesTokens(saved));
  if (trainsTokens) return [];
  return [
    warning(
      "C29",
      PATH,
      t(
        "{0} seems to be a base model, which never learnt the template's token {1}. Take its instruction-tuned variant, or train the embeddings too (`method.modules_to_save`).",
        code(name),
        code(control),
      ),
    ),
  ];
}

const savesTokens = (modules: readonly string[]): boolean =>
  ["embed_tokens", "wte", "embed_in", "word_embeddings", "shared"].some((name) => lists(modules, name));

import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warning, type Finding } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import type { ModelFacts } from "../../facts/facts.ts";
import { isEmbedding, isOutput, moduleOf } from "../../facts/model/tensors.ts";
import { code, joinWords } from "../../schema/words.ts";
import type { ResolvedConfig } from "../../types.ts";
import type { Check } from "../check.ts";
import { withModel } from "./known.ts";
import { hasAdapters, lists } from "./method.ts";

/** C27: adapters on embeddings or the output layer, and new tokens whose embeddings are not saved. */
export const c27: Check = {
  id: "C27",
  severity: "warning",
  title: "adapters on the output layer or embeddings; added tokens without saved embeddings",
  why: "Adapters on embeddings or the output layer make PEFT save the whole tables, and cannot be merged where the two are one. Tokens that were added have random embeddings, which stay random unless they are trained and saved.",
  async run(context) {
    const { config } = context;
    if (!hasAdapters(config)) return [];
    return withModel(context, (facts) => [...targeted(config), ...untrained(config, facts)]);
  },
};

function targeted({ method: { target_modules: targets } }: ResolvedConfig): Finding[] {
  if (!Array.isArray(targets)) return [];
  return targets.flatMap((target, index) => {
    if (!isOutput(target) && !isEmbedding(target)) return [];
    const path = ["method", "target_modules", index];
    const message = isOutput(target)
      ? t(
          "{0} is the output layer: with adapters on it the whole layer is saved, and it cannot be merged where it is one with the embeddings. Remove it, or write `all-linear`, which leaves it out.",
          code(target),
        )
      : t(
          "{0} is a table of embeddings: with adapters on it the whole table is saved. Remove it, or write `all-linear`, which leaves it out.",
          code(target),
        );
    const fix: Fix =
      targets.length > 1
        ? { title: t("Remove {0}", code(target)), safe: false, edits: [{ kind: "remove", path }] }
        : {
            title: t("Write {0}", code("all-linear")),
            safe: false,
            edits: [{ kind: "set", path: path.slice(0, 2), value: "all-linear" }],
          };
    return [warning("C27", path, message, { fixes: [fix] })];
  });
}

/** `auto` has them by itself. */
function untrained(config: ResolvedConfig, facts: ModelFacts): Finding[] {
  const count = facts.tokenizer?.tokensBeyond ?? 0;
  const saved = config.method.modules_to_save;
  if (saved === "auto" || count === 0) return [];
  const missing = embeddingNames(config, facts).filter((name) => !lists(saved, name));
  if (missing.length === 0) return [];
  const path = ["method", "modules_to_save"];
  const names = joinWords(missing.map(code), "and");
  const rows = formatCount(facts.vocabulary);
  const message =
    count === 1
      ? t(
          "The tokenizer has one token more than the model's {0} embeddings. It starts random and is not trained: add {1} to `method.modules_to_save`.",
          rows,
          names,
        )
      : t(
          "The tokenizer has {0} tokens more than the model's {1} embeddings. They start random and are not trained: add {2} to `method.modules_to_save`.",
          formatCount(count),
          rows,
          names,
        );
  const title = t("Add {0} to `method.modules_to_save`", names);
  const edits = [{ kind: "set", path, value: [...saved, ...missing] } as const];
  return [warning("C27", path, message, { fixes: [{ title, safe: false, edits }] })];
}

/** The table of input embeddings, and for tasks that write text the output layer where it is a layer of its own. */
function embeddingNames({ task }: ResolvedConfig, { tensors }: ModelFacts): string[] {
  const modules = tensors.flatMap(({ name }) => moduleOf(name) ?? []);
  const input = modules.find((module) => /(?:word_embeddings?|embed_tokens|embed_in|wte|shared)$/.test(module));
  const output = task === "causal-lm" || task === "preference" ? modules.find(isOutput) : undefined;
  return [input ?? "embed_tokens", output].flatMap((module) => module?.split(".").at(-1) ?? []);
}

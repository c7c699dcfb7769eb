import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { UserError } from "../../base/errors.ts";
import { readJson } from "../../base/files.ts";
import { t } from "../../base/l10n.ts";
import { requireTokenizer, TOKENIZER_FILE } from "../files.ts";
import type { TextTokenizer } from "./tokenizer.ts";

/** The tokenizer of a Hugging Face folder. Texts are cut as transformers cuts them: special tokens stay, the text's end goes. */
export function huggingFaceTokenizer(dir: string): TextTokenizer {
  const tokenizer = load(dir);
  const encode = (text: string): number[] => tokenizer.encode(text).ids;
  const specials = encode("");
  // Where the text goes among the special tokens: after those that a text's encoding starts with as well.
  const sample = encode("a");
  const before = specials.findIndex((id, at) => sample[at] !== id);
  const after = specials.length - (before < 0 ? specials.length : before);
  return {
    encode(text, maxLength) {
      const ids = encode(text);
      if (ids.length <= maxLength) return ids.length === 0 ? [0] : ids;
      const kept = ids.slice(0, Math.max(0, maxLength - after));
      return [...kept, ...ids.slice(ids.length - Math.min(after, maxLength))];
    },
  };
}

function load(dir: string): Tokenizer {
  requireTokenizer(dir);
  const path = join(dir, TOKENIZER_FILE);
  const json = readJson<object>(path);
  try {
    if (json) return new Tokenizer(json, readJson<object>(join(dir, "tokenizer_config.json")) ?? {});
  } catch {
    // told below: a tokenizer of an unknown kind, or not a tokenizer at all
  }
  throw new UserError("model-tokenizer-broken", t("The tokenizer in {0} cannot be read.", path), {
    advice: t("Save it anew with a current version of transformers."),
    file: path,
  });
}

import { HASHED_PAD } from "../tokenizers/hashed-words.ts";
import type { Architecture, ArchitectureOptions } from "./architecture.ts";
import type { ConfigValues } from "./config-values.ts";
import type { ModelConfig } from "./folder.ts";
import { transformerArchitecture } from "./transformer/families.ts";

/** `model_type` of `builtin:tiny` and of what was trained from it. */
export const TINY = "tuning-fork-tiny";

/** A BERT of two narrow layers over hashed words; a training step takes milliseconds. */
export const TINY_CONFIG: ModelConfig = {
  model_type: TINY,
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 128,
  vocab_size: 4096,
  max_position_embeddings: 512,
  type_vocab_size: 1,
  hidden_act: "relu",
  pad_token_id: HASHED_PAD,
};

/** Its classifier reads the mean over the tokens unless told otherwise: nothing taught the first token to stand for the text. */
export function tinyArchitecture(config: ConfigValues, options: ArchitectureOptions): Architecture {
  const pooling = options.pooling === "auto" ? "mean" : options.pooling;
  return { ...transformerArchitecture("bert", config, { ...options, pooling }), kind: TINY, savedConfig: {} };
}

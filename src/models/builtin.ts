/** What there is to know of the models that come with this product, beside their weights. */

/** `model_type` of the folder of `builtin:use-lite`, and of its fine-tuned descendants. */
export const USE_LITE = "universal-sentence-encoder-lite";

/** Sizes of the published Universal Sentence Encoder Lite, read off its graph. */
export const USE_LITE_SIZES = {
  vocabulary: 8002,
  /** Width of the embeddings. */
  embedding: 256,
  hidden: 512,
  intermediate: 1536,
  heads: 4,
  layers: 2,
  positions: 128,
} as const;

/** `model_type` of `builtin:tiny` and of what was trained from it. */
export const TINY = "tuning-fork-tiny";

/** The `config.json` of `builtin:tiny`: a BERT of two narrow layers over hashed words; a training step takes milliseconds. */
export const TINY_CONFIG = {
  model_type: TINY,
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 128,
  vocab_size: 4096,
  max_position_embeddings: 512,
  type_vocab_size: 1,
  hidden_act: "relu",
  pad_token_id: 0,
} as const;

/** Kinds of model that were trained from a built-in one and bring no Hugging Face tokenizer. */
export const hasOwnTokenizer = (type: string): boolean => type === TINY || type === USE_LITE;

import { sizeDefaults } from "../../../models/architectures.ts";
import { isMap, type PlainMap } from "../../schema/view.ts";

/** Sizes of a model as its `config.json` tells them; 0 where it does not. */
export interface Sizes {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Width of one attention head. */
  readonly headDim: number;
  readonly intermediate: number;
  readonly vocabulary: number;
  /** Width of the embeddings, where it is not the hidden one. */
  readonly embedding: number;
  /** Rows of the table of positions, or the length rotary positions were trained to; 0 = no such number. */
  readonly positions: number;
  /** Rows of the table of token types. */
  readonly types: number;
  /** The input embeddings are the output layer as well. */
  readonly isTied: boolean;
}

/** What architectures call the same thing. The first that is there counts. */
const NAMES = {
  hidden: ["hidden_size", "n_embd", "d_model", "dim", "n_embed", "model_dim"],
  layers: ["num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers"],
  heads: ["num_attention_heads", "n_head", "n_heads", "num_heads", "encoder_attention_heads"],
  kvHeads: ["num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num"],
  headDim: ["head_dim", "d_kv", "kv_channels"],
  intermediate: ["intermediate_size", "n_inner", "d_ff", "ffn_dim", "hidden_dim", "encoder_ffn_dim", "ffn_hidden_size"],
  vocabulary: ["vocab_size", "padded_vocab_size"],
  embedding: ["embedding_size", "word_embed_proj_dim"],
  positions: ["max_position_embeddings", "n_positions", "max_seq_len", "max_sequence_length", "seq_length", "n_ctx"],
  types: ["type_vocab_size"],
} as const;

/** The part of a `config.json` that is about text: of a multimodal model its `text_config`, else the whole. */
export function textConfig(config: PlainMap): PlainMap {
  const inner = ["text_config", "llm_config", "language_config"].map((name) => config[name]).find(isMap);
  return inner ? { ...config, ...inner } : config;
}

/** Reads sizes under every name they go by; what is left out has the default of the architecture's class. */
export function sizesOf(config: PlainMap): Sizes {
  const text = textConfig(config);
  const defaults = sizeDefaults(wordOf(text["model_type"]));
  const find = (names: readonly string[]): number =>
    [text, defaults].flatMap((values) => names.map((name) => values[name])).find(isSize) ?? 0;
  const hidden = find(NAMES.hidden);
  const heads = find(NAMES.heads);
  return {
    hidden,
    heads,
    layers: find(NAMES.layers),
    kvHeads: keyValueHeads(text, find(NAMES.kvHeads) || heads),
    headDim: find(NAMES.headDim) || (heads > 0 ? Math.floor(hidden / heads) : 0),
    // Most architectures that do not say it take four times the width.
    intermediate: find(NAMES.intermediate) || 4 * hidden,
    vocabulary: find(NAMES.vocabulary),
    embedding: find(NAMES.embedding) || hidden,
    positions: find(NAMES.positions),
    types: find(NAMES.types),
    isTied: (text["tie_word_embeddings"] ?? config["tie_word_embeddings"] ?? defaults["tie_word_embeddings"]) !== false,
  };
}

/** Falcon's and GPT BigCode's attention shares one key and value unless told otherwise. */
function keyValueHeads(config: PlainMap, written: number): number {
  return config["multi_query"] === true && config["new_decoder_architecture"] !== true ? 1 : written;
}

const wordOf = (value: unknown): string => (typeof value === "string" ? value : "");

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

/** Architectures whose first two positions are never a token's: position ids start after the padding id. */
const OFFSET_POSITIONS = /^(?:roberta|xlm-roberta|camembert|data2vec-text|longformer|luke|mluke|mpnet|xmod|ibert|lilt)/;

/** Architectures with positions relative to each other, which have no last one. */
const RELATIVE_POSITIONS = /^(?:t5|mt5|umt5|longt5|xlnet|transfo-xl|bloom|mpt|flaubert_relative)$/;

/** Keys of a config that only rotary or ALiBi positions have. */
const FLEXIBLE_KEYS = ["rope_theta", "rope_scaling", "rope_parameters", "rotary_pct", "rotary_dim", "rotary_emb_base"];

/** Architectures whose positions are rotary although their config may not say so. */
const ROTARY =
  /^(?:llama|mistral|mixtral|qwen|gemma|phi|falcon$|gpt_neox|gptj|codegen|stablelm|olmo|cohere|deepseek|glm|granite|starcoder2|smollm|modernbert|eurobert|nomic_bert|gte|ministral|persimmon|nemotron|exaone|hunyuan|seed_oss|gpt_oss|internlm|baichuan|chatglm)/;

/** How many tokens a text may have, and whether more of them work at all. */
export function positionsOf(config: PlainMap): { positions: number | null; hasFlexiblePositions: boolean } {
  const text = textConfig(config);
  const type = wordOf(text["model_type"]);
  const { positions } = sizesOf(config);
  // DeBERTa's later versions add no absolute positions to the input; the earlier ones do.
  const isDisentangled = type.startsWith("deberta") && text["position_biased_input"] === false;
  const isRotary =
    ROTARY.test(type) ||
    text["alibi"] === true ||
    ["rotary", "rope", "alibi"].includes(wordOf(text["position_embedding_type"])) ||
    FLEXIBLE_KEYS.some((key) => text[key] !== undefined && text[key] !== null);
  if (RELATIVE_POSITIONS.test(type)) return { positions: null, hasFlexiblePositions: true };
  if (positions === 0) return { positions: null, hasFlexiblePositions: isRotary };
  const usable = OFFSET_POSITIONS.test(type) && !isRotary ? positions - 2 : positions;
  return { positions: usable, hasFlexiblePositions: isRotary || isDisentangled };
}

/** Architectures that read the whole text at once and write none. */
const ENCODERS =
  /^(?:bert|distilbert|roberta|xlm|camembert|deberta|albert|electra|mpnet|ernie|megatron-bert|mobilebert|modernbert|eurobert|nomic_bert|gte|longformer|big_bird|funnel|layoutlm|luke|mluke|nystromformer|rembert|roc_bert|roformer|squeezebert|convbert|canine|fnet|ibert|data2vec-text|esm|flaubert|jina|universal-sentence-encoder-lite|tuning-fork-tiny|mra|yoso|xmod|lilt)/;

/** Whether a model reads texts as an encoder does. */
export function isEncoder(config: PlainMap): boolean {
  const text = textConfig(config);
  const type = wordOf(text["model_type"]);
  const architectures = Array.isArray(config["architectures"]) ? config["architectures"].map(String) : [];
  if (text["is_decoder"] === true || type.endsWith("decoder")) return false;
  if (ENCODERS.test(type)) return true;
  return architectures.some((name) => /ForMaskedLM$|ForPreTraining$/.test(name)) && !text["is_encoder_decoder"];
}

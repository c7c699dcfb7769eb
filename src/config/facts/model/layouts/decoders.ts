import type { PlainMap } from "../../../schema/view.ts";
import { conv1d, linear, norm, repeat, table, type Layout } from "./parts.ts";

/** How the decoders that go by Llama's names differ from it. */
interface LlamaLike {
  /** Query, key and value have a bias (Qwen2). */
  readonly qkvBias?: boolean;
  /** Queries and keys are normalised for each head (Qwen3, Gemma 3). */
  readonly headNorms?: boolean;
  /** Norms after attention and feed-forward as well (Gemma 2 and 3). */
  readonly doubleNorms?: boolean;
  /** Norms have a bias (StableLM, StarCoder2). */
  readonly normBias?: boolean;
  /** A plain feed-forward part of two layers (StarCoder2) instead of three with a gate. */
  readonly plain?: readonly [string, string];
  /** Query, key and value, and gate and up, are one layer each (Phi 3). */
  readonly fused?: boolean;
  readonly prefix?: string;
}

/** Llama and those that share its layers (modeling_llama.py). */
const llama =
  (like: LlamaLike = {}): Layout =>
  ({ hidden, intermediate, layers, heads, kvHeads, headDim, vocabulary, isTied }, config) => {
    const { prefix = "model", qkvBias = false, normBias = false } = like;
    // StarCoder2 has biases unless told otherwise, the others have none.
    const bias = like.plain ? config["use_bias"] !== false : config["attention_bias"] === true;
    return [
      ...table(`${prefix}.embed_tokens`, vocabulary, hidden),
      ...repeat(layers, (n) => {
        const layer = `${prefix}.layers.${n}`;
        const attention = `${layer}.self_attn`;
        return [
          ...(like.fused
            ? linear(`${attention}.qkv_proj`, hidden, (heads + 2 * kvHeads) * headDim, false)
            : [
                ...linear(`${attention}.q_proj`, hidden, heads * headDim, bias || qkvBias),
                ...linear(`${attention}.k_proj`, hidden, kvHeads * headDim, bias || qkvBias),
                ...linear(`${attention}.v_proj`, hidden, kvHeads * headDim, bias || qkvBias),
              ]),
          ...linear(`${attention}.o_proj`, heads * headDim, hidden, bias),
          ...(like.headNorms
            ? [...norm(`${attention}.q_norm`, headDim, false), ...norm(`${attention}.k_norm`, headDim, false)]
            : []),
          ...(like.plain
            ? [
                ...linear(`${layer}.mlp.${like.plain[0]}`, hidden, intermediate, bias),
                ...linear(`${layer}.mlp.${like.plain[1]}`, intermediate, hidden, bias),
              ]
            : like.fused
              ? linear(`${layer}.mlp.gate_up_proj`, hidden, 2 * intermediate, false)
              : [
                  ...linear(`${layer}.mlp.gate_proj`, hidden, intermediate, false),
                  ...linear(`${layer}.mlp.up_proj`, hidden, intermediate, false),
                ]),
          ...(like.plain ? [] : linear(`${layer}.mlp.down_proj`, intermediate, hidden, false)),
          ...norm(`${layer}.input_layernorm`, hidden, normBias),
          ...norm(`${layer}.post_attention_layernorm`, hidden, normBias),
          ...(like.doubleNorms
            ? ["pre_feedforward_layernorm", "post_feedforward_layernorm"].flatMap((name) =>
                norm(`${layer}.${name}`, hidden, false),
              )
            : []),
        ];
      }),
      ...norm(`${prefix}.norm`, hidden, normBias),
      ...(isTied ? [] : linear("lm_head", hidden, vocabulary, false)),
    ];
  };

const gpt2: Layout = ({ hidden, intermediate, layers, vocabulary, positions }) => [
  ...table("wte", vocabulary, hidden),
  ...table("wpe", positions, hidden),
  ...repeat(layers, (n) => [
    ...norm(`h.${n}.ln_1`, hidden),
    ...conv1d(`h.${n}.attn.c_attn`, hidden, 3 * hidden),
    ...conv1d(`h.${n}.attn.c_proj`, hidden, hidden),
    ...norm(`h.${n}.ln_2`, hidden),
    ...conv1d(`h.${n}.mlp.c_fc`, hidden, intermediate),
    ...conv1d(`h.${n}.mlp.c_proj`, intermediate, hidden),
  ]),
  ...norm("ln_f", hidden),
];

const gptNeox: Layout = ({ hidden, intermediate, layers, vocabulary, isTied }) => [
  ...table("gpt_neox.embed_in", vocabulary, hidden),
  ...repeat(layers, (n) => [
    ...norm(`gpt_neox.layers.${n}.input_layernorm`, hidden),
    ...norm(`gpt_neox.layers.${n}.post_attention_layernorm`, hidden),
    ...linear(`gpt_neox.layers.${n}.attention.query_key_value`, hidden, 3 * hidden),
    ...linear(`gpt_neox.layers.${n}.attention.dense`, hidden, hidden),
    ...linear(`gpt_neox.layers.${n}.mlp.dense_h_to_4h`, hidden, intermediate),
    ...linear(`gpt_neox.layers.${n}.mlp.dense_4h_to_h`, intermediate, hidden),
  ]),
  ...norm("gpt_neox.final_layer_norm", hidden),
  ...(isTied ? [] : linear("embed_out", hidden, vocabulary, false)),
];

const gptj: Layout = ({ hidden, intermediate, layers, vocabulary }) => [
  ...table("transformer.wte", vocabulary, hidden),
  ...repeat(layers, (n) => [
    ...norm(`transformer.h.${n}.ln_1`, hidden),
    ...["q_proj", "k_proj", "v_proj", "out_proj"].flatMap((part) =>
      linear(`transformer.h.${n}.attn.${part}`, hidden, hidden, false),
    ),
    ...linear(`transformer.h.${n}.mlp.fc_in`, hidden, intermediate),
    ...linear(`transformer.h.${n}.mlp.fc_out`, intermediate, hidden),
  ]),
  ...norm("transformer.ln_f", hidden),
  ...linear("lm_head", hidden, vocabulary),
];

const phi: Layout = ({ hidden, intermediate, layers, heads, kvHeads, headDim, vocabulary }) => [
  ...table("model.embed_tokens", vocabulary, hidden),
  ...repeat(layers, (n) => [
    ...linear(`model.layers.${n}.self_attn.q_proj`, hidden, heads * headDim),
    ...linear(`model.layers.${n}.self_attn.k_proj`, hidden, kvHeads * headDim),
    ...linear(`model.layers.${n}.self_attn.v_proj`, hidden, kvHeads * headDim),
    ...linear(`model.layers.${n}.self_attn.dense`, heads * headDim, hidden),
    ...linear(`model.layers.${n}.mlp.fc1`, hidden, intermediate),
    ...linear(`model.layers.${n}.mlp.fc2`, intermediate, hidden),
    ...norm(`model.layers.${n}.input_layernorm`, hidden),
  ]),
  ...norm("model.final_layernorm", hidden),
  ...linear("lm_head", hidden, vocabulary),
];

const opt: Layout = ({ hidden, intermediate, layers, vocabulary, embedding, positions }) => [
  ...table("model.decoder.embed_tokens", vocabulary, embedding),
  // The first two rows stand for padding.
  ...table("model.decoder.embed_positions", positions + 2, hidden),
  ...(embedding === hidden
    ? []
    : [
        ...linear("model.decoder.project_in", embedding, hidden, false),
        ...linear("model.decoder.project_out", hidden, embedding, false),
      ]),
  ...repeat(layers, (n) => [
    ...["q_proj", "k_proj", "v_proj", "out_proj"].flatMap((part) =>
      linear(`model.decoder.layers.${n}.self_attn.${part}`, hidden, hidden),
    ),
    ...norm(`model.decoder.layers.${n}.self_attn_layer_norm`, hidden),
    ...linear(`model.decoder.layers.${n}.fc1`, hidden, intermediate),
    ...linear(`model.decoder.layers.${n}.fc2`, intermediate, hidden),
    ...norm(`model.decoder.layers.${n}.final_layer_norm`, hidden),
  ]),
  ...norm("model.decoder.final_layer_norm", hidden),
];

const bloom: Layout = ({ hidden, intermediate, layers, vocabulary }) => [
  ...table("word_embeddings", vocabulary, hidden),
  ...norm("word_embeddings_layernorm", hidden),
  ...repeat(layers, (n) => [
    ...norm(`h.${n}.input_layernorm`, hidden),
    ...linear(`h.${n}.self_attention.query_key_value`, hidden, 3 * hidden),
    ...linear(`h.${n}.self_attention.dense`, hidden, hidden),
    ...norm(`h.${n}.post_attention_layernorm`, hidden),
    ...linear(`h.${n}.mlp.dense_h_to_4h`, hidden, intermediate),
    ...linear(`h.${n}.mlp.dense_4h_to_h`, intermediate, hidden),
  ]),
  ...norm("ln_f", hidden),
];

const falcon: Layout = ({ hidden, intermediate, layers, heads, kvHeads, headDim, vocabulary }, config) => {
  const bias = config["bias"] === true;
  return [
    ...table("transformer.word_embeddings", vocabulary, hidden),
    ...repeat(layers, (n) => {
      const layer = `transformer.h.${n}`;
      return [
        ...linear(`${layer}.self_attention.query_key_value`, hidden, (heads + 2 * kvHeads) * headDim, bias),
        ...linear(`${layer}.self_attention.dense`, hidden, hidden, bias),
        ...linear(`${layer}.mlp.dense_h_to_4h`, hidden, intermediate, bias),
        ...linear(`${layer}.mlp.dense_4h_to_h`, intermediate, hidden, bias),
        ...falconNorms(config).flatMap((name) => norm(`${layer}.${name}`, hidden)),
      ];
    }),
    ...norm("transformer.ln_f", hidden),
  ];
};

function falconNorms(config: PlainMap): string[] {
  if (config["new_decoder_architecture"] === true) return ["ln_attn", "ln_mlp"];
  return config["parallel_attn"] === false ? ["input_layernorm", "post_attention_layernorm"] : ["input_layernorm"];
}

/** Decoders by `model_type`. */
export const DECODER_LAYOUTS: Readonly<Record<string, Layout>> = {
  llama: llama(),
  mistral: llama(),
  smollm3: llama(),
  granite: llama(),
  qwen2: llama({ qkvBias: true }),
  qwen3: llama({ headNorms: true }),
  gemma: llama(),
  gemma2: llama({ doubleNorms: true }),
  gemma3_text: llama({ doubleNorms: true, headNorms: true }),
  gemma3: llama({ doubleNorms: true, headNorms: true, prefix: "language_model.model" }),
  stablelm: llama({ normBias: true }),
  phi3: llama({ fused: true }),
  starcoder2: llama({ normBias: true, plain: ["c_fc", "c_proj"] }),
  gpt2,
  gpt_neox: gptNeox,
  gptj,
  phi,
  opt,
  bloom,
  falcon,
};

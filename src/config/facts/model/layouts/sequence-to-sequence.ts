import type { TensorFacts } from "../../facts.ts";
import { linear, norm, repeat, table, type Layout } from "./parts.ts";

/** T5 and mT5 (modeling_t5.py). */
const t5: Layout = ({ hidden, intermediate, layers, heads, headDim, vocabulary, isTied }, config) => {
  const width = heads * headDim;
  const decoderLayers = Number(config["num_decoder_layers"] ?? layers);
  const { feed_forward_proj: form } = config;
  const isGated = typeof form === "string" && form.startsWith("gated");
  const attention = (module: string): TensorFacts[] => [
    ...["q", "k", "v"].flatMap((part) => linear(`${module}.${part}`, hidden, width, false)),
    ...linear(`${module}.o`, width, hidden, false),
  ];
  const feedForward = (module: string): TensorFacts[] => [
    ...(isGated ? ["wi_0", "wi_1"] : ["wi"]).flatMap((part) =>
      linear(`${module}.${part}`, hidden, intermediate, false),
    ),
    ...linear(`${module}.wo`, intermediate, hidden, false),
  ];
  const stack = (name: string, count: number, isDecoder: boolean): TensorFacts[] => [
    ...repeat(count, (n) => {
      const block = `${name}.block.${n}.layer`;
      return [
        ...attention(`${block}.0.SelfAttention`),
        ...(n === 0
          ? table(
              `${block}.0.SelfAttention.relative_attention_bias`,
              Number(config["relative_attention_num_buckets"] ?? 32),
              heads,
            )
          : []),
        ...norm(`${block}.0.layer_norm`, hidden, false),
        ...(isDecoder
          ? [...attention(`${block}.1.EncDecAttention`), ...norm(`${block}.1.layer_norm`, hidden, false)]
          : []),
        ...feedForward(`${block}.${isDecoder ? 2 : 1}.DenseReluDense`),
        ...norm(`${block}.${isDecoder ? 2 : 1}.layer_norm`, hidden, false),
      ];
    }),
    ...norm(`${name}.final_layer_norm`, hidden, false),
  ];
  return [
    ...table("shared", vocabulary, hidden),
    ...stack("encoder", layers, false),
    ...stack("decoder", decoderLayers, true),
    ...(isTied ? [] : linear("lm_head", hidden, vocabulary, false)),
  ];
};

/** BART (modeling_bart.py). */
const bart: Layout = ({ hidden, intermediate, layers, vocabulary, positions }, config) => {
  const attention = (module: string): TensorFacts[] => [
    ...["q_proj", "k_proj", "v_proj", "out_proj"].flatMap((part) => linear(`${module}.${part}`, hidden, hidden)),
    ...norm(`${module}_layer_norm`, hidden),
  ];
  const stack = (name: string, count: number, isDecoder: boolean): TensorFacts[] => [
    // The first two rows stand for padding.
    ...table(`model.${name}.embed_positions`, positions + 2, hidden),
    ...norm(`model.${name}.layernorm_embedding`, hidden),
    ...repeat(count, (n) => {
      const layer = `model.${name}.layers.${n}`;
      return [
        ...attention(`${layer}.self_attn`),
        ...(isDecoder ? attention(`${layer}.encoder_attn`) : []),
        ...linear(`${layer}.fc1`, hidden, intermediate),
        ...linear(`${layer}.fc2`, intermediate, hidden),
        ...norm(`${layer}.final_layer_norm`, hidden),
      ];
    }),
  ];
  return [
    ...table("model.shared", vocabulary, hidden),
    ...stack("encoder", layers, false),
    ...stack("decoder", Number(config["decoder_layers"] ?? layers), true),
  ];
};

/** Encoder-decoder models by `model_type`. */
export const SEQUENCE_LAYOUTS: Readonly<Record<string, Layout>> = { t5, mt5: t5, bart };

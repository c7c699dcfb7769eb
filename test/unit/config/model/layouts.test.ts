import { describe, expect, test } from "vitest";
import { expectedTensors } from "../../../../src/config/facts/model/layouts/index.ts";
import { suggestTargets } from "../../../../src/config/facts/model/targets.ts";
import { summarise } from "../../../../src/config/facts/model/tensors.ts";
import { loraDefaults, sizeDefaults } from "../../../../src/models/architectures.ts";

/** Sizes of published models and their parameters, as their cards and `num_parameters()` tell them. */
const PUBLISHED: Record<string, [type: string, config: Record<string, unknown>, parameters: number]> = {
  "bert-base-uncased": ["bert", {}, 109_482_240],
  "distilbert-base-uncased": ["distilbert", { hidden_dim: 3072 }, 66_362_880],
  "roberta-base": ["roberta", { max_position_embeddings: 514, type_vocab_size: 1 }, 124_645_632],
  "all-MiniLM-L6-v2": [
    "bert",
    { hidden_size: 384, intermediate_size: 1536, num_hidden_layers: 6, num_attention_heads: 12 },
    22_713_216,
  ],
  "electra-small-discriminator": ["electra", {}, 13_483_008],
  "mpnet-base": ["mpnet", { max_position_embeddings: 514 }, 109_486_464],
  "albert-base-v2": ["albert", { hidden_size: 768, intermediate_size: 3072, num_attention_heads: 12 }, 11_683_584],
  "deberta-v3-base": [
    "deberta-v2",
    {
      hidden_size: 768,
      intermediate_size: 3072,
      num_hidden_layers: 12,
      num_attention_heads: 12,
      position_biased_input: false,
      position_buckets: 256,
    },
    183_831_552,
  ],
  gpt2: ["gpt2", {}, 124_439_808],
  "pythia-70m": [
    "gpt_neox",
    { hidden_size: 512, intermediate_size: 2048, num_hidden_layers: 6, vocab_size: 50304 },
    70_426_624,
  ],
  "opt-125m": ["opt", { ffn_dim: 3072, word_embed_proj_dim: 768 }, 125_239_296],
  "bloom-560m": ["bloom", { n_embed: 1024, n_layer: 24, num_attention_heads: 16 }, 559_214_592],
  "gpt-j-6b": ["gptj", {}, 6_050_882_784],
  "falcon-7b": ["falcon", { multi_query: true, parallel_attn: true }, 6_921_720_704],
  "phi-2": ["phi", { hidden_size: 2560, intermediate_size: 10240, num_hidden_layers: 32 }, 2_779_683_840],
  "Llama-2-7b": ["llama", {}, 6_738_415_616],
  "Llama-3.1-8B": ["llama", { intermediate_size: 14336, num_key_value_heads: 8, vocab_size: 128256 }, 8_030_261_248],
  "TinyLlama-1.1B": [
    "llama",
    { hidden_size: 2048, intermediate_size: 5632, num_hidden_layers: 22, num_key_value_heads: 4 },
    1_100_048_384,
  ],
  "Mistral-7B": ["mistral", {}, 7_241_732_096],
  "Qwen2.5-0.5B": [
    "qwen2",
    {
      hidden_size: 896,
      intermediate_size: 4864,
      num_hidden_layers: 24,
      num_attention_heads: 14,
      num_key_value_heads: 2,
      tie_word_embeddings: true,
    },
    494_032_768,
  ],
  "Qwen3-4B": [
    "qwen3",
    {
      hidden_size: 2560,
      intermediate_size: 9728,
      num_hidden_layers: 36,
      num_key_value_heads: 8,
      tie_word_embeddings: true,
    },
    4_022_468_096,
  ],
  "gemma-2b": [
    "gemma",
    {
      hidden_size: 2048,
      intermediate_size: 16384,
      num_hidden_layers: 18,
      num_attention_heads: 8,
      num_key_value_heads: 1,
    },
    2_506_172_416,
  ],
  "gemma-2-2b": ["gemma2", {}, 2_614_341_888],
  "Phi-3-mini": ["phi3", {}, 3_821_079_552],
  "starcoder2-3b": ["starcoder2", { vocab_size: 49152 }, 3_030_371_328],
  "t5-small": ["t5", { num_decoder_layers: 6 }, 60_506_624],
  "bart-base": [
    "bart",
    {
      d_model: 768,
      encoder_layers: 6,
      decoder_layers: 6,
      encoder_attention_heads: 12,
      encoder_ffn_dim: 3072,
    },
    139_420_416,
  ],
};

describe("parameters that follow from the sizes of a config", () => {
  test.each(Object.entries(PUBLISHED))("%s", (_name, [type, config, parameters]) => {
    const tensors = expectedTensors(type, { model_type: type, ...config })!;
    expect(summarise(tensors, type).parameters).toBe(parameters);
  });
});

describe("layers by name", () => {
  const types = [...new Set(Object.values(PUBLISHED).map(([type]) => type))];

  test.each(types)("%s has the layers that PEFT adapts in it", (type) => {
    const { linear } = summarise(expectedTensors(type, { model_type: type })!, type);
    const names = suggestTargets({ linear }).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...(loraDefaults(type) ?? [])]));
    expect(names).not.toContain("lm_head");
  });

  test("GPT-2 keeps its weights the other way round", () => {
    const { linear } = summarise(expectedTensors("gpt2", { model_type: "gpt2" })!, "gpt2");
    expect(linear.find(({ module }) => module === "h.0.attn.c_attn")).toEqual({
      module: "h.0.attn.c_attn",
      inputs: 768,
      outputs: 2304,
    });
  });

  test("an architecture that is not known by name, and sizes nobody has, give none", () => {
    expect(expectedTensors("my-own", { model_type: "my-own", hidden_size: 8, num_hidden_layers: 1 })).toBeUndefined();
    expect(expectedTensors("bert", { model_type: "bert", num_hidden_layers: 1e9 })).toBeUndefined();
    expect(sizeDefaults("constructor")).toEqual({});
  });
});

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../../src/base/random.ts";
import { writeSafetensors } from "../../src/trainers/tfjs/weights/safetensors.ts";

/** Sizes of a BERT small enough to compute by hand. */
export const SIZES = { hidden: 8, heads: 2, layers: 2, intermediate: 12, positions: 10, types: 2, labels: 3 } as const;
export const WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "green", "blue", "cat", "dog", "runs"];

/** Values of every parameter of `BertForSequenceClassification`, by transformers' names, linear weights [out, in]. */
export type BertWeights = Map<string, { shape: number[]; data: Float32Array }>;

/** Random weights, biases and LayerNorms included, so that nothing is hidden by a zero or a one. */
export function randomBert(seed = 5): BertWeights {
  const random = createRandom(seed);
  const weights: BertWeights = new Map();
  const add = (name: string, shape: number[], centre = 0): void => {
    const size = shape.reduce((product, length) => product * length, 1);
    weights.set(name, { shape, data: Float32Array.from({ length: size }, () => centre + 0.3 * random.gaussian()) });
  };
  const linear = (name: string, inputs: number, outputs: number): void => {
    add(`${name}.weight`, [outputs, inputs]);
    add(`${name}.bias`, [outputs]);
  };
  const norm = (name: string): void => {
    add(`${name}.weight`, [SIZES.hidden], 1);
    add(`${name}.bias`, [SIZES.hidden]);
  };
  const { hidden, intermediate } = SIZES;
  add("bert.embeddings.word_embeddings.weight", [WORDS.length, hidden]);
  add("bert.embeddings.position_embeddings.weight", [SIZES.positions, hidden]);
  add("bert.embeddings.token_type_embeddings.weight", [SIZES.types, hidden]);
  norm("bert.embeddings.LayerNorm");
  for (let n = 0; n < SIZES.layers; n++) {
    const layer = `bert.encoder.layer.${n}`;
    for (const part of ["query", "key", "value"]) linear(`${layer}.attention.self.${part}`, hidden, hidden);
    linear(`${layer}.attention.output.dense`, hidden, hidden);
    norm(`${layer}.attention.output.LayerNorm`);
    linear(`${layer}.intermediate.dense`, hidden, intermediate);
    linear(`${layer}.output.dense`, intermediate, hidden);
    norm(`${layer}.output.LayerNorm`);
  }
  linear("bert.pooler.dense", hidden, hidden);
  linear("classifier", hidden, SIZES.labels);
  return weights;
}

/** Writes the weights as a Hugging Face folder with a word-level tokenizer. */
export function writeBertFolder(dir: string, weights: BertWeights, labels: string[]): void {
  mkdirSync(dir, { recursive: true });
  const json = (name: string, value: unknown): void => writeFileSync(join(dir, name), JSON.stringify(value));
  json("config.json", {
    model_type: "bert",
    architectures: ["BertForSequenceClassification"],
    hidden_size: SIZES.hidden,
    num_hidden_layers: SIZES.layers,
    num_attention_heads: SIZES.heads,
    intermediate_size: SIZES.intermediate,
    max_position_embeddings: SIZES.positions,
    type_vocab_size: SIZES.types,
    vocab_size: WORDS.length,
    hidden_act: "gelu",
    layer_norm_eps: 1e-12,
    pad_token_id: 0,
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  });
  const special = (id: number) => ({
    id,
    content: WORDS[id],
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  });
  json("tokenizer.json", {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [0, 1, 2, 3].map(special),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [
        { SpecialToken: { id: "[CLS]", type_id: 0 } },
        { Sequence: { id: "A", type_id: 0 } },
        { SpecialToken: { id: "[SEP]", type_id: 0 } },
      ],
      pair: [],
      special_tokens: {
        "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
        "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
      },
    },
    decoder: null,
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
    },
  });
  json("tokenizer_config.json", { tokenizer_class: "BertTokenizer" });
  writeSafetensors(
    join(dir, "model.safetensors"),
    Array.from(weights, ([name, { shape, data }]) => ({ name, shape, data: () => data })),
  );
}

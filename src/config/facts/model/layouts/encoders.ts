import { linear, norm, repeat, table, type Layout } from "./parts.ts";

/** BERT and those that share its layers (modeling_bert.py). */
const bert =
  ({ hasPooler = true } = {}): Layout =>
  ({ hidden, intermediate, layers, vocabulary, embedding, positions, types }) => [
    ...table("embeddings.word_embeddings", vocabulary, embedding),
    ...table("embeddings.position_embeddings", positions, embedding),
    ...table("embeddings.token_type_embeddings", types, embedding),
    ...norm("embeddings.LayerNorm", embedding),
    // ELECTRA's embeddings are narrower than its layers.
    ...(embedding === hidden ? [] : linear("embeddings_project", embedding, hidden)),
    ...repeat(layers, (n) => [
      ...["query", "key", "value"].flatMap((part) =>
        linear(`encoder.layer.${n}.attention.self.${part}`, hidden, hidden),
      ),
      ...linear(`encoder.layer.${n}.attention.output.dense`, hidden, hidden),
      ...norm(`encoder.layer.${n}.attention.output.LayerNorm`, hidden),
      ...linear(`encoder.layer.${n}.intermediate.dense`, hidden, intermediate),
      ...linear(`encoder.layer.${n}.output.dense`, intermediate, hidden),
      ...norm(`encoder.layer.${n}.output.LayerNorm`, hidden),
    ]),
    ...(hasPooler ? linear("pooler.dense", hidden, hidden) : []),
  ];

const distilbert: Layout = ({ hidden, intermediate, layers, vocabulary, positions }) => [
  ...table("embeddings.word_embeddings", vocabulary, hidden),
  ...table("embeddings.position_embeddings", positions, hidden),
  ...norm("embeddings.LayerNorm", hidden),
  ...repeat(layers, (n) => [
    ...["q_lin", "k_lin", "v_lin", "out_lin"].flatMap((part) =>
      linear(`transformer.layer.${n}.attention.${part}`, hidden, hidden),
    ),
    ...norm(`transformer.layer.${n}.sa_layer_norm`, hidden),
    ...linear(`transformer.layer.${n}.ffn.lin1`, hidden, intermediate),
    ...linear(`transformer.layer.${n}.ffn.lin2`, intermediate, hidden),
    ...norm(`transformer.layer.${n}.output_layer_norm`, hidden),
  ]),
];

const mpnet: Layout = ({ hidden, intermediate, layers, heads, vocabulary, positions }) => [
  ...table("embeddings.word_embeddings", vocabulary, hidden),
  ...table("embeddings.position_embeddings", positions, hidden),
  ...norm("embeddings.LayerNorm", hidden),
  ...repeat(layers, (n) => [
    ...["q", "k", "v", "o"].flatMap((part) => linear(`encoder.layer.${n}.attention.attn.${part}`, hidden, hidden)),
    ...norm(`encoder.layer.${n}.attention.LayerNorm`, hidden),
    ...linear(`encoder.layer.${n}.intermediate.dense`, hidden, intermediate),
    ...linear(`encoder.layer.${n}.output.dense`, intermediate, hidden),
    ...norm(`encoder.layer.${n}.output.LayerNorm`, hidden),
  ]),
  // Distances fall into 32 buckets.
  ...table("encoder.relative_attention_bias", 32, heads),
  ...linear("pooler.dense", hidden, hidden),
];

/** ALBERT has one layer that is run many times. */
const albert: Layout = ({ hidden, intermediate, vocabulary, embedding, positions, types }) => {
  const layer = "encoder.albert_layer_groups.0.albert_layers.0";
  return [
    ...table("embeddings.word_embeddings", vocabulary, embedding),
    ...table("embeddings.position_embeddings", positions, embedding),
    ...table("embeddings.token_type_embeddings", types, embedding),
    ...norm("embeddings.LayerNorm", embedding),
    ...linear("encoder.embedding_hidden_mapping_in", embedding, hidden),
    ...["query", "key", "value", "dense"].flatMap((part) => linear(`${layer}.attention.${part}`, hidden, hidden)),
    ...norm(`${layer}.attention.LayerNorm`, hidden),
    ...linear(`${layer}.ffn`, hidden, intermediate),
    ...linear(`${layer}.ffn_output`, intermediate, hidden),
    ...norm(`${layer}.full_layer_layer_norm`, hidden),
    ...linear("pooler", hidden, hidden),
  ];
};

/** DeBERTa: one projection for query, key and value. */
const deberta: Layout = ({ hidden, intermediate, layers, vocabulary, positions }, config) => [
  ...table("embeddings.word_embeddings", vocabulary, hidden),
  ...(config["position_biased_input"] === false ? [] : table("embeddings.position_embeddings", positions, hidden)),
  ...norm("embeddings.LayerNorm", hidden),
  ...repeat(layers, (n) => [
    ...linear(`encoder.layer.${n}.attention.self.in_proj`, hidden, 3 * hidden, false),
    ...linear(`encoder.layer.${n}.attention.self.pos_proj`, hidden, hidden, false),
    ...linear(`encoder.layer.${n}.attention.self.pos_q_proj`, hidden, hidden),
    ...linear(`encoder.layer.${n}.attention.output.dense`, hidden, hidden),
    ...norm(`encoder.layer.${n}.attention.output.LayerNorm`, hidden),
    ...linear(`encoder.layer.${n}.intermediate.dense`, hidden, intermediate),
    ...linear(`encoder.layer.${n}.output.dense`, intermediate, hidden),
    ...norm(`encoder.layer.${n}.output.LayerNorm`, hidden),
  ]),
  ...table("encoder.rel_embeddings", 2 * positions, hidden),
];

/** DeBERTa v2 and v3. */
const debertaV2: Layout = ({ hidden, intermediate, layers, vocabulary, positions }, config) => {
  const buckets = Number(config["position_buckets"] ?? 0);
  return [
    ...table("embeddings.word_embeddings", vocabulary, hidden),
    ...(config["position_biased_input"] === false ? [] : table("embeddings.position_embeddings", positions, hidden)),
    ...norm("embeddings.LayerNorm", hidden),
    ...repeat(layers, (n) => [
      ...["query_proj", "key_proj", "value_proj"].flatMap((part) =>
        linear(`encoder.layer.${n}.attention.self.${part}`, hidden, hidden),
      ),
      ...linear(`encoder.layer.${n}.attention.output.dense`, hidden, hidden),
      ...norm(`encoder.layer.${n}.attention.output.LayerNorm`, hidden),
      ...linear(`encoder.layer.${n}.intermediate.dense`, hidden, intermediate),
      ...linear(`encoder.layer.${n}.output.dense`, intermediate, hidden),
      ...norm(`encoder.layer.${n}.output.LayerNorm`, hidden),
    ]),
    ...table("encoder.rel_embeddings", 2 * (buckets > 0 ? buckets : positions), hidden),
    ...norm("encoder.LayerNorm", hidden),
  ];
};

/** Encoders by `model_type`. */
export const ENCODER_LAYOUTS: Readonly<Record<string, Layout>> = {
  bert: bert(),
  roberta: bert(),
  "xlm-roberta": bert(),
  camembert: bert(),
  ernie: bert(),
  electra: bert({ hasPooler: false }),
  "tuning-fork-tiny": bert({ hasPooler: false }),
  distilbert,
  mpnet,
  albert,
  deberta,
  "deberta-v2": debertaV2,
};

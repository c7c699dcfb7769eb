import { TINY, TINY_CONFIG, USE_LITE, USE_LITE_SIZES } from "../../../models/builtin.ts";
import type { ModelFacts, TensorFacts } from "../facts.ts";
import { expectedTensors } from "./layouts/index.ts";
import { linear, table } from "./layouts/parts.ts";
import { summarise } from "./tensors.ts";

type Told = Pick<
  ModelFacts,
  "dir" | "type" | "layers" | "hidden" | "intermediate" | "heads" | "vocabulary" | "positions" | "name"
>;

/** What built-in models have in common: encoders with a tokenizer of their own and no labels. */
function builtinFacts(told: Told, tensors: readonly TensorFacts[]): ModelFacts {
  const summary = summarise(tensors, told.type);
  return {
    ...told,
    architectures: [],
    parameters: summary.parameters,
    embeddingParameters: summary.embeddingParameters,
    kvHeads: told.heads,
    hasFlexiblePositions: false,
    isEncoder: true,
    dtype: "float32",
    quantization: null,
    tensors,
    hasWeights: false,
    linear: summary.linear,
    tokenizer: { canCount: true, padToken: "<pad>", eosToken: null, chatTemplate: null, tokensBeyond: 0 },
    labels: [],
  };
}

/** What there is to know of `builtin:tiny`, which has no files. */
export const tinyFacts = (): ModelFacts =>
  builtinFacts(
    {
      dir: null,
      type: TINY,
      layers: TINY_CONFIG.num_hidden_layers,
      hidden: TINY_CONFIG.hidden_size,
      intermediate: TINY_CONFIG.intermediate_size,
      heads: TINY_CONFIG.num_attention_heads,
      vocabulary: TINY_CONFIG.vocab_size,
      positions: TINY_CONFIG.max_position_embeddings,
      name: "builtin:tiny",
    },
    expectedTensors(TINY, TINY_CONFIG) ?? [],
  );

/** What there is to know of `builtin:use-lite`; its first layer works in the width of the embeddings. `dir` is its folder. */
export function useLiteFacts(dir: string): ModelFacts {
  const { embedding, ...sizes } = USE_LITE_SIZES;
  const { hidden, intermediate } = sizes;
  return builtinFacts({ dir, type: USE_LITE, ...sizes, name: "builtin:use-lite" }, [
    ...table("embeddings", sizes.vocabulary, embedding),
    ...[embedding, hidden].flatMap((width, n) => [
      ...["query", "key", "value"].flatMap((part) => linear(`encoder.layer.${n}.attention.${part}`, width, width)),
      ...linear(`encoder.layer.${n}.attention.output`, width, hidden),
      ...(width === hidden ? [] : linear(`encoder.layer.${n}.residual`, width, hidden)),
      ...linear(`encoder.layer.${n}.feed_forward.inner`, hidden, intermediate),
      ...linear(`encoder.layer.${n}.feed_forward.outer`, intermediate, hidden),
    ]),
    ...linear("pooler.dense", hidden, hidden),
  ]);
}

import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { USE_LITE, USE_LITE_SIZES } from "../../../../models/builtin.ts";
import { attention, attentionBias } from "../../ops/attention.ts";
import * as tf from "../../ops/tf.ts";
import {
  layerNormDefinitions,
  linearDefinitions,
  tableDefinition,
  type Architecture,
  type ArchitectureOptions,
  type ForwardPass,
  type ParameterDefinition,
} from "../architecture.ts";
import { firstToken, meanOfTokens } from "../pooling.ts";
import { timingSignal } from "./timing-signal.ts";

/** Sizes of the published model. */
const { vocabulary: VOCABULARY, embedding: EMBEDDING, hidden: HIDDEN, intermediate: INTERMEDIATE } = USE_LITE_SIZES;
const { heads: HEADS, positions: MAX_POSITIONS } = USE_LITE_SIZES;
/** Width of the attention in each layer; the first works in the embedding's width and widens at its output. */
const ATTENTION_WIDTHS = [EMBEDDING, HIDDEN] as const;
const EPSILON = 1e-6;

const layerName = (n: number): string => `encoder.layer.${n}`;

function layerDefinitions(n: number, width: number): ParameterDefinition[] {
  const layer = layerName(n);
  return [
    ...layerNormDefinitions(`${layer}.attention.norm`, n, width),
    ...["query", "key", "value"].flatMap((part) => linearDefinitions(`${layer}.attention.${part}`, n, width, width)),
    ...linearDefinitions(`${layer}.attention.output`, n, width, HIDDEN),
    ...(width === HIDDEN ? [] : linearDefinitions(`${layer}.residual`, n, width, HIDDEN)),
    ...layerNormDefinitions(`${layer}.feed_forward.norm`, n, HIDDEN),
    ...linearDefinitions(`${layer}.feed_forward.inner`, n, HIDDEN, INTERMEDIATE),
    ...linearDefinitions(`${layer}.feed_forward.outer`, n, INTERMEDIATE, HIDDEN),
  ];
}

/** The encoder's parameters, without a classifier. */
export const USE_LITE_ENCODER: readonly ParameterDefinition[] = [
  tableDefinition("embeddings.weight", VOCABULARY, EMBEDDING, true),
  ...ATTENTION_WIDTHS.flatMap((width, n) => layerDefinitions(n, width)),
  ...linearDefinitions("pooler.dense", "pooler", HIDDEN, HIDDEN),
];

/**
 * The Universal Sentence Encoder Lite (Cer et al. 2018) in core operations: two pre-norm transformer layers, the mean over
 * the tokens, a dense tanh layer; and on it dropout and a linear classifier.
 */
export function useLiteArchitecture(options: ArchitectureOptions): Architecture {
  const pooling = options.pooling === "cls" ? "cls" : "mean";
  return {
    kind: USE_LITE,
    layers: ATTENTION_WIDTHS.length,
    hidden: HIDDEN,
    vocabulary: VOCABULARY,
    maxPositions: MAX_POSITIONS,
    pooling: `${pooling}, with the model's own dense layer`,
    padId: 0,
    definitions: [...USE_LITE_ENCODER, ...linearDefinitions("classifier", "head", HIDDEN, options.labels)],
    logits: (pass) => pass.linear(pass.dropout(sentenceState(pass, pooling), "head"), "classifier"),
    namesInFile: (name) => [name],
    savedConfig: {},
  };
}

/**
 * The state of each text before normalisation, `[size, 512]`. Divided by its length it is the published embedding; the
 * classifier reads it undivided, since its components are some twenty times larger and so train that much faster.
 */
export function sentenceState(pass: ForwardPass, pooling: "cls" | "mean"): Tensor2D {
  const { mask, size, length } = pass.batch;
  const bias = attentionBias(mask, size, length);
  let x = pass.dropout(embed(pass), "embeddings");
  ATTENTION_WIDTHS.forEach((_, n) => (x = encoderLayer(pass, x, bias, n)));
  const pooled = pooling === "cls" ? firstToken(x, pass.batch) : meanOfTokens(x, pass.batch);
  return tf.tanh(pass.linear(pooled, "pooler.dense"));
}

/** The published graph adds the embeddings to the sum of themselves and the timing signal. */
function embed(pass: ForwardPass): Tensor2D {
  const { size, length } = pass.batch;
  const signal = tf.tensor3d(timingSignal(length, EMBEDDING), [1, length, EMBEDDING]);
  const tokens = tf.reshape(tf.mul(pass.tokens(), 2), [size, length, EMBEDDING]);
  return tf.reshape(tf.add(tokens, signal), [size * length, EMBEDDING]);
}

function encoderLayer(pass: ForwardPass, x: Tensor2D, bias: Tensor4D, n: number): Tensor2D {
  const layer = layerName(n);
  const { size, length } = pass.batch;
  const normal = pass.layerNorm(x, `${layer}.attention.norm`, EPSILON);
  const mixed = attention(
    pass.linear(normal, `${layer}.attention.query`),
    pass.linear(normal, `${layer}.attention.key`),
    pass.linear(normal, `${layer}.attention.value`),
    bias,
    { size, length, heads: HEADS },
    (weights) => pass.dropout(weights, n),
  );
  const attended = pass.dropout(pass.linear(mixed, `${layer}.attention.output`), n);
  const residual = x.shape[1] === HIDDEN ? x : pass.linear(x, `${layer}.residual`);
  const middle = tf.add<Tensor2D>(attended, residual);
  const inner = tf.relu(
    pass.linear(pass.layerNorm(middle, `${layer}.feed_forward.norm`, EPSILON), `${layer}.feed_forward.inner`),
  );
  return tf.add(middle, pass.dropout(pass.linear(inner, `${layer}.feed_forward.outer`), n));
}

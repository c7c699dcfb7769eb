import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { Activation } from "../../ops/activations.ts";
import { attention, attentionBias } from "../../ops/attention.ts";
import * as tf from "../../ops/tf.ts";
import {
  layerNormDefinitions,
  linearDefinitions,
  tableDefinition,
  type ForwardPass,
  type ParameterDefinition,
} from "../architecture.ts";

/** Sizes of a post-norm encoder as BERT has it. */
export interface EncoderSizes {
  readonly hidden: number;
  /** Width of the embeddings; projected to `hidden` where it differs (ELECTRA). */
  readonly embedding: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly vocabulary: number;
  /** Rows of the position table. */
  readonly positions: number;
  /** Index of the first token's position; rows before it belong to padding (RoBERTa). */
  readonly firstPosition: number;
  /** Rows of the table of token types; 0 when the family has none. */
  readonly types: number;
  readonly epsilon: number;
}

/** What a family of models calls its parts, without `.weight` and `.bias`. */
export interface EncoderNames {
  readonly words: string;
  readonly positions: string;
  readonly types: string;
  readonly embeddingNorm: string;
  readonly projection: string;
  layer(n: number): LayerNames;
}

export interface LayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOutput: string;
  readonly attentionNorm: string;
  readonly intermediate: string;
  readonly output: string;
  readonly outputNorm: string;
}

/** The parameters of an encoder, in the order of the forward pass. */
export function encoderDefinitions(sizes: EncoderSizes, names: EncoderNames): ParameterDefinition[] {
  const { hidden, embedding, intermediate } = sizes;
  const layers = Array.from({ length: sizes.layers }, (_, n) => {
    const layer = names.layer(n);
    return [
      ...[layer.query, layer.key, layer.value, layer.attentionOutput].flatMap((name) =>
        linearDefinitions(name, n, hidden, hidden),
      ),
      ...layerNormDefinitions(layer.attentionNorm, n, hidden),
      ...linearDefinitions(layer.intermediate, n, hidden, intermediate),
      ...linearDefinitions(layer.output, n, intermediate, hidden),
      ...layerNormDefinitions(layer.outputNorm, n, hidden),
    ];
  });
  return [
    tableDefinition(`${names.words}.weight`, sizes.vocabulary, embedding, true),
    tableDefinition(`${names.positions}.weight`, sizes.positions, embedding, false),
    ...(sizes.types > 0 ? [tableDefinition(`${names.types}.weight`, sizes.types, embedding, false)] : []),
    ...layerNormDefinitions(names.embeddingNorm, "embeddings", embedding),
    ...(embedding === hidden ? [] : linearDefinitions(names.projection, "embeddings", embedding, hidden)),
    ...layers.flat(),
  ];
}

/** The encoder's last hidden states, `[size · length, hidden]` (Devlin et al. 2018: sums of embeddings, post-norm layers). */
export function encode(pass: ForwardPass, sizes: EncoderSizes, names: EncoderNames, activation: Activation): Tensor2D {
  const { mask, size, length } = pass.batch;
  const bias = attentionBias(mask, size, length);
  let hidden = embed(pass, sizes, names);
  for (let n = 0; n < sizes.layers; n++)
    hidden = encoderLayer(pass, hidden, bias, n, sizes, names.layer(n), activation);
  return hidden;
}

function embed(pass: ForwardPass, sizes: EncoderSizes, names: EncoderNames): Tensor2D {
  const { size, length } = pass.batch;
  const width = sizes.embedding;
  const rows = (name: string, first: number, count: number): Tensor2D =>
    tf.slice(pass.weight<Tensor2D>(`${name}.weight`), [first, 0], [count, width]);
  // Texts are padded on the right, so the tokens of each stand at the same positions; what padding gets does not matter.
  let places = rows(names.positions, sizes.firstPosition, length);
  if (sizes.types > 0) places = tf.add(places, rows(names.types, 0, 1));
  const sum = tf.add(tf.reshape(pass.tokens(), [size, length, width]), tf.reshape(places, [1, length, width]));
  const flat = tf.reshape(sum, [size * length, width]) as Tensor2D;
  const normal = pass.dropout(pass.layerNorm(flat, names.embeddingNorm, sizes.epsilon), "embeddings");
  return sizes.embedding === sizes.hidden ? normal : pass.linear(normal, names.projection);
}

function encoderLayer(
  pass: ForwardPass,
  x: Tensor2D,
  bias: Tensor4D,
  n: number,
  { heads, epsilon }: EncoderSizes,
  names: LayerNames,
  activation: Activation,
): Tensor2D {
  const { size, length } = pass.batch;
  const mixed = attention(
    pass.linear(x, names.query),
    pass.linear(x, names.key),
    pass.linear(x, names.value),
    bias,
    { size, length, heads },
    (weights) => pass.dropout(weights, n),
  );
  const attended = pass.dropout(pass.linear(mixed, names.attentionOutput), n);
  const middle = pass.layerNorm(tf.add(x, attended), names.attentionNorm, epsilon);
  const wide = activation(pass.linear(middle, names.intermediate));
  return pass.layerNorm(tf.add(middle, pass.dropout(pass.linear(wide, names.output), n)), names.outputNorm, epsilon);
}

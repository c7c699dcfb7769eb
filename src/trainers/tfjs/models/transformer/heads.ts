import type { Tensor2D } from "@tensorflow/tfjs-core";
import { gelu, type Activation } from "../../ops/activations.ts";
import * as tf from "../../ops/tf.ts";
import { linearDefinitions, type ForwardPass, type ParameterDefinition, type Place } from "../architecture.ts";
import { firstToken, meanOfTokens } from "../pooling.ts";

/** A classifier on top of an encoder's hidden states. */
export interface Head {
  readonly pooling: string;
  readonly definitions: readonly ParameterDefinition[];
  logits(pass: ForwardPass, hidden: Tensor2D): Tensor2D;
}

/** A dense layer on the pooled state, then the output layer, as a family's own `…ForSequenceClassification` has them. */
export interface OwnHead {
  readonly dense: string;
  /** `pooler` when the layer belongs to the pretrained encoder, `head` when it starts with the classifier. */
  readonly place: Place;
  readonly activation: Activation;
  /** Whether the pooled state gets dropout before the dense layer too. */
  readonly dropsBefore: boolean;
  readonly output: string;
}

const tanh: Activation = (x) => tf.tanh(x);

/** The families' own heads, as their `…ForSequenceClassification` in transformers compute them. */
export const OWN_HEADS = {
  bert: { dense: "bert.pooler.dense", place: "pooler", activation: tanh, dropsBefore: false, output: "classifier" },
  distilbert: {
    dense: "pre_classifier",
    place: "head",
    activation: (x) => tf.relu(x),
    dropsBefore: false,
    output: "classifier",
  },
  roberta: {
    dense: "classifier.dense",
    place: "head",
    activation: tanh,
    dropsBefore: true,
    output: "classifier.out_proj",
  },
  electra: {
    dense: "classifier.dense",
    place: "head",
    activation: gelu,
    dropsBefore: true,
    output: "classifier.out_proj",
  },
} satisfies Record<string, OwnHead>;

/** The family's own head on the first token. */
export function ownHead(own: OwnHead, hidden: number, labels: number): Head {
  return {
    pooling: `cls, with the model's own ${own.dense}`,
    definitions: [
      ...linearDefinitions(own.dense, own.place, hidden, hidden),
      ...linearDefinitions(own.output, "head", hidden, labels),
    ],
    logits(pass, states) {
      const first = firstToken(states, pass.batch);
      const dense = own.activation(pass.linear(own.dropsBefore ? pass.dropout(first, "head") : first, own.dense));
      return pass.linear(pass.dropout(dense, "head"), own.output);
    },
  };
}

/** Dropout and one linear layer on the first token's state or on the mean of all. */
export function plainHead(pooling: "cls" | "mean", hidden: number, labels: number): Head {
  const pool = pooling === "cls" ? firstToken : meanOfTokens;
  return {
    pooling,
    definitions: linearDefinitions("classifier", "head", hidden, labels),
    logits: (pass, states) => pass.linear(pass.dropout(pool(states, pass.batch), "head"), "classifier"),
  };
}

import { UserError } from "../../../../base/errors.ts";
import { activationNamed } from "../../ops/activations.ts";
import type { Architecture, ArchitectureOptions } from "../architecture.ts";
import type { ConfigValues } from "../config-values.ts";
import { encode, encoderDefinitions, type EncoderNames, type EncoderSizes } from "./encoder.ts";
import { OWN_HEADS, ownHead, plainHead, type OwnHead } from "./heads.ts";

/** One family of Hugging Face models: how its config and its parameters are named. */
interface Family {
  /** What the names of an encoder inside a classifier start with; a bare encoder's files lack it. */
  readonly prefix: string;
  readonly head: OwnHead;
  /** Class name in transformers. */
  readonly className: string;
  sizes(config: ConfigValues): EncoderSizes;
  activation(config: ConfigValues): string;
  readonly names: EncoderNames;
}

function bertSizes(config: ConfigValues): EncoderSizes {
  const hidden = config.size("hidden_size");
  return {
    hidden,
    embedding: config.size("embedding_size", hidden),
    layers: config.size("num_hidden_layers"),
    heads: config.size("num_attention_heads"),
    intermediate: config.size("intermediate_size"),
    vocabulary: config.size("vocab_size"),
    positions: config.size("max_position_embeddings"),
    firstPosition: 0,
    types: config.size("type_vocab_size", 2),
    epsilon: config.positive("layer_norm_eps", 1e-12),
  };
}

function bertNames(prefix: string): EncoderNames {
  return {
    words: `${prefix}embeddings.word_embeddings`,
    positions: `${prefix}embeddings.position_embeddings`,
    types: `${prefix}embeddings.token_type_embeddings`,
    embeddingNorm: `${prefix}embeddings.LayerNorm`,
    projection: `${prefix}embeddings_project`,
    layer(n) {
      const layer = `${prefix}encoder.layer.${n}`;
      return {
        query: `${layer}.attention.self.query`,
        key: `${layer}.attention.self.key`,
        value: `${layer}.attention.self.value`,
        attentionOutput: `${layer}.attention.output.dense`,
        attentionNorm: `${layer}.attention.output.LayerNorm`,
        intermediate: `${layer}.intermediate.dense`,
        output: `${layer}.output.dense`,
        outputNorm: `${layer}.output.LayerNorm`,
      };
    },
  };
}

const distilbertNames: EncoderNames = {
  ...bertNames("distilbert."),
  layer(n) {
    const layer = `distilbert.transformer.layer.${n}`;
    return {
      query: `${layer}.attention.q_lin`,
      key: `${layer}.attention.k_lin`,
      value: `${layer}.attention.v_lin`,
      attentionOutput: `${layer}.attention.out_lin`,
      attentionNorm: `${layer}.sa_layer_norm`,
      intermediate: `${layer}.ffn.lin1`,
      output: `${layer}.ffn.lin2`,
      outputNorm: `${layer}.output_layer_norm`,
    };
  },
};

function bertLike(prefix: string, className: string, head: OwnHead): Family {
  return {
    prefix,
    head,
    className,
    sizes: bertSizes,
    activation: (config) => config.text("hidden_act", "gelu"),
    names: bertNames(prefix),
  };
}

/** RoBERTa's positions start after that of padding. */
function robertaLike(className: string): Family {
  return {
    ...bertLike("roberta.", className, OWN_HEADS.roberta),
    sizes: (config) => ({ ...bertSizes(config), firstPosition: config.index("pad_token_id", 1) + 1 }),
  };
}

const distilbert: Family = {
  ...bertLike("distilbert.", "DistilBert", OWN_HEADS.distilbert),
  names: distilbertNames,
  activation: (config) => config.text("activation", "gelu"),
  sizes: (config) => ({
    hidden: config.size("dim"),
    embedding: config.size("dim"),
    layers: config.size("n_layers"),
    heads: config.size("n_heads"),
    intermediate: config.size("hidden_dim"),
    vocabulary: config.size("vocab_size"),
    positions: config.size("max_position_embeddings", 512),
    firstPosition: 0,
    types: 0,
    epsilon: 1e-12,
  }),
};

/** By `model_type`. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  bert: bertLike("bert.", "Bert", OWN_HEADS.bert),
  distilbert,
  electra: bertLike("electra.", "Electra", OWN_HEADS.electra),
  roberta: robertaLike("Roberta"),
  camembert: robertaLike("Camembert"),
  "xlm-roberta": robertaLike("XLMRoberta"),
};

/** The architecture that a Hugging Face config describes. */
export function transformerArchitecture(
  kind: string,
  config: ConfigValues,
  options: ArchitectureOptions,
): Architecture {
  const family = FAMILIES[kind]!;
  const sizes = family.sizes(config);
  checkSizes(sizes, config);
  const { hidden, layers, vocabulary } = sizes;
  const activation = activationNamed(family.activation(config), config.file);
  const head =
    options.pooling === "auto"
      ? ownHead(family.head, hidden, options.labels)
      : plainHead(options.pooling, hidden, options.labels);
  return {
    kind,
    layers,
    hidden,
    vocabulary,
    maxPositions: sizes.positions - sizes.firstPosition,
    pooling: head.pooling,
    padId: config.index("pad_token_id", 0),
    definitions: [...encoderDefinitions(sizes, family.names), ...head.definitions],
    logits: (pass) => head.logits(pass, encode(pass, sizes, family.names, activation)),
    namesInFile: (name) => spellings(name, family.prefix),
    savedConfig: { architectures: [`${family.className}ForSequenceClassification`] },
  };
}

/** A bare encoder's files lack the prefix; checkpoints converted from TensorFlow call LayerNorm's parts gamma and beta. */
function spellings(name: string, prefix: string): string[] {
  const bare = name.startsWith(prefix) ? [name, name.slice(prefix.length)] : [name];
  if (!/LayerNorm\.(weight|bias)$/.test(name)) return bare;
  return [...bare, ...bare.map((one) => one.replace(/weight$/, "gamma").replace(/bias$/, "beta"))];
}

function checkSizes(sizes: EncoderSizes, config: ConfigValues): void {
  const wrong = (message: string): UserError => new UserError("model-config-key", message, { file: config.file });
  if (sizes.hidden % sizes.heads !== 0) {
    throw wrong(`A hidden size of ${sizes.hidden} cannot be split over ${sizes.heads} heads in ${config.file}.`);
  }
  const kind = config.text("position_embedding_type", "absolute");
  if (kind !== "absolute") {
    throw wrong(`Position embeddings of the type "${kind}" in ${config.file} are not supported, only absolute ones.`);
  }
}

import { UserError } from "../../../base/errors.ts";
import type { Random } from "../../../base/random.ts";
import type { TextTokenizer } from "../../../models/tokenizers/tokenizer.ts";
import { gatherRows, sumRows } from "../ops/embedding.ts";
import { crossEntropy } from "../ops/loss.ts";
import * as tf from "../ops/tf.ts";
import type { Architecture, Place } from "./architecture.ts";
import { forwardPass } from "./forward.ts";
import type { ModelFolder } from "./folder.ts";
import type {
  Batch,
  ClassifierModel,
  Gradient,
  LossAndGradients,
  ModelFacts,
  ModelSettings,
  Parameter,
} from "./model.ts";

/** What a classifier is put together from. */
export interface ClassifierParts {
  readonly architecture: Architecture;
  readonly tokenizer: TextTokenizer;
  readonly labels: readonly string[];
  readonly settings: ModelSettings;
  /** Initial values by parameter name, in the architecture's layout. The arrays become the master copies. */
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly headLoaded: boolean;
  readonly folder: ModelFolder;
}

/** The one implementation of `ClassifierModel`: any architecture, on whatever backend is set. */
export function createClassifier(parts: ClassifierParts): ClassifierModel {
  const { architecture, tokenizer, settings, values, folder } = parts;
  const frozen = (place: Place): boolean => isFrozen(place, settings.freeze);
  const places = new Map(architecture.definitions.map(({ name, place }) => [name, place]));
  const parameters: Parameter[] = architecture.definitions.map(({ name, shape, decay, sparse, place }) => {
    return { name, shape, decay, sparse, trainable: !frozen(place), value: values.get(name)! };
  });
  const table = parameters.find(({ sparse }) => sparse)!;
  const dense = parameters.filter(({ sparse }) => !sparse);
  const trained = dense.filter(({ trainable }) => trainable);
  const tensors = new Map<string, tf.Tensor>();

  const commit = (names: Iterable<string> = parameters.filter((p) => p.trainable).map((p) => p.name)): void => {
    const chosen = new Set(names);
    for (const { name, value, shape } of dense) {
      if (!chosen.has(name)) continue;
      tensors.get(name)?.dispose();
      tensors.set(name, tf.tensor(value, [...shape]));
    }
  };
  commit(parameters.map(({ name }) => name));

  const forward = (batch: Batch, tokens: tf.Tensor2D, random: Random | null): tf.Tensor2D =>
    architecture.logits(
      forwardPass({
        batch,
        tokens,
        parameters: new Map(
          Array.from(tensors, ([name, tensor]) => [name, { tensor, frozen: frozen(places.get(name)!) }]),
        ),
        frozen,
        rate: settings.dropout,
        random,
      }),
    );
  const width = table.shape[1]!;
  const tokensOf = ({ ids }: Batch): tf.Tensor2D => {
    checkIds(ids, table.shape[0]!);
    return tf.tensor2d(gatherRows(table.value, ids, width), [ids.length, width]);
  };

  return {
    parameters,
    labels: parts.labels,
    facts: factsOf(parts, parameters),
    padId: architecture.padId,
    tokenize: (text, maxLength) => tokenizer.encode(text, Math.min(maxLength, architecture.maxPositions)),
    countTokens: (text) => tokenizer.encode(text, Number.POSITIVE_INFINITY).length,
    async predict(batch) {
      const logits = tf.tidy(() => forward(batch, tokensOf(batch), null));
      try {
        return await ownData(logits);
      } finally {
        logits.dispose();
      }
    },
    async lossAndGradients(batch, labels, random): Promise<LossAndGradients> {
      const { value, grads, logits } = tf.tidy(() => {
        const tokens = tokensOf(batch);
        let computed: tf.Tensor2D | undefined;
        const result = tf.valueAndGrads(() => {
          computed = tf.keep(forward(batch, tokens, random)); // else the end of the gradient's own scope frees it
          return crossEntropy(computed, labels);
        })([...trained.map(({ name }) => tensors.get(name)!), ...(table.trainable ? [tokens] : [])]);
        return { ...result, logits: computed! };
      });
      try {
        const gradients = new Map<string, Gradient>();
        for (const [at, { name }] of trained.entries())
          gradients.set(name, { ids: null, values: await ownData(grads[at]!) });
        if (table.trainable) gradients.set(table.name, sumRows(await ownData(grads.at(-1)!), batch.ids, width));
        return { loss: (await value.data())[0]!, logits: await ownData(logits), gradients };
      } finally {
        tf.dispose([value, ...grads, logits]);
      }
    },
    commit,
    saveFolder: (dir) => folder.save(dir, parameters),
    loadFolder(dir) {
      folder.load(dir, parameters);
      commit(parameters.map(({ name }) => name));
    },
    dispose() {
      tf.dispose([...tensors.values()]);
      tensors.clear();
    },
  };
}

/** The pooler is a part of the pretrained backbone; freezing the first n layers freezes what comes before them too. */
function isFrozen(place: Place, freeze: ModelSettings["freeze"]): boolean {
  if (freeze === null || place === "head") return false;
  if (freeze === "backbone" || place === "embeddings") return true;
  return place !== "pooler" && place < freeze;
}

/** Backends differ in what they do with an id beyond the table; none may ever see one. */
function checkIds(ids: Int32Array, vocabulary: number): void {
  const outside = ids.find((id) => id < 0 || id >= vocabulary);
  if (outside === undefined) return;
  throw new UserError(
    "model-token-outside",
    `The tokenizer gives the id ${outside}, the model's vocabulary has ${vocabulary}.`,
    {
      advice: "Use the tokenizer that came with the weights.",
    },
  );
}

/** The values as an array of our own: the cpu backend hands out its very storage. */
async function ownData(tensor: tf.Tensor): Promise<Float32Array> {
  const data = (await tensor.data()) as Float32Array;
  return tf.getBackend() === "cpu" ? data.slice() : data;
}

function factsOf(parts: ClassifierParts, parameters: readonly Parameter[]): ModelFacts {
  const { kind, layers, hidden, vocabulary, maxPositions, pooling } = parts.architecture;
  const count = (of: readonly Parameter[]): number => of.reduce((sum, { value }) => sum + value.length, 0);
  return {
    kind,
    source: parts.settings.nameOrPath,
    layers,
    hidden,
    vocabulary,
    maxPositions,
    totalParameters: count(parameters),
    trainableParameters: count(parameters.filter(({ trainable }) => trainable)),
    pooling,
    dropout: parts.settings.dropout,
    headLoaded: parts.headLoaded,
  };
}

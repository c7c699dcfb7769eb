import { loraDefaults } from "../../models/architectures.ts";
import type { ModelFacts } from "../facts/facts.ts";
import { innerLinear, isTargeted } from "../facts/model/targets.ts";
import type { ResolvedConfig } from "../types.ts";

type Linear = ModelFacts["linear"][number];

/** What a method makes of a model's parameters. */
export interface Trainable {
  /** Parameters in all, without those of an output layer that the task does not use. */
  base: number;
  /** Those of linear layers inside the model, which quantisation makes small. */
  linear: number;
  /** Those that train: all, adapters, or what is not frozen. */
  trained: number;
  /** Of those, layers of the base that train whole beside adapters, as a copy of their own (PEFT). */
  copied: number;
  /** Share of the layers that the gradient goes through. */
  layerShare: number;
  /** Inputs of one layer's adapted linear layers, summed; null where weights themselves train. */
  adaptedInputs: number | null;
}

/** Parameters that train under a config's method. Classifier heads count with two labels where the data was not read. */
export function trainableOf(config: ResolvedConfig, model: ModelFacts, labels = 2): Trainable {
  const unused = usesVocabulary(config) ? 0 : outputLayer(model);
  const base = model.parameters - unused;
  const inner = innerLinear(model);
  const linear = inner.length > 0 ? sizeOf(inner) : Math.max(0, model.parameters - model.embeddingParameters);
  const head = usesVocabulary(config) ? 0 : model.hidden * labels;
  const { method } = config;
  switch (method.type) {
    case "full":
    case "distill":
      return { base, linear, trained: base, copied: 0, layerShare: 1, adaptedInputs: null };
    case "freeze": {
      const layers = method.freeze === "backbone" ? model.layers : Math.min(method.freeze, model.layers);
      const share = model.layers === 0 ? 0 : (model.layers - layers) / model.layers;
      return { base, linear, trained: head + linear * share, copied: 0, layerShare: share, adaptedInputs: null };
    }
    case "lora":
    case "qlora": {
      const targets = adaptedLayers(config, model, inner);
      const adapters = targets.reduce((sum, layer) => sum + adapterSize(layer, method), 0);
      const copied = savedModules(config, model);
      const inputs = targets.reduce((sum, { inputs: width }) => sum + width, 0);
      const adaptedInputs = model.layers === 0 ? 0 : inputs / model.layers;
      return { base, linear, trained: adapters + copied + head, copied, layerShare: 1, adaptedInputs };
    }
  }
}

/** Tasks whose loss is over the vocabulary. */
export const usesVocabulary = ({ task }: Pick<ResolvedConfig, "task">): boolean =>
  task === "causal-lm" || task === "preference";

/** r·(in + out) for a low-rank pair; DoRA adds a magnitude for each output (PEFT). */
const adapterSize = ({ inputs, outputs }: Linear, { r, use_dora: isDora }: ResolvedConfig["method"]): number =>
  r * (inputs + outputs) + (isDora ? outputs : 0);

const sizeOf = (layers: readonly Linear[]): number =>
  layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);

/** Parameters of an output layer over the vocabulary that has weights of its own. */
const outputLayer = ({ tensors }: ModelFacts): number =>
  tensors
    .filter(({ name }) => /^(?:lm_head|embed_out)\.weight$/.test(name))
    .reduce((sum, { shape }) => sum + shape.reduce((size, side) => size * side, 1), 0);

/** The linear layers that get adapters; names match whole, or as the end of a module's name (PEFT). */
function adaptedLayers({ method }: ResolvedConfig, { type }: ModelFacts, inner: readonly Linear[]): Linear[] {
  const { target_modules: targets } = method;
  if (targets === "all-linear") return [...inner];
  const names = targets === "auto" ? (loraDefaults(type) ?? []) : targets;
  return inner.filter(({ module }) => names.some((name) => isTargeted(module, name)));
}

/** Parameters of the layers that train whole beside the adapters, as far as the pretrained model has them. */
function savedModules({ method }: ResolvedConfig, { tensors }: ModelFacts): number {
  const { modules_to_save: names } = method;
  if (names === "auto") return 0;
  return tensors
    .filter(({ name }) => names.some((module) => isTargeted(name.replace(/\.(?:weight|bias)$/, ""), module)))
    .reduce((sum, { shape }) => sum + shape.reduce((size, side) => size * side, 1), 0);
}

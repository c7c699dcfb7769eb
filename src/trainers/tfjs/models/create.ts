import { join } from "node:path";
import type { ResolvedConfig } from "../../../config/types.ts";
import { TINY_CONFIG } from "../../../models/builtin.ts";
import { obtainModel } from "../../../models/obtain.ts";
import { CONFIG_FILE } from "../../../models/files.ts";
import { openModelWeights } from "../weights/model-weights.ts";
import { createClassifier } from "./classifier.ts";
import { configValues } from "./config-values.ts";
import { initialValues, labelsOf, modelFolder, readFiles, readModelConfig } from "./folder.ts";
import type { ClassifierModel, ModelSettings, ModelTools } from "./model.ts";
import { modelTypeOf } from "./registry.ts";

/** What the resolved config says about the model. */
export function modelSettings({ model, method }: ResolvedConfig): ModelSettings {
  return {
    nameOrPath: model.name_or_path,
    pooling: model.pooling,
    dropout: model.dropout,
    freeze: method.type === "freeze" ? method.freeze : null,
  };
}

/**
 * Builds a classifier for these labels: finds or fetches the model, reads its weights, puts it on the backend that is set.
 * A head that the weights bring along is taken over when its class names are these, in this order; else it starts random.
 * Whatever is wrong with the model's files is a `UserError`.
 */
export async function createModel(
  settings: ModelSettings,
  labels: readonly string[],
  tools: ModelTools,
): Promise<ClassifierModel> {
  const dir = await obtainModel(settings.nameOrPath, tools);
  const config = dir === null ? TINY_CONFIG : readModelConfig(dir);
  const values = configValues(config, dir === null ? "builtin:tiny" : join(dir, CONFIG_FILE));
  const type = modelTypeOf(values);
  const architecture = type.architecture(values, { labels: labels.length, pooling: settings.pooling });
  const tokenizer = type.tokenizer(dir ?? "", values);
  const sameLabels = labelsOf(config).join("\n") === labels.join("\n");
  const weights = dir === null ? null : openModelWeights(dir);
  try {
    const headLoaded =
      weights !== null &&
      sameLabels &&
      architecture.definitions.every(
        ({ name, place }) => place !== "head" || weights.find(architecture.namesInFile(name)) !== undefined,
      );
    return createClassifier({
      architecture,
      tokenizer,
      labels,
      settings,
      values: initialValues(architecture, weights, tools.random, dir ?? "", headLoaded),
      headLoaded,
      folder: modelFolder(architecture, config, labels, readFiles(dir, type.tokenizerFiles)),
    });
  } finally {
    weights?.close();
  }
}

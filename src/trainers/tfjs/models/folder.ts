import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../base/errors.ts";
import { readJson, writeFileAtomic, writeJsonAtomic } from "../../../base/files.ts";
import type { Random } from "../../../base/random.ts";
import { CONFIG_FILE, requireModelFiles, WEIGHTS_FILE } from "../../../models/files.ts";
import { elementCount } from "../../../models/safetensors.ts";
import { openModelWeights, type ModelWeights } from "../weights/model-weights.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import type { Architecture, ParameterDefinition } from "./architecture.ts";
import { transpose } from "./transpose.ts";
import type { Parameter } from "./model.ts";

/** A model's `config.json`; which keys there are depends on its `model_type`. */
export type ModelConfig = Readonly<Record<string, unknown>>;

/** Reads `config.json` of a model folder; checks first that the folder is one. */
export function readModelConfig(dir: string): ModelConfig {
  requireModelFiles(dir);
  const path = join(dir, CONFIG_FILE);
  const config = readJson<unknown>(path);
  if (typeof config === "object" && config !== null && !Array.isArray(config)) return config as ModelConfig;
  throw new UserError("model-config-broken", `${path} is not a JSON object.`, {
    advice: "Use the config.json that came with the weights.",
    file: path,
  });
}

/** The class names a config lists (`id2label`), in order; empty when it lists none. */
export function labelsOf(config: ModelConfig): string[] {
  const map = config["id2label"];
  if (typeof map !== "object" || map === null) return [];
  return Object.entries(map)
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, label]) => String(label));
}

/** Writes and reads the folders of one model: what `ClassifierModel.saveFolder` and `loadFolder` do. */
export interface ModelFolder {
  save(dir: string, parameters: readonly Parameter[]): void;
  load(dir: string, parameters: readonly Parameter[]): void;
}

/**
 * @param config as read; the labels are written into it
 * @param files tokenizer files by name, as the model came with them
 */
export function modelFolder(
  architecture: Architecture,
  config: ModelConfig,
  labels: readonly string[],
  files: ReadonlyMap<string, Uint8Array>,
): ModelFolder {
  const definitionOf = new Map(architecture.definitions.map((definition) => [definition.name, definition]));
  return {
    save(dir, parameters) {
      mkdirSync(dir, { recursive: true });
      for (const [name, content] of files) writeFileAtomic(join(dir, name), content);
      writeJsonAtomic(join(dir, CONFIG_FILE), { ...config, ...architecture.savedConfig, ...labelMaps(labels) });
      const tensors = parameters.map(({ name, shape, value }) => {
        const [rows, columns] = shape as [number, number];
        return definitionOf.get(name)!.storedTransposed
          ? { name, shape: [columns, rows], data: () => transpose(value, rows, columns) }
          : { name, shape, data: () => value };
      });
      writeSafetensors(join(dir, WEIGHTS_FILE), tensors);
    },
    load(dir, parameters) {
      const weights = openModelWeights(dir);
      try {
        for (const { name, value } of parameters)
          value.set(readParameter(weights, architecture, definitionOf.get(name)!, dir));
      } finally {
        weights.close();
      }
    },
  };
}

/**
 * Initial values of all parameters: from the weights where they are there, else random.
 * A part of the backbone that the weights lack is a `UserError`; the head starts random unless `withHead`, and a pooler may
 * (many encoders are published without one).
 */
export function initialValues(
  architecture: Architecture,
  weights: ModelWeights | null,
  random: Random,
  dir: string,
  withHead: boolean,
): Map<string, Float32Array> {
  return new Map(
    architecture.definitions.map((definition) => {
      const { name, place } = definition;
      const wanted = weights !== null && (place !== "head" || withHead);
      const optional = place === "pooler" || weights === null;
      const present = wanted && weights.find(architecture.namesInFile(name)) !== undefined;
      return [
        name,
        wanted && (present || !optional)
          ? readParameter(weights, architecture, definition, dir)
          : startOf(definition, random),
      ];
    }),
  );
}

/** Reads one parameter into the architecture's layout; checks its shape. */
function readParameter(
  weights: ModelWeights,
  architecture: Architecture,
  { name, shape, storedTransposed }: ParameterDefinition,
  dir: string,
): Float32Array {
  const stored = storedTransposed ? shape.toReversed() : shape;
  const found = weights.find(architecture.namesInFile(name));
  if (found === undefined) {
    throw new UserError(
      "weights-tensor-missing",
      `The weights in ${dir} hold no "${name}", which the config asks for.`,
      {
        advice: "The weights belong to another kind of model than config.json says.",
        file: join(dir, CONFIG_FILE),
      },
    );
  }
  const actual = weights.shapeOf(found);
  if (actual.join() !== stored.join()) {
    const file = weights.fileOf(found);
    throw new UserError(
      "weights-shape",
      `"${found}" in ${file} has shape [${actual.join(", ")}], the config says [${stored.join(", ")}].`,
      { advice: `Use the ${CONFIG_FILE} that came with these weights.`, file },
    );
  }
  const data = weights.read(found);
  return storedTransposed ? transpose(data, stored[0]!, stored[1]!) : data;
}

function startOf({ shape, init }: ParameterDefinition, random: Random): Float32Array {
  const values = new Float32Array(elementCount(shape));
  if (init === "ones") values.fill(1);
  if (init === "normal") for (let i = 0; i < values.length; i++) values[i] = 0.02 * random.gaussian();
  return values;
}

/** How transformers writes class names. */
function labelMaps(labels: readonly string[]): Record<string, unknown> {
  return {
    num_labels: labels.length,
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
    problem_type: "single_label_classification",
  };
}

/** Contents of those files that the folder (null: none) has. */
export function readFiles(dir: string | null, names: readonly string[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  if (dir === null) return files;
  for (const name of names) {
    try {
      files.set(name, readFileSync(join(dir, name)));
    } catch {
      // optional: a folder has some of these files
    }
  }
  return files;
}

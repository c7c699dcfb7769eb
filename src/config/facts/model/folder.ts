import { basename, join } from "node:path";
import { UserError } from "../../../base/errors.ts";
import { t } from "../../../base/l10n.ts";
import { CONFIG_FILE, WEIGHTS_FILE, WEIGHTS_INDEX } from "../../../models/files.ts";
import { readJsonObject } from "../../../models/regular-file.ts";
import { readTensorTable, type TensorEntry } from "../../../models/safetensors.ts";
import { isMap, type PlainMap } from "../../schema/view.ts";
import type { ModelFacts, TensorFacts } from "../facts.ts";
import { expectedTensors } from "./layouts/index.ts";
import { isEncoder, positionsOf, sizesOf, textConfig } from "./sizes.ts";
import { summarise } from "./tensors.ts";
import { readTokenizerFacts } from "./tokenizer.ts";

/** More than any configuration or index of shards has. */
const MAX_BYTES = 16_000_000;

/**
 * Reads a model's folder, or a snapshot of the cache that may lack some of its files. Broken files are a `UserError`.
 * @param id of a hub model; null for a folder
 */
export async function folderFacts(dir: string, id: string | null, signal?: AbortSignal): Promise<ModelFacts> {
  const path = join(dir, CONFIG_FILE);
  const config = await readJsonObject(path, MAX_BYTES);
  if (!config) {
    throw new UserError("model-config-missing", t("The model folder {0} holds no {1}.", dir, CONFIG_FILE), {
      advice: t("A Hugging Face model folder has config.json, model.safetensors and tokenizer.json."),
      file: dir,
    });
  }
  const type = typeof config["model_type"] === "string" ? config["model_type"] : "";
  const read = await readTensors(dir, signal);
  const tensors = read ?? expectedTensors(type, config) ?? [];
  const quantization = isMap(config["quantization_config"]) ? config["quantization_config"] : undefined;
  const summary = summarise(tensors, type, bitsOf(quantization));
  const sizes = sizesOf(config);
  const vocabulary = summary.vocabulary ?? sizes.vocabulary;
  return {
    dir,
    type,
    architectures: Array.isArray(config["architectures"]) ? config["architectures"].map(String) : [],
    parameters: summary.parameters || estimatedParameters(config),
    embeddingParameters: summary.embeddingParameters || sizes.vocabulary * sizes.embedding * (sizes.isTied ? 1 : 2),
    layers: sizes.layers || summary.layers,
    hidden: sizes.hidden || (summary.width ?? 0),
    intermediate: sizes.intermediate,
    heads: sizes.heads,
    kvHeads: sizes.kvHeads,
    vocabulary,
    ...positionsOf(config),
    isEncoder: isEncoder(config),
    dtype: (read ? summary.dtype : undefined) ?? writtenFormat(config) ?? "float32",
    quantization: quantizationOf(config, quantization),
    tensors,
    hasWeights: read !== undefined,
    linear: summary.linear,
    tokenizer: await readTokenizerFacts(dir, type, vocabulary),
    labels: labelsOf(config),
    name: id ?? nameOf(config, dir),
  };
}

/** The tensors of the single weight file or of all shards; undefined when no weights that can be read are there. */
async function readTensors(dir: string, signal: AbortSignal | undefined): Promise<TensorFacts[] | undefined> {
  const single = await readTensorTable(join(dir, WEIGHTS_FILE));
  if (single) return named(single);
  const index = await readJsonObject(join(dir, WEIGHTS_INDEX), MAX_BYTES);
  const map = index?.["weight_map"];
  if (!isMap(map)) return undefined;
  const tensors: TensorFacts[] = [];
  for (const name of new Set(Object.values(map))) {
    signal?.throwIfAborted();
    // A shard is a file of this folder; a snapshot that was not wholly fetched lacks some, and then nothing is said of any.
    const shard =
      typeof name === "string" && name === basename(name) ? await readTensorTable(join(dir, name)) : undefined;
    if (!shard) return undefined;
    tensors.push(...named(shard));
  }
  return tensors;
}

const named = (table: ReadonlyMap<string, TensorEntry>): TensorFacts[] =>
  [...table].map(([name, { shape, dtype }]) => ({ name, shape, dtype }));

/** Embeddings, and in each layer attention (4 hidden²) and feed-forward: what most transformers have. */
function estimatedParameters(config: PlainMap): number {
  const { layers, hidden, intermediate, vocabulary, embedding, isTied } = sizesOf(config);
  return vocabulary * embedding * (isTied ? 1 : 2) + layers * (4 * hidden * hidden + 2 * hidden * intermediate);
}

/** `torch_dtype`, which newer versions call `dtype`. */
function writtenFormat(config: PlainMap): string | undefined {
  const text = textConfig(config);
  const written = text["dtype"] ?? text["torch_dtype"] ?? config["dtype"] ?? config["torch_dtype"];
  return typeof written === "string" ? written.replace(/^torch\./, "") : undefined;
}

function quantizationOf(config: PlainMap, quantization: PlainMap | undefined): string | null {
  const method = quantization?.["quant_method"];
  if (typeof method === "string") return method;
  const settings = quantization ?? config;
  return settings["load_in_4bit"] === true || settings["load_in_8bit"] === true ? "bitsandbytes" : null;
}

function bitsOf(quantization: PlainMap | undefined): number | undefined {
  const bits = quantization?.["bits"] ?? quantization?.["w_bit"];
  return typeof bits === "number" && [2, 3, 4, 8].includes(bits) ? bits : undefined;
}

/** Class names of `id2label` by index; those that Transformers makes up (`LABEL_0`) are none. */
function labelsOf(config: PlainMap): string[] {
  const map = config["id2label"];
  if (!isMap(map)) return [];
  const labels = Object.entries(map)
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([, label]) => String(label));
  return labels.every((label) => /^LABEL_\d+$/.test(label)) ? [] : labels;
}

function nameOf(config: PlainMap, dir: string): string {
  const written = config["_name_or_path"];
  return typeof written === "string" && written !== "" ? written : basename(dir);
}

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic, writeJsonAtomic } from "../../../../base/files.ts";
import { USE_LITE } from "../../../../models/builtin.ts";
import { WEIGHTS_FILE } from "../../../../models/files.ts";
import { elementCount } from "../../../../models/safetensors.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { transpose } from "../transpose.ts";
import { USE_LITE_ENCODER } from "./architecture.ts";

/** A tensor of the published graph, in its own layout. */
interface GraphTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const APPLY = "module_apply_default/Encoder_en/KonaTransformer/Encode";
const MODULE = "module/Encoder_en/KonaTransformer/Encode";

/**
 * Makes the folder of `builtin:use-lite` from the published TensorFlow.js graph model: its weights by the names of our
 * architecture, its vocabulary, a `config.json`. Runs when the product is built.
 * @param from the folder with `model.json`, its weight shards and `vocab.json`
 * @param origin what the weights were made from, for the record
 */
export function convertUseLite(from: string, to: string, origin: string): void {
  const graph = readGraphWeights(from);
  const values = new Map(parameterValues(graph));
  mkdirSync(to, { recursive: true });
  writeFileAtomic(join(to, "vocab.json"), readFileSync(join(from, "vocab.json")));
  writeSafetensors(
    join(to, WEIGHTS_FILE),
    USE_LITE_ENCODER.map(({ name, shape, storedTransposed }) => {
      const value = values.get(name);
      if (value?.length !== elementCount(shape))
        throw new Error(`the published model has no fitting weights for ${name}`);
      const [rows, columns] = shape as [number, number];
      return storedTransposed
        ? { name, shape: [columns, rows], data: () => transpose(value, rows, columns) }
        : { name, shape, data: () => value };
    }),
  );
  writeJsonAtomic(join(to, "config.json"), { model_type: USE_LITE, converted_from: origin });
}

/** The weights of a TensorFlow.js graph model by name: shards are one stream, cut by the manifest. */
function readGraphWeights(dir: string): Map<string, GraphTensor> {
  const { weightsManifest } = JSON.parse(readFileSync(join(dir, "model.json"), "utf8")) as {
    weightsManifest: { paths: string[]; weights: { name: string; shape: number[] }[] }[];
  };
  const tensors = new Map<string, GraphTensor>();
  for (const { paths, weights } of weightsManifest) {
    const bytes = new Uint8Array(Buffer.concat(paths.map((path) => readFileSync(join(dir, path)))));
    let at = 0;
    for (const { name, shape } of weights) {
      const count = elementCount(shape);
      tensors.set(name, { shape, data: new Float32Array(bytes.buffer, at, count) });
      at += 4 * count;
    }
  }
  return tensors;
}

/** Our parameters from the graph's tensors; the graph's kernels are [in, out] already, some with leading ones. */
function* parameterValues(graph: ReadonlyMap<string, GraphTensor>): Generator<[string, Float32Array]> {
  const get = (name: string): Float32Array => graph.get(name)?.data ?? new Float32Array();
  const pair = function* (ours: string, weight: string, bias: string): Generator<[string, Float32Array]> {
    yield [`${ours}.weight`, get(weight)];
    yield [`${ours}.bias`, get(bias)];
  };
  const norm = (ours: string, theirs: string) =>
    pair(
      ours,
      `${theirs}/layer_norm_scale/ConcatPartitions/concat`,
      `${theirs}/layer_norm_bias/ConcatPartitions/concat`,
    );
  yield ["embeddings.weight", get("module/Embeddings_en")];
  for (const n of [0, 1]) {
    const ours = `encoder.layer.${n}`;
    const theirs = `${APPLY}/Layer_${n}/TransformerLayer`;
    const kernels = `${MODULE}/Layer_${n}/TransformerLayer/MultiheadAttention`;
    const stack = `${APPLY}/TransformerStack/Layer_${n}/TransformerLayer`;
    yield* norm(`${ours}.attention.norm`, `${theirs}/layer_prepostprocess/layer_norm`);
    yield* splitColumns(
      ["query", "key", "value"].map((part) => `${ours}.attention.${part}`),
      get(`${kernels}/qkv_transform_single/kernel/part_0`),
      get(`${theirs}/MultiheadAttention/qkv_transform_single/bias/ConcatPartitions/concat`),
    );
    yield* pair(
      `${ours}.attention.output`,
      `${kernels}/output_transform_single/kernel/part_0`,
      `${theirs}/MultiheadAttention/output_transform_single/bias/ConcatPartitions/concat`,
    );
    yield* pair(
      `${ours}.residual`,
      `${theirs}/dense/kernel/ConcatPartitions/concat`,
      `${theirs}/dense/bias/ConcatPartitions/concat`,
    );
    yield* norm(`${ours}.feed_forward.norm`, `${theirs}/FFN/layer_prepostprocess/layer_norm`);
    for (const [part, conv] of [
      ["inner", "conv1"],
      ["outer", "conv2"],
    ] as const) {
      yield* pair(
        `${ours}.feed_forward.${part}`,
        `${stack}/FFN/${conv}/Tensordot/Reshape_1`,
        `${theirs}/FFN/${conv}/bias/ConcatPartitions/concat`,
      );
    }
  }
  yield* pair(
    "pooler.dense",
    "module/Encoder_en/hidden_layers/tanh_layer_0/weights",
    "module/Encoder_en/hidden_layers/tanh_layer_0/bias",
  );
}

/** One product gives queries, keys and values side by side; ours are three. */
function* splitColumns(names: string[], kernel: Float32Array, bias: Float32Array): Generator<[string, Float32Array]> {
  const columns = bias.length;
  const width = columns / names.length;
  for (const [part, name] of names.entries()) {
    const own = new Float32Array((kernel.length / columns) * width);
    for (let row = 0; row < kernel.length / columns; row++) {
      const from = row * columns + part * width;
      own.set(kernel.subarray(from, from + width), row * width);
    }
    yield [`${name}.weight`, own];
    yield [`${name}.bias`, bias.subarray(part * width, (part + 1) * width)];
  }
}

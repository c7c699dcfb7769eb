import { elementCount } from "../../../models/safetensors.ts";
import type { ModelFacts, TensorFacts } from "../facts.ts";

/** What the names and shapes of a model's tensors tell. */
export type TensorSummary = Pick<ModelFacts, "parameters" | "embeddingParameters" | "linear"> & {
  /** Rows of the table of input embeddings; undefined when none was recognised. */
  vocabulary: number | undefined;
  /** Their width. */
  width: number | undefined;
  /** Number of layers that are counted in names (`layers.0.`, `h.0.`); 0 when none are. */
  layers: number;
  /** Number format most bytes lie in; undefined for weights that are all packed. */
  dtype: string | undefined;
};

/** Modules that are a table of embeddings, by the last parts of their names. */
const EMBEDDING =
  /(?:^|\.)(?:word_embeddings?|position_embeddings?|token_type_embeddings|embed_tokens|embed_positions|tok_embeddings|token_embeddings|rel_embeddings|embed_in|wte|wpe|shared|emb|embeddings|relative_attention_bias|entity_embeddings)$/;

/** Tables of the input's tokens. */
const INPUT_EMBEDDING = /(?:^|\.)(?:word_embeddings?|embed_tokens|tok_embeddings|embed_in|wte|shared|embeddings)$/;

/** The layer that turns the last state into scores of tokens. */
const OUTPUT = /(?:^|\.)(?:lm_head|embed_out|output_projection|cls\.predictions\.decoder)$/;

/** What a checkpoint keeps beside its parameters: masks and tables that are computed. */
const BUFFER = /(?:^|\.)(?:position_ids|token_type_ids|masked_bias|inv_freq|rotary_emb\.[\w.]+|num_batches_tracked)$/;

/** GPT-2's causal mask, which old checkpoints keep: one by one by positions by positions. */
const isMask = ({ name, shape }: TensorFacts): boolean => name.endsWith(".attn.bias") && shape.length === 4;

/** Architectures whose layers are `Conv1D`: the weight's first side is its inputs. */
const CONV1D = /^(?:gpt2|gpt-sw3|openai-gpt|imagegpt|decision_transformer)$/;

/** What packs several weights into one number: parts of GPTQ's, AWQ's and bitsandbytes' layers that are no weights themselves. */
const PACKING = /\.(?:qzeros|scales|g_idx|absmax|quant_map|nested_absmax|nested_quant_map|SCB|quant_state\.[\w.]+)$/;

const FORMATS: Readonly<Record<string, string>> = {
  F64: "float64",
  F32: "float32",
  F16: "float16",
  BF16: "bfloat16",
  F8_E4M3: "float8",
  F8_E5M2: "float8",
};

/** Name of the module a tensor is the weight of; undefined for biases and the rest. */
export const moduleOf = (tensor: string): string | undefined => /^(.*)\.(?:weight|qweight)$/.exec(tensor)?.[1];

/** Whether a module is a table of embeddings. */
export const isEmbedding = (module: string): boolean => EMBEDDING.test(module);

/** Whether a module gives the scores of tokens. */
export const isOutput = (module: string): boolean => OUTPUT.test(module);

/**
 * Sums up tensors.
 * @param type `model_type`, which tells how a weight lies
 * @param bits bits of a packed weight (`quantization_config`); 4 when it does not say
 */
export function summarise(tensors: readonly TensorFacts[], type: string, bits = 4): TensorSummary {
  const own = tensors.filter((tensor) => !BUFFER.test(tensor.name) && !isMask(tensor) && !PACKING.test(tensor.name));
  const modules = own.flatMap((tensor) => {
    const module = moduleOf(tensor.name);
    return module === undefined ? [] : [{ module, tensor }];
  });
  const tables = modules.filter(({ module, tensor }) => isEmbedding(module) && tensor.shape.length === 2);
  const input = tables.find(({ module }) => INPUT_EMBEDDING.test(module))?.tensor.shape;
  const outputs = modules.filter(({ module }) => isOutput(module));
  const count = (list: readonly TensorFacts[]): number =>
    list.reduce((sum, tensor) => sum + weightsIn(tensor, bits), 0);
  return {
    parameters: count(own),
    embeddingParameters: count([...tables, ...outputs].map(({ tensor }) => tensor)),
    linear: modules
      .filter(({ module, tensor }) => tensor.shape.length === 2 && !isEmbedding(module))
      .map(({ module, tensor }) => ({ module, ...sides(tensor, type, bits) })),
    vocabulary: input?.[0],
    width: input?.[1],
    layers: layersIn(own),
    dtype: mainFormat(own),
  };
}

/** Weights in a tensor: a packed one has several in each number. */
function weightsIn({ name, shape, dtype }: TensorFacts, bits: number): number {
  const elements = elementCount(shape);
  if (name.endsWith(".qweight")) return (elements * 32) / bits;
  // bitsandbytes keeps two weights of 4 bits in a byte, as one long column.
  return dtype === "U8" && name.endsWith(".weight") ? 2 * elements : elements;
}

function sides({ name, shape }: TensorFacts, type: string, bits: number): { inputs: number; outputs: number } {
  const [first, second] = shape as [number, number];
  // GPTQ packs the inputs of a weight that lies as [inputs, outputs].
  if (name.endsWith(".qweight")) return { inputs: (first * 32) / bits, outputs: second };
  return CONV1D.test(type) && !name.endsWith("lm_head.weight")
    ? { inputs: first, outputs: second }
    : { inputs: second, outputs: first };
}

function layersIn(tensors: readonly TensorFacts[]): number {
  const indices = tensors.map(({ name }) => /\.?(?:layers?|h|blocks?)\.(\d+)\./.exec(name)?.[1]);
  return indices.reduce((most, index) => (index === undefined ? most : Math.max(most, Number(index) + 1)), 0);
}

function mainFormat(tensors: readonly TensorFacts[]): string | undefined {
  const sizes = new Map<string, number>();
  for (const { dtype, shape } of tensors) {
    const format = FORMATS[dtype];
    if (format !== undefined) sizes.set(format, (sizes.get(format) ?? 0) + elementCount(shape));
  }
  return [...sizes].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Known, ModelFacts } from "../../../../src/config/facts/facts.ts";
import { readModelFacts } from "../../../../src/config/facts/model.ts";
import { suggestTargets } from "../../../../src/config/facts/model/targets.ts";
import { resolveConfig } from "../../../../src/config/resolve.ts";
import type { ResolvedConfig } from "../../../../src/config/types.ts";
import { countTokens } from "../../../../src/models/count-tokens.ts";
import { modelNames } from "../../../../src/models/cache.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "model-facts-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Tensors = Record<string, [dtype: string, ...shape: number[]]>;
const BYTES: Record<string, number> = { F32: 4, BF16: 2, I32: 4, U8: 1 };

function write(path: string, content: unknown): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
}

/** Writes the header of weights; the data are holes, which no reader of facts looks at. */
function writeWeights(path: string, tensors: Tensors): void {
  let end = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, [dtype, ...shape]]) => {
      const start = end;
      end += shape.reduce((product, size) => product * size, BYTES[dtype]!);
      return [name, { dtype, shape, data_offsets: [start, end] }];
    }),
  );
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  write(path, "");
  writeFileSync(join(folder, path), Buffer.concat([length, json]));
  truncateSync(join(folder, path), 8 + json.length + end);
}

async function read(name: string, env: NodeJS.ProcessEnv = {}, signal?: AbortSignal): Promise<Known<ModelFacts>> {
  const value = { version: 1, task: "causal-lm", model: { name_or_path: name }, data: { train: "t.jsonl" } };
  const { config } = resolveConfig(value);
  return readModelFacts(config as ResolvedConfig, folder, { HF_HUB_CACHE: join(folder, "hub"), ...env }, signal);
}

async function facts(name: string): Promise<ModelFacts> {
  const found = await read(name);
  if (!found.known) throw new Error(found.reason);
  return found.facts;
}

async function problem(name: string): Promise<string | undefined> {
  const found = await read(name);
  return found.known ? undefined : found.problem?.sentence;
}

const LLAMA = {
  model_type: "llama",
  architectures: ["LlamaForCausalLM"],
  hidden_size: 16,
  num_hidden_layers: 1,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 32,
  vocab_size: 40,
  max_position_embeddings: 4096,
  rope_theta: 10000,
  torch_dtype: "bfloat16",
};
const LLAMA_WEIGHTS: Tensors = {
  "model.embed_tokens.weight": ["BF16", 40, 16],
  "model.layers.0.self_attn.q_proj.weight": ["BF16", 16, 16],
  "model.layers.0.self_attn.k_proj.weight": ["BF16", 8, 16],
  "model.layers.0.self_attn.rotary_emb.inv_freq": ["F32", 4],
  "model.norm.weight": ["F32", 16],
  "lm_head.weight": ["BF16", 40, 16],
};

describe("a folder", () => {
  test("tells its sizes, tensors and layers, without its weights being read", async () => {
    write("m/config.json", LLAMA);
    writeWeights("m/model.safetensors", LLAMA_WEIGHTS);
    const found = await facts("./m");
    expect(found).toMatchObject({
      type: "llama",
      layers: 1,
      hidden: 16,
      heads: 4,
      kvHeads: 2,
      vocabulary: 40,
      positions: 4096,
      hasFlexiblePositions: true,
      isEncoder: false,
      dtype: "bfloat16",
      quantization: null,
      hasWeights: true,
      parameters: 40 * 16 + 16 * 16 + 8 * 16 + 16 + 40 * 16,
      embeddingParameters: 2 * 40 * 16,
      tokenizer: null,
      name: "m",
    });
    expect(found.linear).toContainEqual({ module: "model.layers.0.self_attn.k_proj", inputs: 16, outputs: 8 });
    expect(suggestTargets(found)).toEqual([
      { name: "q_proj", count: 1 },
      { name: "k_proj", count: 1 },
    ]);
  });

  test("without weights: what its config tells of the architecture", async () => {
    write("m/config.json", LLAMA);
    const found = await facts("./m");
    expect(found).toMatchObject({ hasWeights: false, dtype: "bfloat16", layers: 1 });
    expect(suggestTargets(found).map(({ name }) => name)).toContain("down_proj");
  });

  test("weights in shards; a shard that is not there leaves them unread", async () => {
    write("m/config.json", LLAMA);
    const [first, ...rest] = Object.entries(LLAMA_WEIGHTS);
    const map = Object.fromEntries(
      Object.keys(LLAMA_WEIGHTS).map((name, at) => [name, at === 0 ? "a.safetensors" : "b.safetensors"]),
    );
    write("m/model.safetensors.index.json", { weight_map: map });
    writeWeights("m/a.safetensors", Object.fromEntries([first!]));
    expect((await facts("./m")).hasWeights).toBe(false);
    writeWeights("m/b.safetensors", Object.fromEntries(rest));
    write("m/model.safetensors.index.json", { weight_map: map, metadata: {} });
    expect((await facts("./m")).tensors).toHaveLength(6);
  });

  test("packed weights count as what they stand for", async () => {
    write("m/config.json", { ...LLAMA, quantization_config: { quant_method: "gptq", bits: 4 } });
    writeWeights("m/model.safetensors", {
      "model.layers.0.self_attn.q_proj.qweight": ["I32", 2, 16],
      "model.layers.0.self_attn.q_proj.qzeros": ["I32", 1, 2],
    });
    expect(await facts("./m")).toMatchObject({ quantization: "gptq", parameters: 256, dtype: "bfloat16" });
  });

  test("a multimodal model tells of its text part", async () => {
    const { model_type: _, ...text } = LLAMA;
    write("m/config.json", { model_type: "llava", text_config: { ...text, model_type: "llama" }, vision_config: {} });
    expect(await facts("./m")).toMatchObject({
      type: "llava",
      hidden: 16,
      positions: 4096,
      hasFlexiblePositions: true,
    });
  });

  test("labels other than the made-up ones, and the tokenizer's settings", async () => {
    write("m/config.json", { model_type: "bert", id2label: { 1: "spam", 0: "ham" }, _name_or_path: "org/base" });
    write("m/tokenizer_config.json", { eos_token: { content: "</s>" }, added_tokens_decoder: { 30522: {}, 4: {} } });
    write("m/special_tokens_map.json", { pad_token: "<pad>" });
    expect(await facts("./m")).toMatchObject({
      labels: ["ham", "spam"],
      name: "org/base",
      isEncoder: true,
      positions: 512,
      tokenizer: { padToken: "<pad>", eosToken: "</s>", canCount: false, tokensBeyond: 1 },
    });
  });

  test("is read again when a file changes", async () => {
    write("m/config.json", LLAMA);
    expect((await facts("./m")).hidden).toBe(16);
    write("m/config.json", { ...LLAMA, hidden_size: 32 });
    utimesSync(join(folder, "m/config.json"), 1, 1);
    expect((await facts("./m")).hidden).toBe(32);
  });
});

describe("what is wrong with the files is said", () => {
  beforeEach(() => write("m/config.json", LLAMA));
  const weights = (text: Uint8Array): void => writeFileSync(join(folder, "m/model.safetensors"), text);

  test("weights that are cut off, too short for a header, or no safetensors at all", async () => {
    weights(Buffer.from([1, 2, 3]));
    expect(await problem("./m")).toMatch(/model\.safetensors is not a whole safetensors file: it has 3 bytes/);
    weights(Buffer.from("PK\u0003\u0004 this is a zip file, not safetensors"));
    expect(await problem("./m")).toMatch(/its header would be \d+ bytes long/);
  });

  test("a header that promises more than the file holds, in shapes or offsets", async () => {
    const header = (entry: object): void => {
      const json = Buffer.from(JSON.stringify({ a: entry }));
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(json.length));
      weights(Buffer.concat([length, json]));
    };
    header({ dtype: "F32", shape: [2], data_offsets: [0, 8] });
    expect(await problem("./m")).toMatch(/tensor "a" would end at byte/);
    header({ dtype: "F32", shape: [1e9, 1e9], data_offsets: [0, 0] });
    expect(await problem("./m")).toMatch(/has 0 bytes/);
    header({ dtype: "F32", shape: ["2"], data_offsets: [0, 0] });
    expect(await problem("./m")).toMatch(/malformed/);
  });

  test("files that are no files: a pipe, a folder, a loop of links", async () => {
    execFileSync("mkfifo", [join(folder, "m/model.safetensors")]);
    expect(await problem("./m")).toMatch(/model\.safetensors is not a file/);
    mkdirSync(join(folder, "n/config.json"), { recursive: true });
    expect(await problem("./n")).toMatch(/config\.json is not a file/);
    mkdirSync(join(folder, "o"));
    symlinkSync("config.json", join(folder, "o/config.json"));
    expect(await problem("./o")).toMatch(/config\.json cannot be read \(ELOOP\)/);
  });

  test("a config that is no JSON object, or too large to be one", async () => {
    write("m/config.json", "[1]");
    expect(await problem("./m")).toMatch(/config\.json is not a JSON object/);
    truncateSync(join(folder, "m/config.json"), 1e9);
    expect(await problem("./m")).toMatch(/too large/);
  });
});

describe("models elsewhere", () => {
  test("of the cache: a snapshot with nothing but its config; one that is not there has a reason", async () => {
    expect(await read("org/name")).toEqual({ known: false, reason: "org/name is not in the Hugging Face cache" });
    write("hub/models--org--name/refs/main", "a".repeat(40));
    write(`hub/models--org--name/snapshots/${"a".repeat(40)}/config.json`, LLAMA);
    expect(await facts("org/name")).toMatchObject({ name: "org/name", hidden: 16, hasWeights: false });
    write("hub/models--org--empty/refs/main", "a".repeat(40));
    expect(modelNames({ HF_HUB_CACHE: join(folder, "hub") })).toEqual(["org/name"]);
    expect(modelNames({ HF_HUB_CACHE: join(folder, "nowhere") })).toEqual([]);
  });

  test("built in", async () => {
    expect(await facts("builtin:tiny")).toMatchObject({ dir: null, hidden: 64, positions: 512, parameters: 362_048 });
    expect(await facts("builtin:use-lite")).toMatchObject({ hidden: 512, positions: 128, vocabulary: 8002 });
  });

  test("an aborted read throws the signal's reason", async () => {
    write("m/config.json", LLAMA);
    write("m/model.safetensors.index.json", { weight_map: { a: "a.safetensors" } });
    await expect(read("./m", {}, AbortSignal.abort(new Error("closed")))).rejects.toThrow("closed");
  });
});

describe("tokens", () => {
  const tokenizer = {
    added_tokens: [],
    pre_tokenizer: { type: "Whitespace" },
    post_processor: null,
    normalizer: null,
    decoder: null,
    model: { type: "WordLevel", vocab: { "[UNK]": 0, one: 1, two: 2 }, unk_token: "[UNK]" },
  };

  test("are counted by the model's own tokenizer, read anew when it changed", async () => {
    write("m/tokenizer.json", tokenizer);
    const model = { dir: join(folder, "m"), type: "bert" };
    expect(await countTokens(model, ["one two", "one", ""])).toEqual([2, 1, 1]);
    write("m/tokenizer.json", { ...tokenizer, pre_tokenizer: { type: "WhitespaceSplit" } });
    expect(await countTokens(model, ["one-two"])).toEqual([1]);
    expect(await countTokens({ dir: null, type: "tuning-fork-tiny" }, ["one two"])).toEqual([3]);
  });

  test("a tokenizer that cannot be read is told", async () => {
    write("m/tokenizer.json", "{");
    await expect(countTokens({ dir: join(folder, "m"), type: "bert" }, ["one"])).rejects.toThrow(/cannot be read/);
  });

  test("counting stops when it is aborted", async () => {
    const texts = Array.from({ length: 200_000 }, () => "one two three");
    const counting = countTokens(
      { dir: null, type: "tuning-fork-tiny" },
      texts,
      AbortSignal.abort(new Error("typed on")),
    );
    await expect(counting).rejects.toThrow("typed on");
  });
});

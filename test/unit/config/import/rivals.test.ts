import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { UserError } from "../../../../src/base/errors.ts";
import { importConfig } from "../../../../src/config/import/import-config.ts";
import { checkText } from "../../../../src/config/validate.ts";
import { dataFolder } from "../../../support/data-folder.ts";

/** Keys that mean something together, or exclude each other. */

type Values = Record<string, Record<string, unknown>>;
const imported = (source: string, file = "/nowhere/other.yaml") => {
  const { text, leftOut } = importConfig(source, file);
  const whys = Object.fromEntries(leftOut.map(({ key, why }) => [key, why]));
  return { text, values: parse(text) as Values, whys };
};

/** The same with the lines from bottom to top. */
const reversed = (source: string): string => source.trimEnd().split("\n").toReversed().join("\n");
const bothWays = (source: string) => [imported(source), imported(reversed(source))];

const LLAMA = "model_name_or_path: a/b\nstage: sft\ncutoff_len: 512\n";
const AXOLOTL = "base_model: a/b\nsequence_len: 512\n";
const TRL = "model_name_or_path: a/b\ndataset_name: org/chat\n";
const ARGUMENTS = "output_dir: out\nlearning_rate: 1.0e-5\n";

describe("adapters and quantised models", () => {
  test.each([
    ["LLaMA-Factory", `${LLAMA}quantization_bit: 4\nfinetuning_type: lora\n`],
    ["axolotl", `${AXOLOTL}load_in_4bit: true\nadapter: lora\n`],
    ["TRL", `${TRL}load_in_4bit: true\nuse_peft: true\n`],
    ["AutoTrain", "base_model: a/b\nparams: { quantization: int4, peft: true }\n"],
    ["AutoTrain, turned round", "base_model: a/b\nparams: { peft: true, quantization: int4 }\n"],
  ])("%s: a quantised base with adapters is qlora", (_name, source) => {
    for (const { values } of bothWays(source)) expect(values["method"]).toMatchObject({ type: "qlora", bits: 4 });
  });

  test.each([
    [
      "LLaMA-Factory",
      `${LLAMA}quantization_bit: 8\nfinetuning_type: full\nlora_rank: 8\n`,
      "lora_rank",
      "quantization_bit",
    ],
    ["axolotl", `${AXOLOTL}load_in_8bit: true\nlora_r: 8\n`, "lora_r", "load_in_8bit"],
    ["TRL", `${TRL}use_peft: false\nload_in_8bit: true\nlora_r: 8\n`, "lora_r", "load_in_8bit"],
    [
      "AutoTrain",
      "base_model: a/b\nparams: { quantization: int8, lora_r: 8 }\n",
      "params.lora_r",
      "params.quantization",
    ],
  ])(
    "%s: without adapters there is neither a rank nor a quantised base, and both are told",
    (_n, source, rank, bits) => {
      for (const { values, whys } of bothWays(source)) {
        expect(values["method"]).toEqual({ type: "full" });
        expect(whys[rank]).toContain("trains no adapters");
        expect(whys[bits]).toContain("without adapters");
      }
    },
  );

  test("axolotl: all linear layers beside a list are all linear layers", () => {
    const source = `${AXOLOTL}adapter: lora\nlora_target_linear: true\nlora_target_modules: [gate_proj, down_proj]\n`;
    for (const { values, whys } of bothWays(source)) {
      expect(values["method"]!["target_modules"]).toBe("all-linear");
      expect(whys["lora_target_modules"]).toContain("all-linear");
    }
  });
});

describe("data", () => {
  test("axolotl: what an entry says of shape, format and part is told; a whole split is in the name", () => {
    const entry = "{ path: org/chat, type: chat_template, split: 'train[:5%]', revision: v2 }";
    const { values, whys } = imported(`${AXOLOTL}datasets: [${entry}]\n`);
    expect(values["data"]).toMatchObject({ train: "org/chat@v2", format: "hf" });
    expect(whys).toMatchObject({
      "datasets[].type": expect.stringContaining("told from their columns"),
      "datasets[].split": expect.stringContaining("whole splits"),
    });
    const named = imported(`${AXOLOTL}datasets: [{ path: org/chat, name: small, split: extra }]\n`);
    expect(named.values["data"]!["train"]).toBe("org/chat:small/extra");
  });

  test.each([
    ["org/chat", "./data/my.jsonl", "hf", "a file;"],
    ["./data/my.jsonl", "org/chat", undefined, "a data set of the hub;"],
  ])("axolotl: %s and %s do not mix: the first one stays", (first, second, format, why) => {
    const { values, whys } = imported(`${AXOLOTL}datasets: [{ path: ${first} }, { path: ${second} }]\n`);
    expect(values["data"]!["train"]).toBe(first);
    expect(values["data"]!["format"]).toBe(format);
    expect(whys["datasets[1]"]).toContain(why);
  });

  test("axolotl: rows for evaluation are of the format of those for training", () => {
    const source = `${AXOLOTL}datasets: [{ path: org/chat }]\ntest_datasets: [{ path: dev.jsonl }]\n`;
    for (const { values, whys } of bothWays(source)) {
      expect(values["data"]).toMatchObject({ train: "org/chat", format: "hf" });
      expect(values["data"]!["eval"]).toBeUndefined();
      expect(whys["test_datasets[]"]).toContain("a file;");
    }
  });

  test("a name with a dot in it is no file", () => {
    expect(imported(`${AXOLOTL}datasets: [{ path: org/chat-v1.5 }]\n`).values["data"]!["format"]).toBe("hf");
  });

  test("TRL: splits and configurations are in the name of the data set", () => {
    const source = `${TRL}dataset_config: small\ndataset_train_split: train_sft\ndataset_test_split: test_sft\n`;
    for (const { values } of bothWays(source)) {
      expect(values["data"]).toMatchObject({ train: "org/chat:small/train_sft", eval: "org/chat:small/test_sft" });
    }
  });

  test("evaluation data of its own takes the place of a share held out", () => {
    for (const { values, whys } of bothWays(`${LLAMA}eval_dataset: dev\ndataset: chat\nval_size: 0.1\n`)) {
      expect(values["data"]!["eval_fraction"]).toBeUndefined();
      expect(whys["val_size"]).toContain("data.eval");
    }
  });

  test("a stream needs a number of steps", () => {
    for (const { values, whys } of bothWays(`${TRL}dataset_streaming: true\n`)) {
      expect(values["data"]!["streaming"]).toBeUndefined();
      expect(whys["dataset_streaming"]).toContain("max_steps");
    }
    for (const { values } of bothWays(`${TRL}dataset_streaming: true\nmax_steps: 10\n`)) {
      expect(values["data"]).toMatchObject({ streaming: true, eval_fraction: 0 });
    }
  });
});

describe("AutoTrain", () => {
  const config = (data: string, params = "epochs: 1"): string =>
    `task: llm:sft\nbase_model: a/b\ndata: { ${data} }\nparams: { ${params} }\n`;

  test("the column with the text has messages where a template makes texts of them", () => {
    const data = "path: org/chat, column_mapping: { text_column: turns }";
    expect(imported(config(`${data}, chat_template: chatml`)).values["data"]!["columns"]).toEqual({
      messages: "turns",
    });
    expect(imported(config(data)).values["data"]!["columns"]).toEqual({ text: "turns" });
  });

  test("rows are cut to the block, whatever the tokenizer takes", () => {
    for (const params of ["block_size: 2048, model_max_length: 4096", "model_max_length: 4096, block_size: 2048"]) {
      const { values, whys } = imported(config("path: org/chat", params));
      expect(values["data"]!["max_length"]).toBe(2048);
      expect(whys["params.model_max_length"]).toBe(
        "gives way to `params.block_size`, which sets `data.max_length` too",
      );
    }
    expect(
      imported(config("path: org/chat", "block_size: -1, model_max_length: 64")).values["data"]!["max_length"],
    ).toBe(64);
  });

  test("a folder's files are called by their splits; where none is, that is told", () => {
    const folder = dataFolder({ "data/train.jsonl": "{}", "data/test.jsonl": "{}", "data/valid.csv": "a" });
    const file = join(folder, "other.yaml");
    const { values } = imported(config("path: data/, train_split: train, valid_split: valid"), file);
    expect(values["data"]).toMatchObject({ train: "data/train.jsonl", eval: "data/valid.csv" });
    const { values: whole, whys } = imported(config("path: data/, train_split: all, valid_split: dev"), file);
    expect(whole["data"]).toMatchObject({ train: "data/" });
    expect(Object.keys(whys)).toEqual(["data.train_split", "data.valid_split"]);
    const part = imported(config("path: org/chat, train_split: 'train[:5%]'"), file);
    expect([part.values["data"]!["train"], part.whys["data.train_split"]]).toEqual([
      "org/chat",
      "whole splits are read, not a part of one",
    ]);
    const { values: hub } = imported(config("path: org/chat, train_split: train_sft, valid_split: test"), file);
    expect(hub["data"]).toMatchObject({ train: "org/chat:train_sft", eval: "org/chat:test", format: "hf" });
  });
});

describe("evaluations", () => {
  test.each([
    ["axolotl", AXOLOTL],
    ["LLaMA-Factory", LLAMA],
    ["TRL", TRL],
    ["TrainingArguments", ARGUMENTS],
  ])("%s: a number of steps alone asks for evaluations by steps", async (_name, head) => {
    for (const { values, text } of bothWays(`${head}eval_steps: 20\nsave_steps: 20\n`)) {
      expect(values["eval"]).toEqual({ strategy: "steps", steps: 20 });
      const { report } = await checkText(text, "/nowhere/finetune.yaml", { tiers: ["text"] });
      expect(report.diagnostics.filter(({ id }) => id === "C05")).toEqual([]);
    }
    for (const { values, whys } of bothWays(`${head}save_steps: 20\n`)) {
      expect([values["eval"], whys["save_steps"]]).toEqual([undefined, "checkpoints are saved at evaluations"]);
    }
  });

  test("steps that have no effect, or are none, are told", () => {
    for (const { values, whys } of bothWays(`${ARGUMENTS}eval_strategy: epoch\neval_steps: 20\n`)) {
      expect(values["eval"]).toEqual({ strategy: "epoch" });
      expect(whys["eval_steps"]).toContain("no effect");
    }
    for (const { values, whys } of bothWays(`${ARGUMENTS}eval_strategy: steps\neval_steps: 0.1\n`)) {
      expect(values["eval"]).toBeUndefined();
      expect(Object.keys(whys).toSorted()).toEqual(["eval_steps", "eval_strategy", "output_dir"]);
    }
  });

  test("without a number of steps it is the one of the log", () => {
    for (const { values, whys } of bothWays(`${ARGUMENTS}eval_strategy: steps\nlogging_steps: 25\n`)) {
      expect(values["eval"]).toEqual({ strategy: "steps", steps: 25 });
      expect(whys["eval_strategy"]).toContain("logging_steps");
    }
    expect(imported(`${ARGUMENTS}eval_strategy: steps\n`).values["eval"]).toEqual({ strategy: "steps", steps: 500 });
  });

  test("what waits for evaluations goes with them, and a metric has to be one of the task", () => {
    const waiting =
      "early_stopping_patience: 3\nmetric_for_best_model: accuracy\nlr_scheduler_type: reduce_lr_on_plateau\n";
    for (const { values, whys } of bothWays(`${ARGUMENTS}eval_strategy: "no"\n${waiting}`)) {
      expect([values["eval"], values["checkpoint"]]).toEqual([{ strategy: "no" }, undefined]);
      expect(Object.keys(whys)).toHaveLength(4);
    }
    expect(imported(`${TRL}metric_for_best_model: rouge\n`).whys["metric_for_best_model"]).toContain("perplexity");
  });

  test("the direction is compared with the metric wherever that stands", () => {
    for (const { whys } of bothWays(`${ARGUMENTS}greater_is_better: false\nmetric_for_best_model: accuracy\n`)) {
      expect(whys["greater_is_better"]).toBe("the direction follows from the metric, accuracy");
    }
  });
});

describe("one of two", () => {
  test.each([
    [
      "both halves of precision",
      `${ARGUMENTS}fp16: true\nbf16: true\n`,
      "fp16",
      "bf16",
      ["train", "precision", "bf16"],
    ],
    [
      "both warm-ups",
      `${ARGUMENTS}warmup_ratio: 0.1\nwarmup_steps: 50\n`,
      "warmup_ratio",
      "warmup_steps",
      ["train", "warmup", 50],
    ],
    [
      "both ways to share a model",
      `${AXOLOTL}deepspeed: ds.json\nfsdp: [full_shard]\n`,
      "deepspeed",
      "fsdp",
      ["hardware", "strategy", "fsdp"],
    ],
    [
      "both lengths",
      `${TRL}max_seq_length: 512\nmax_length: 1024\n`,
      "max_seq_length",
      "max_length",
      ["data", "max_length", 1024],
    ],
  ] as const)("%s: the other is told to give way", (_name, source, loser, winner, [group, key, value]) => {
    for (const { values, whys } of bothWays(source)) {
      expect(values[group]![key]).toBe(value);
      expect(whys[loser]).toBe(`gives way to \`${winner}\`, which sets \`${group}.${key}\` too`);
      expect(whys[winner] ?? "taken over").toContain("taken over");
    }
  });

  test("a value that does not fit takes the place of none", () => {
    for (const { values, whys } of bothWays(`${TRL}max_seq_length: 512\nmax_length: long\n`)) {
      expect(values["data"]!["max_length"]).toBe(512);
      expect(whys["max_length"]).toContain("whole number");
    }
  });

  test("half precision that is turned off is the single one, unless something else asks for another", () => {
    const precisionOf = (source: string) => bothWays(source).map(({ values }) => values["train"]!["precision"]);
    expect(precisionOf(`${ARGUMENTS}bf16: false\nfp16: false\n`)).toEqual(["fp32", "fp32"]);
    expect(precisionOf(`${ARGUMENTS}bf16: false\nfp16: true\n`)).toEqual(["fp16", "fp16"]);
    expect(precisionOf(`${TRL}learning_rate: 1.0e-5\nbf16: false\ndtype: bfloat16\n`)).toEqual(["bf16", "bf16"]);
  });

  test("no warm-up is written where none is asked for", () => {
    for (const { values } of bothWays(`${ARGUMENTS}warmup_ratio: 0.0\nwarmup_steps: 0\n`)) {
      expect(values["train"]!["warmup"]).toBe(0);
    }
  });

  test("the revision belongs to the model, wherever it stands; a folder has none", () => {
    for (const { values } of [
      ...bothWays(`${TRL}model_revision: abc123\n`),
      ...bothWays(`${AXOLOTL}revision_of_model: abc123\n`),
      ...bothWays(`${LLAMA}model_revision: abc123\n`),
    ]) {
      expect(values["model"]!["name_or_path"]).toBe("a/b@abc123");
    }
    const { values, whys } = imported(`${AXOLOTL.replace("a/b", "./b")}revision_of_model: abc123\n`);
    expect([values["model"]!["name_or_path"], whys["revision_of_model"]]).toEqual(["./b", "a folder has no revisions"]);
  });
});

describe("TRL's launch", () => {
  test.each([
    ["zero2", "deepspeed"],
    ["zero3", "deepspeed"],
    ["fsdp1", "fsdp"],
    ["fsdp2", "fsdp"],
    ["multi_gpu", "ddp"],
    ["single_gpu", "ddp"],
  ])("%s on four devices is %s", (config, strategy) => {
    for (const { values } of bothWays(`${TRL}num_processes: 4\naccelerate_config: ${config}\n`)) {
      expect(values["hardware"]).toEqual({ devices: 4, strategy });
    }
  });

  test("a file of one's own is told", () => {
    expect(imported(`${TRL}accelerate_config: mine.yaml\n`).whys["accelerate_config"]).toContain("hardware.strategy");
  });
});

test("tokens of a vocabulary are no secrets; those of the hub and keys are", () => {
  const { text } = imported(
    `${TRL}eos_token: "<|im_end|>"\npad_token: "<pad>"\nhf_token: abc\nwandb_api_key: def\nwandb_key: ghi\n`,
  );
  expect(text).toContain('eos_token: "<|im_end|>"');
  expect(text).toContain('pad_token: "<pad>"');
  expect(text).toContain('hf_token: "[redacted]"');
  expect(text).toContain('wandb_api_key: "[redacted]"');
  expect(text).toContain('wandb_key: "[redacted]"');
});

test.each([
  ["base_model: a\ndatasets: &d [{ path: a, x: *d }]\n", "line 2: the alias `*d` stands inside of what `&d` names"],
  ["base_model: a\nadapter: *lost\n", "line 2: the alias `*lost` leads nowhere"],
])("an alias without an end, or without a beginning, is told with its line", (source, sentence) => {
  const problem = (() => {
    try {
      return importConfig(source, "/nowhere/other.yaml");
    } catch (error) {
      return error;
    }
  })();
  expect(problem).toBeInstanceOf(UserError);
  expect((problem as UserError).message).toContain(`/nowhere/other.yaml, ${sentence}`);
  expect((problem as UserError).line).toBe(2);
});

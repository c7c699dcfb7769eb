import { describe, expect, test } from "vitest";
import { configSchema } from "../../../src/config/schema.ts";
import { checkShape } from "../../../src/config/shape.ts";

const messages = (value: unknown): string[] =>
  checkShape(configSchema, value).map(({ id, message }) => `${id} ${message}`);

describe("keys that do not exist", () => {
  test.each([
    [{ lr: 1 }, "C01 `lr` is called `train.learning_rate` here."],
    [{ train: { lr: 1 } }, "C01 `lr` is called `train.learning_rate` here."],
    [{ lora_rank: 8 }, "C01 `lora_rank` is called `method.r` here."],
    [{ lora_target_modules: [] }, "C01 `lora_target_modules` is called `method.target_modules` here."],
    [{ cutoff_len: 8 }, "C01 `cutoff_len` is called `data.max_length` here."],
    [{ micro_batch_size: 8 }, "C01 `micro_batch_size` is called `train.per_device_train_batch_size` here."],
    [{ num_epochs: 8 }, "C01 `num_epochs` is called `train.num_train_epochs` here."],
    [{ optimizer: "x" }, "C01 `optimizer` is called `train.optim` here."],
    [{ val_set_size: 1 }, "C01 `val_set_size` is called `data.eval_fraction` here."],
    [{ base_model: "x" }, "C01 `base_model` is called `model.name_or_path` here."],
    [{ sample_packing: true }, "C01 `sample_packing` is called `data.packing` here."],
    [{ template: "x" }, "C01 `template` is called `data.chat_template` here."],
    [{ data: { text_column: "x" } }, "C01 `text_column` is called `data.columns.text` here."],
    [{ learning_rate: 1 }, "C01 `learning_rate` belongs in the group `train`."],
    [{ model: { max_length: 1 } }, "C01 `max_length` belongs in the group `data`."],
    [{ strategy: "x" }, "C01 `strategy` belongs in the group `eval` or `hardware`."],
    [{ train: { data: {} } }, "C01 `data` is a group of its own: write it at the left margin."],
    [{ trian: {} }, "C01 Unknown key `trian`. Did you mean `train`?"],
    [{ train: { "learning-rate": 1 } }, "C01 Unknown key `learning-rate` in `train`. Did you mean `learning_rate`?"],
    [{ train: { Max_Steps: 1 } }, "C01 Unknown key `Max_Steps` in `train`. Did you mean `max_steps`?"],
    [{ data: { columns: { txt: "x" } } }, "C01 Unknown key `txt` in `data.columns`. Did you mean `text`?"],
    [{ num_train_epoch: 1 }, "C01 Unknown key `num_train_epoch`. Did you mean `train.num_train_epochs`?"],
    [{ export: { qwertz: 1 } }, "C01 Unknown key `qwertz` in `export`. It takes `formats` and `quantize`."],
    [{ load_in_4bit: true }, "C01 There is no key `load_in_4bit`. Write `method.type: qlora` with `method.bits: 4`."],
    [
      { model: { token: "x" } },
      "C01 There is no key `token`. Secrets do not belong in this file: set HF_TOKEN in the environment.",
    ],
  ])("%j", (value, message) => {
    expect(messages(value)).toEqual([message]);
  });

  test.each(["evaluation_strategy", "warmup_ratio", "logging_dir", "overwrite_output_dir"])(
    "a former name: %s",
    (name) => {
      expect(messages({ train: { [name]: 1 } })).toEqual([
        expect.stringMatching(/^C04 `\w+` is a former name of Hugging Face's/),
      ]);
    },
  );

  test("names every object has are unknown keys like others", () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      const value = Object.fromEntries([[name, 1]]);
      expect(messages(value)).toHaveLength(1);
      expect(messages({ train: value })).toHaveLength(1);
    }
  });
});

test.each([
  [{ export: { format: ["tfjs"] } }, "Unknown key `format` in `export`. Did you mean `formats`?", "export.formats"],
  [{ data: { val_size: 0.1 } }, "`val_size` is called `data.eval_fraction` here.", "data.eval_fraction"],
  [{ "run.name": "x" }, "`run.name` is no key of its own: write `name` in the group `run`.", "run.name"],
])("%j is told by where it fits", (value, message, key) => {
  const [finding] = checkShape(configSchema, value);
  expect(finding!.message).toBe(message);
  expect(finding!.fixes).toMatchObject([{ safe: true, edits: [{ kind: "move", to: key.split(".") }] }]);
});

test("a key is not moved safely to one that excludes what is written", () => {
  const [finding] = checkShape(configSchema, { data: { eval: "e.csv", val_size: 0.1 } });
  expect(finding!.fixes).toMatchObject([{ safe: false }]);
});

test("an empty key is told as such", () => {
  expect(messages({ "": 3 })).toEqual(["C01 A name is missing here: the key is empty."]);
});

describe("values that do not fit are C62", () => {
  test.each([
    [{ version: 2 }, "`version` must be `1`, not 2."],
    [
      { method: { type: "loraa" } },
      'C62 `method.type` must be one of `full`, `freeze`, `lora`, `qlora` or `distill`, not the text "loraa". Did you mean `lora`?',
    ],
    [
      { train: { learning_rate: "1e-4" } },
      '`train.learning_rate` must be a number above 0, not the text "1e-4". Write it without quotes.',
    ],
    [{ train: { learning_rate: 0 } }, "`train.learning_rate` is 0, out of its range: it must be a number above 0."],
    [{ train: { max_steps: 1.5 } }, "`train.max_steps` must be a whole number of at least 1, not 1.5."],
    [{ train: { max_steps: 0 } }, "`train.max_steps` is 0, out of its range: it must be a whole number of at least 1."],
    [
      { data: { eval_fraction: 0.6 } },
      "`data.eval_fraction` is 0.6, out of its range: it must be a number from 0 to 0.5.",
    ],
    [
      { model: { dropout: 1 } },
      "`model.dropout` is 1, out of its range: it must be a number of at least 0 and below 1.",
    ],
    [
      { train: { warmup: 0.06 } },
      '`train.warmup` must be whole steps, or a percentage in quotes such as "6%", not 0.06.',
    ],
    [
      { train: { warmup: "101%" } },
      '`train.warmup` must be whole steps, or a percentage in quotes such as "6%", not the text "101%".',
    ],
    [{ run: { name: 7 } }, '`run.name` must be a text, not 7. Put it in quotes: "7".'],
    [{ run: { tags: "a" } }, '`run.tags` must be a list of texts, not the text "a". Write it as a list: [a].'],
    [{ run: [] }, "`run` must be a map, not an empty list."],
    [{ data: { labels: ["a"] } }, "`data.labels` needs at least 2 entries, it has 1."],
    [{ data: { labels: ["a", "b", "a"] } }, '`data.labels` lists the text "a" twice.'],
    [
      { model: { name_or_path: null } },
      "`model.name_or_path` has no value. Write a folder, a Hugging Face id, or a built-in model",
    ],
    [
      { method: { target_modules: 3 } },
      "`method.target_modules` must be `auto`, `all-linear` or a list of texts, not 3.",
    ],
    [{ train: { learning_rate: Number.POSITIVE_INFINITY } }, "`train.learning_rate` is Infinity, out of its range"],
    [
      { run: { seed: 2 ** 32 } },
      "`run.seed` is 4294967296, out of its range: it must be a whole number from 0 to 4294967295.",
    ],
  ])("%j", (value, part) => {
    expect(messages(value)).toEqual([expect.stringContaining(part)]);
  });

  test("a word that may be meant is not written over without being asked", () => {
    const fixes = (value: unknown): boolean[] =>
      checkShape(configSchema, value).flatMap((finding) => (finding.fixes ?? []).map(({ safe }) => safe));
    expect(fixes({ export: { quantize: "int4" } })).toEqual([false]);
    expect(fixes({ hardware: { strategy: "dp" } })).toEqual([false]);
    expect(fixes({ train: { lr_scheduler_type: "cosin" } })).toEqual([true]);
  });

  test("several findings of one file come together", () => {
    expect(messages({ lr: 1, train: { max_steps: 0 }, run: { sead: 1 } })).toHaveLength(3);
  });

  test.each([
    {},
    { train: null, run: null },
    { train: { max_steps: null, warmup: "6%" }, data: { columns: null } },
    { train: { warmup: "2.5%", per_device_train_batch_size: "auto" }, hardware: { devices: [0, "GPU-1"] } },
    { hardware: { target: { type: "slurm", time: "04:00:00" }, env: { OMP_NUM_THREADS: 2 } } },
    { method: { freeze: 4, target_modules: ["q"], teacher: { name_or_path: "x" } }, data: { train: ["a", "b"] } },
  ])("right: %j", (value) => {
    expect(messages(value)).toEqual([]);
  });
});

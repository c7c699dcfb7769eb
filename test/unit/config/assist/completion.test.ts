import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { completionsAt } from "../../../../src/config/assist/completion/index.ts";
import { randomBert, writeBertFolder } from "../../../support/bert-folder.ts";
import { dataFolder } from "../../../support/data-folder.ts";
import { documentOf, offered, sweepOf, taken, withCursor } from "./support.ts";

const ROWS = `body,topic\n${Array.from({ length: 40 }, (_, row) => `text ${row},${row % 4 === 0 ? "垃圾" : "ham"}`).join("\n")}\n`;
const HEAD = "version: 1\ntask: text-classification\n";
const GOOD = `${HEAD}model: { framework: tfjs, name_or_path: builtin:tiny }\ndata: { train: data/t.csv, columns: { text: body, label: topic } }\n`;

/** A folder with data of two classes. */
const folderOf = (): string =>
  dataFolder({ "data/t.csv": ROWS, "data/notes.md": "x", "other.jsonl": "{}\n", "chat.jinja": "x" });

const labels = async (text: string, dir = folderOf(), env?: NodeJS.ProcessEnv): Promise<string[]> =>
  (await offered(text, dir, env)).map(({ label }) => label);

describe("keys", () => {
  test.each([
    ["at the top, what must be written first, without what is there", `${HEAD}‸`, ["run", "model", "data", "method"]],
    [
      "on an empty line of a group",
      `${GOOD}checkpoint:\n  ‸\n`,
      ["save_total_limit", "metric_for_best_model", "save_optimizer", "resume"],
    ],
    [
      "without those that are written",
      `${GOOD}checkpoint:\n  resume: never\n  ‸\n  save_optimizer: true\n`,
      ["save_total_limit", "metric_for_best_model"],
    ],
    [
      "half a word before other keys",
      `${GOOD}checkpoint:\n  sa‸\n  resume: never\n`,
      ["save_total_limit", "metric_for_best_model", "save_optimizer"],
    ],
    [
      "half a word at the end, more groups below",
      `${GOOD}checkpoint:\n  resume: never\n  sa‸\ntrack:\n`,
      ["save_total_limit", "metric_for_best_model", "save_optimizer"],
    ],
    [
      "in braces",
      `${HEAD}checkpoint: { resume: never, ‸ }\n`,
      ["save_total_limit", "metric_for_best_model", "save_optimizer"],
    ],
    [
      "in braces that are not closed",
      `${HEAD}checkpoint: { resume: never, sa‸\ntrack: {}\n`,
      ["save_total_limit", "metric_for_best_model", "save_optimizer"],
    ],
    [
      "in braces over several lines",
      `${HEAD}checkpoint: {\n  resume: never,\n  ‸\n}\n`,
      ["save_total_limit", "metric_for_best_model", "save_optimizer"],
    ],
    [
      "in a group of a group",
      `${HEAD}data:\n  columns:\n    text: body\n    ‸`,
      ["label", "prompt", "completion", "messages", "chosen", "rejected", "tokens"],
    ],
    [
      "in braces in braces",
      `${HEAD}data: { columns: { text: body, label: topic, prompt: p, ‸`,
      ["completion", "messages", "chosen", "rejected", "tokens"],
    ],
    [
      "after a group in braces that was never closed",
      `${HEAD}model: { framework: tfjs\ntrack:\n  ‸`,
      ["project", "report_to"],
    ],
    ["with CRLF", `${GOOD}track:\n  ‸\n`.replaceAll("\n", "\r\n"), ["project", "report_to"]],
    ["with a byte order mark", `\uFEFF${GOOD}track:\n  ‸\n`, ["project", "report_to"]],
    ["with a tab", `${HEAD}track:\n\t‸`, ["project", "report_to"]],
    [
      "in a map that may be written instead of a word",
      `${HEAD}hardware: { target: { type: slurm, ‸ } }\n`,
      ["partition", "time", "gres"],
    ],
    ["nothing where a word would be under nothing", `${HEAD}model: { framework: tfjs }\n  ‸\n`, []],
    ["nothing in a text block", `${HEAD}data:\n  chat_template: |\n    {{ x }}\n    ‸\n`, []],
    ["nothing behind a closed brace", `${HEAD}track: {} ‸\n`, []],
  ])("%s", async (_, text, expected) => {
    const found = (await labels(text.replace("\uFEFF", ""))).slice(0, Math.max(expected.length, 1));
    expect(found).toEqual(expected);
  });

  test("a script has its own block instead of the trained groups, and the other way round", async () => {
    expect(await labels("version: 1\ntask: script\n‸")).not.toContain("model");
    expect(await labels("version: 1\ntask: script\n‸")).toContain("script");
    expect(await labels(`${HEAD}‸`)).not.toContain("script");
  });

  test("what is written out: groups open a line, numbers their default, lists their brackets", async () => {
    const text = `${GOOD}train:\n  num‸`;
    const epochs = (await offered(text, folderOf())).find(({ label }) => label === "num_train_epochs")!;
    expect(taken(text, epochs)).toBe(`${GOOD}train:\n  num_train_epochs: 3`);
    expect(epochs.documentation).toContain("Passes over the training rows");
    expect(epochs.detail).toBe("default 3");
    const top = `${HEAD}da‸`;
    const data = (await offered(top, folderOf())).find(({ label }) => label === "data")!;
    expect(taken(top, data)).toBe(`${HEAD}data:\n  ‸`);
    const flow = `${HEAD}eval: { me‸ }`;
    const metrics = (await offered(flow, folderOf())).find(({ label }) => label === "metrics")!;
    expect(taken(flow, metrics)).toBe(`${HEAD}eval: { metrics: [‸] }`);
    const warm = `${GOOD}train: { warm‸ }`;
    const warmup = (await offered(warm, folderOf())).find(({ label }) => label === "warmup")!;
    expect(taken(warm, warmup)).toBe(`${GOOD}train: { warmup: "6%" }`);
  });

  test("a key that has its colon keeps its value", async () => {
    const text = `${GOOD}train:\n  num‸ber: 4\n`;
    const epochs = (await offered(text, folderOf())).find(({ label }) => label === "num_train_epochs")!;
    expect(taken(text, epochs)).toBe(`${GOOD}train:\n  num_train_epochs: 4\n`);
  });

  test("the default is the one in force here, with the reason", async () => {
    const [rate] = (await offered(`${GOOD}method: { type: freeze }\ntrain: { learn‸ }`, folderOf())).filter(
      ({ label }) => label === "learning_rate",
    );
    expect(rate!.documentation).toContain("Here that is `0.001`");
  });
});

describe("values", () => {
  test.each([
    ["choices", `${HEAD}eval:\n  strategy: ‸\n`, ["epoch", "steps", "no"]],
    ["choices in braces", `${HEAD}eval: { strategy: st‸, steps: 3 }\n`, ["epoch", "steps", "no"]],
    ["truth values", `${HEAD}data: { packing: ‸ }\n`, ["true", "false"]],
    ["truth values and a word", `${HEAD}train:\n  gradient_checkpointing: ‸`, ["true", "false", "auto"]],
    [
      "the task",
      `version: 1\ntask: ‸`,
      ["text-classification", "token-classification", "causal-lm", "preference", "embedding", "script"],
    ],
    [
      "metrics of the task",
      `${HEAD}eval: { metrics: [loss, ‸] }`,
      ["accuracy", "f1_macro", "f1_micro", "precision_macro", "recall_macro", "auc"],
    ],
    [
      "metrics of the task, in lines",
      `${HEAD}eval:\n  metrics:\n    - loss\n    - ‸`,
      ["accuracy", "f1_macro", "f1_micro", "precision_macro", "recall_macro", "auc"],
    ],
    [
      "metrics on the next empty line",
      `${HEAD}eval:\n  metrics:\n    - loss\n    - accuracy\n    ‸`,
      ["f1_macro", "f1_micro", "precision_macro", "recall_macro", "auc"],
    ],
    [
      "the best metric, measured ones first",
      `${HEAD}eval: { metrics: [f1_macro] }\ncheckpoint: { metric_for_best_model: ‸ }`,
      ["loss", "f1_macro", "accuracy", "f1_micro", "precision_macro", "recall_macro", "auc"],
    ],
    ["columns of the data", `${HEAD}data:\n  train: data/t.csv\n  columns:\n    text: ‸`, ["body", "topic"]],
    [
      "columns of the data, half typed",
      `${HEAD}data: { train: data/t.csv, columns: { label: t‸ } }`,
      ["body", "topic"],
    ],
    ["classes of the data", `${GOOD.replace("} }", "}, labels: [ham, ‸] }")}`, ["垃圾"]],
    ["classes of the data, all at once", `${GOOD.replace("} }", "}, labels: ‸ }")}`, ["[ham, 垃圾]", "ham", "垃圾"]],
    [
      "built-in models with the embedded trainer",
      `${HEAD}model: { framework: tfjs, name_or_path: b‸ }`,
      ["builtin:use-lite", "builtin:tiny", "data/"],
    ],
    ["templates", `${HEAD}data:\n  chat_template: ‸`, ["chat.jinja", "data/"]],
    ["numbers have their default", `${HEAD}train:\n  num_train_epochs: ‸`, ["3"]],
    [
      "formats that are not listed yet",
      `${HEAD}export: { formats: [adapter, merged, onnx, saved_model, ‸] }`,
      ["tf_serving", "keras", "tfjs", "gguf"],
    ],
    ["nothing for free text", `${HEAD}run: { name: ‸ }`, []],
  ])("%s", async (_, text, expected) => {
    expect(await labels(text)).toEqual(expected);
  });

  test("data files, also in folders below; a path goes on from its last slash", async () => {
    expect(await labels(`${HEAD}data:\n  train: ‸`)).toEqual(["data/t.csv", "data/", "other.jsonl"]);
    expect(await labels(`${HEAD}data:\n  train: data/‸`)).toEqual(["data/t.csv"]);
    expect(await labels(`${HEAD}data: { train: [other.jsonl, ./data/‸] }`)).toEqual(["./data/t.csv"]);
    expect(await labels(`${HEAD}data:\n  train: "data/‸"`)).toEqual(["data/t.csv"]);
    expect(await labels(`${HEAD}data:\n  train: C:\\x\\‸`)).toEqual([]);
  });

  test("what is written out: the missing space, the quotes that were begun, a list that is not begun", async () => {
    const take = async (text: string, label: string): Promise<string> =>
      taken(
        text,
        (await offered(text, folderOf())).find((item) => item.label === label)!,
      );
    expect(await take("version: 1\ntask:‸", "causal-lm")).toBe("version: 1\ntask: causal-lm");
    expect(await take(`${HEAD}eval:\n  metrics: ‸`, "loss")).toBe(`${HEAD}eval:\n  metrics: [loss]`);
    expect(await take(`${HEAD}eval:\n  metrics:\n    ‸`, "loss")).toBe(`${HEAD}eval:\n  metrics:\n    - loss`);
    expect(await take(`${HEAD}data:\n  train: "da‸"  # c`, "data/t.csv")).toBe(
      `${HEAD}data:\n  train: "data/t.csv"  # c`,
    );
    expect(await take(`${HEAD}data:\n  train: 'da‸`, "data/t.csv")).toBe(`${HEAD}data:\n  train: 'data/t.csv'`);
    expect(await take(`${HEAD}eval: { strategy: ‸epoch }`, "steps")).toBe(`${HEAD}eval: { strategy: steps }`);
    expect(await take(`${GOOD}train: { warmup: ‸ }`, "10%")).toBe(`${GOOD}train: { warmup: "10%" }`);
    expect(await take(`${HEAD}model: { framework: tfjs, name_or_path: ‸ }`, "builtin:tiny")).toBe(
      `${HEAD}model: { framework: tfjs, name_or_path: builtin:tiny }`,
    );
  });

  test("warm-up forms say the steps they come to", async () => {
    const items = await offered(`${GOOD}train: { num_train_epochs: 10, warmup: ‸ }`, folderOf());
    expect(items.map(({ label, detail }) => `${label} ${detail}`)).toEqual([
      "3% 2 steps",
      "6% 3 steps",
      "10% 5 steps",
      "0 0 steps",
      "100 100 steps",
    ]);
  });

  test("models of the Hugging Face cache, and model folders", async () => {
    const commit = "a".repeat(40);
    const dir = dataFolder({
      [`hub/models--org--bert/snapshots/${commit}/config.json`]: "{}",
      "mine/config.json": "{}",
    });
    mkdirSync(join(dir, "empty"));
    const found = await labels(`${HEAD}model: { name_or_path: ‸ }`, dir, { HF_HUB_CACHE: join(dir, "hub") });
    expect(found).toEqual(["org/bert", "empty/", "hub/", "./mine"]);
  });

  test("layers of the model by the last part of their names, with how many there are", async () => {
    const dir = dataFolder({ "t.csv": ROWS });
    mkdirSync(join(dir, "bert"));
    writeBertFolder(join(dir, "bert"), randomBert(), ["a", "b", "c"]);
    const text = `${HEAD}model: { name_or_path: ./bert }\nmethod: { type: lora, target_modules: ‸ }\n`;
    const items = await offered(text, dir);
    expect(items.map(({ label, detail }) => `${label} ${detail ?? ""}`.trim())).toEqual([
      "auto default",
      "all-linear",
      "dense 6 layers",
      "query 2 layers",
      "key 2 layers",
      "value 2 layers",
    ]);
    expect(taken(text, items[3]!)).toContain("target_modules: [query] }");
  });

  test("checkpoints of the output folder and of the last runs, the latest first", async () => {
    const dir = dataFolder({
      "out/checkpoints/step-9/weights": "",
      "out/checkpoints/step-10/weights": "",
      "out/checkpoint-3/weights": "",
      ".tuning-fork/runs/01A/checkpoints/step-5/weights": "",
      ".tuning-fork/runs/01B/checkpoints/step-5/weights": "",
    });
    expect(await labels(`${HEAD}run: { output_dir: out }\ncheckpoint: { resume: ‸ }`, dir)).toEqual([
      "auto-same-config",
      "never",
      "out/checkpoint-3",
      "out/checkpoints/step-10",
      "out/checkpoints/step-9",
      ".tuning-fork/runs/01B/checkpoints/step-5",
      ".tuning-fork/runs/01A/checkpoints/step-5",
      "out/",
    ]);
  });

  test("what is not there in time is left out, and the list is not whole", async () => {
    const { text, offset } = withCursor(`${GOOD}train: { warmup: ‸ }`);
    const document = {
      ...documentOf(text, folderOf()),
      facts: { ...documentOf(text, folderOf()).facts!, data: () => new Promise<never>(() => {}) },
    };
    const list = await completionsAt(document, offset, { patienceMs: 1 });
    expect(list.isIncomplete).toBe(true);
    expect(list.items.map(({ detail }) => detail)).toEqual([undefined, undefined, undefined, "none", undefined]);
  });
});

describe("comments", () => {
  test("the way to silence a check, and its id", async () => {
    expect(await labels(`${HEAD}# tun‸`)).toEqual(["tuning-fork: ignore"]);
    expect(await labels(`${HEAD}# tuning-fork: ignore C0‸`)).toContain("C00");
    expect(await labels(`${HEAD}run: { seed: 7 } # tuning-fork: ignore ‸`)).toContain("C24");
    expect(await labels(`${HEAD}# about the da‸`)).toEqual([]);
  });
});

describe("a sweep", () => {
  const inSweep = async (text: string): Promise<string[]> => {
    const { text: whole, offset } = withCursor(`base: finetune.yaml\n${text}`);
    const folder = folderOf();
    writeFileSync(join(folder, "finetune.yaml"), GOOD);
    const { items } = await completionsAt(sweepOf(whole, folder), offset, { patienceMs: 60_000 });
    return items.map(({ label }) => label);
  };

  test("keys, dotted keys of the config and their values", async () => {
    expect((await inSweep("‸")).slice(0, 2)).toEqual(["method", "metric"]);
    expect(await inSweep("method: ‸")).toEqual(["grid", "random"]);
    expect(await inSweep("parameters:\n  tr‸")).toContain("train.learning_rate");
    expect(await inSweep("parameters:\n  train.learning_rate: { values: [1.0e-4] }\n  ‸")).not.toContain(
      "train.learning_rate",
    );
    expect(await inSweep("parameters:\n  method.type: { values: [full, ‸] }")).toEqual([
      "freeze",
      "lora",
      "qlora",
      "distill",
    ]);
    expect(await inSweep("parameters:\n  train.learning_rate: { ‸ }")).toEqual([
      "values",
      "distribution",
      "min",
      "max",
    ]);
    expect(await inSweep("zip:\n  - method.ty‸")).toContain("method.type");
    expect(await inSweep("metric: { name: ‸ }")).toContain("f1_macro");
    expect(await inSweep("parameters:\n  data.columns: { values: [{ text: ‸ }] }")).toEqual(["body", "topic"]);
    expect(await inSweep("parallel: ‸")).toEqual(["gpus"]);
  });
});

test("a sweep's base is one of the config files beside it", async () => {
  const folder = dataFolder({ "finetune.yaml": GOOD, "a.finetune.yml": GOOD, "other.yaml": "x" });
  const { items } = await completionsAt(sweepOf("base: \n", folder), 6);
  expect(items.map(({ label }) => label)).toEqual(["a.finetune.yml", "finetune.yaml"]);
});

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkFile, validateFile, type ValidateOptions } from "../../../src/config/validate.ts";
import { dataFolder } from "../../support/data-folder.ts";

const ROWS = `text,label\n${Array.from({ length: 40 }, (_, row) => `text ${row},${row % 4 === 0 ? "spam" : "ham"}`).join("\n")}\n`;
const HEAD = "version: 1\ntask: text-classification\n";
const TINY = "model: { framework: tfjs, name_or_path: builtin:tiny }\n";
/** A whole safetensors file without any tensor: the length of the header (two bytes) and the header. */
const NO_TENSORS = "\u0002\0\0\0\0\0\0\0{}";
const GOOD = `${HEAD}${TINY}data: { train: t.csv }\n`;

/** Validates a config beside `t.csv` and other files; findings come as `line:column id severity message`. */
async function check(config: string, files: Record<string, string> = {}, options: ValidateOptions = {}) {
  const folder = dataFolder({ "t.csv": ROWS, "finetune.yaml": config, ...files });
  // A seed of its own, because a config without one is told so (C59).
  const report = await validateFile(join(folder, "finetune.yaml"), { env: {}, overrides: ["run.seed=42"], ...options });
  const found = report.diagnostics.map(
    ({ id, severity, message, line, column }) =>
      `${line}:${column} ${id} ${severity} ${message.replaceAll(folder, "…")}`,
  );
  return { ...report, found };
}

test("a good file is ok, with the figures of the run", async () => {
  const report = await check(GOOD);
  expect(report).toMatchObject({ ok: true, diagnostics: [], skipped: [] });
  expect(report.facts).toEqual({
    rows: { train: 36, eval: 4 },
    classes: 2,
    stepsPerEpoch: 5,
    totalSteps: 15,
    warmupSteps: 1,
    effectiveBatch: 8,
  });
});

test("what a start needs comes with it: config, origins, text, sizes and hashes of the data", async () => {
  const folder = dataFolder({ "t.csv": ROWS, "a.finetune.yaml": GOOD });
  const checked = await checkFile(join(folder, "a.finetune.yaml"), { overrides: ["run.seed=7"], env: {} });
  expect(checked.source).toBe(GOOD);
  expect(checked.config?.run.seed).toBe(7);
  expect(checked.origins["run.seed"]).toBe("override");
  expect(checked.data?.files).toMatchObject([{ path: join(folder, "t.csv"), bytes: ROWS.length, rows: 40 }]);
  expect(checked.data?.classCounts).toEqual({ train: { ham: 27, spam: 9 }, eval: { ham: 3, spam: 1 } });
});

test("a file with errors still gets the checks of its healthy parts", async () => {
  const report = await check(`${GOOD}lr: 1\n`);
  expect(report.ok).toBe(false);
  expect(report.found).toEqual(["5:1 C01 error `lr` is called `train.learning_rate` here."]);
  expect(report.facts).toMatchObject({ rows: { train: 36, eval: 4 }, classes: 2 });
  const broken = await check(`${GOOD}train: { max_steps: 5, warmup: [\neval: { metrics: [f1] }\n`);
  expect(broken.found).toContainEqual(expect.stringMatching(/C00 error/));
  expect(broken.facts.rows).toEqual({ train: 36, eval: 4 });
  const typo = await check(GOOD.replace("t.csv", "gone.csv").replace("builtin:tiny", "builtin:small"));
  expect(typo.found).toEqual([
    expect.stringMatching(/^3:41 C63 error There is no built-in model/),
    expect.stringMatching(/^4:16 C14 error .*gone\.csv does not exist/),
  ]);
});

describe("data", () => {
  const data = (text: string, files: Record<string, string> = {}) => check(`${HEAD}${TINY}data: ${text}\n`, files);

  test("findings stand where the config names the file or column", async () => {
    expect((await data("{ train: trian.csv }")).found).toEqual([
      expect.stringMatching(/^4:16 C14 error The data file …\/trian\.csv does not exist/),
    ]);
    expect((await data("{ train: [t.csv, gone.csv] }")).found).toEqual([
      expect.stringMatching(/^4:24 C14 error The data file …\/gone\.csv/),
    ]);
    expect((await data("{ train: t.csv, eval: gone.csv }")).found).toEqual([
      expect.stringMatching(/^4:29 C14 error .*gone\.csv/),
    ]);
    expect((await data("{ train: t.csv, columns: { label: lable } }")).found).toEqual([
      expect.stringMatching(
        /^4:41 C15 error .*t\.csv has no column lable\. Its columns are text, label\. Did you mean label\?/,
      ),
    ]);
    expect((await data("{ train: u.csv }", { "u.csv": "review,stars\na,1\nb,2\n" })).found).toEqual([
      expect.stringMatching(/^4:16 C15 error .*Its columns are review, stars\./),
    ]);
    expect((await data("{ train: t.csv, labels: [ham, eggs] }")).found).toEqual([
      expect.stringMatching(/^4:31 C17 error .*t\.csv row 1 \(line 2\): the label "spam" is unknown/),
    ]);
  });

  test("a broken row of a list's second file", async () => {
    const report = await data("{ train: [t.csv, u.jsonl] }", { "u.jsonl": '{"text": "a", "label": "ham"}\n{"text"\n' });
    expect(report.found).toEqual([
      expect.stringMatching(/^4:24 C14 error .*u\.jsonl row 2 \(line 2\): not a JSON object/),
    ]);
  });

  test("empty texts are a warning", async () => {
    const report = await data("{ train: t.csv }", { "t.csv": `${ROWS},ham\n` });
    expect(report.ok).toBe(true);
    expect(report.found).toEqual([
      "4:16 C20 warning One row has an empty text. Fill it in or remove it. The first is …/t.csv row 41.",
    ]);
  });
});

describe("model", () => {
  const model = (name: string, files: Record<string, string> = {}, rest = "", env: NodeJS.ProcessEnv = {}) =>
    check(`${HEAD}model: { framework: tfjs, name_or_path: ${name} }\ndata: { train: t.csv${rest} }\n`, files, { env });

  test("an unknown built-in, a folder that is not there, a name that is neither", async () => {
    expect((await model("builtin:use-light")).found).toEqual([
      '3:41 C63 error There is no built-in model "use-light". Built in are builtin:use-lite and builtin:tiny.',
    ]);
    expect((await model("./minilmm", { "minilm/config.json": "{}" })).found).toEqual([
      expect.stringMatching(/^3:41 C63 error There is no model folder …\/minilmm\. .* Did you mean minilm\?$/),
    ]);
    expect((await model('"a b/c"')).found).toEqual([
      expect.stringMatching(/^3:41 C63 error "a b\/c" is neither a folder nor/),
    ]);
  });

  test("a folder without config, weights or tokenizer; a fine-tuned built-in needs no tokenizer", async () => {
    const lacking = async (files: Record<string, string>) => (await model("m", files)).found;
    const config = { "m/config.json": JSON.stringify({ model_type: "bert" }) };
    const weights = { "m/model.safetensors": NO_TENSORS };
    expect(await lacking(weights)).toEqual([expect.stringMatching(/^3:41 C63 error .* holds no config\.json\./)]);
    expect(await lacking(config)).toEqual([expect.stringMatching(/^3:41 C63 error .* holds no model\.safetensors\./)]);
    expect(await lacking({ ...config, ...weights })).toEqual([
      expect.stringMatching(/^3:41 C63 error .* holds no tokenizer\.json\./),
    ]);
    const tiny = { "m/config.json": JSON.stringify({ model_type: "tuning-fork-tiny" }) };
    expect(await lacking({ ...tiny, ...weights })).toEqual([]);
  });

  test("more tokens than the model has positions", async () => {
    const files = (type: string) => ({
      "m/config.json": JSON.stringify({ model_type: type, max_position_embeddings: 514 }),
      "m/model.safetensors": NO_TENSORS,
      "m/tokenizer.json": "",
    });
    expect((await model("m", files("bert"), ", max_length: 514")).ok).toBe(true);
    expect((await model("m", files("roberta"), ", max_length: 514")).found).toEqual([
      "4:35 C24 error `data.max_length` is 514, but the model takes 512 tokens. Write 512 or less.",
    ]);
  });

  test("a hub id, offline, that the cache lacks names the place it looked at", async () => {
    const cache = dataFolder();
    const env = { HF_HUB_OFFLINE: "1", HF_HOME: cache };
    const looked = join(cache, "hub/models--org--name");
    const report = await model("org/name@v1", {}, "", env);
    expect(report.found).toEqual([
      expect.stringContaining(`org/name@v1 is not wholly in the Hugging Face cache (looked at ${looked})`),
    ]);
    expect((await model("org/name@v1")).ok).toBe(true);
    mkdirSync(join(looked, "refs"), { recursive: true });
    mkdirSync(join(looked, "snapshots/abc"), { recursive: true });
    writeFileSync(join(looked, "refs/v1"), "abc\n");
    const files = { "config.json": "{}", "model.safetensors": NO_TENSORS, "tokenizer.json": "{}" };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(looked, "snapshots/abc", name), text);
    expect((await model("org/name@v1", {}, "", env)).ok).toBe(true);
  });
});

describe("what this version cannot train is one sentence, with the data checked all the same", () => {
  test("PyTorch, also by default, where there is no Python", async () => {
    const report = await check(`${HEAD}model: { name_or_path: org/name }\ndata: { train: t.csv }\n`);
    expect(report.found).toEqual([expect.stringMatching(/^2:1 C52 error There is no Python here/)]);
    expect(report.facts.rows).toEqual({ train: 36, eval: 4 });
  });

  test("another framework", async () => {
    const report = await check(`${HEAD}model: { framework: keras, name_or_path: org/name }\ndata: { train: t.csv }\n`);
    expect(report.found).toContainEqual(
      "3:21 C52 error Training with Keras comes with a later version; this one trains with `model.framework: torch` and `tfjs`.",
    );
    expect(report.facts.rows).toEqual({ train: 36, eval: 4 });
  });

  test.each([
    ["method: { type: lora }", "5:17 C31", "the methods full and freeze, not lora"],
    ["method: { type: distill, teacher: { name_or_path: x } }", "5:17 C31", "not distill"],
    ["method: { bits: 8 }", "5:17 C31", "no quantised models"],
    ["train: { optim: adafactor }", "5:17 C31", "adamw_torch and sgd, not adafactor"],
    ["train: { precision: bf16 }", "5:21 C31", "fp32, not bf16"],
    ["hardware: { strategy: ddp }", "5:23 C52", "one device"],
    ["hardware: { target: slurm }", "5:21 C52", "Slurm"],
  ])("%s", async (line, place, part) => {
    const report = await check(`${GOOD}${line}\n`);
    expect(report.found).toEqual([expect.stringContaining(part)]);
    expect(report.found[0]).toMatch(new RegExp(`^${place} error `));
  });

  test("another task", async () => {
    const report = await check(GOOD.replace("text-classification", "causal-lm"));
    expect(report.found).toEqual(["2:7 C52 error The embedded trainer does text-classification, not causal-lm."]);
    expect(report.facts.rows).toEqual({ train: 36, eval: 4 });
  });

  test("a script on a cluster", async () => {
    const script = 'version: 1\ntask: script\nscript: { command: [/bin/sh, -c, "exit 0"] }\n';
    expect((await check(script)).found).toEqual([]);
    const report = await check(`${script}hardware: { target: slurm }\n`);
    expect(report.found).toEqual([expect.stringMatching(/^4:21 C52 error Running on a Slurm cluster comes/)]);
  });

  test("exports and trackers are a warning", async () => {
    const report = await check(`${GOOD}export: { formats: [onnx] }\ntrack: { report_to: [wandb] }\n`);
    expect(report.ok).toBe(true);
    expect(report.found).toEqual([
      expect.stringMatching(/^5:20 C64 warning /),
      expect.stringMatching(/^6:21 C64 warning /),
    ]);
  });
});

describe("metrics", () => {
  test("that the task does not measure", async () => {
    expect((await check(`${GOOD}eval: { metrics: [accuracy, f1] }\n`)).found).toEqual([
      "5:29 C09 error There is no metric `f1` for this task; there are `loss`, `accuracy`, `f1_macro`, `f1_micro`, `precision_macro`, `recall_macro` and `auc`. Did you mean `f1_macro`?",
    ]);
    expect(
      (await check(`${GOOD}eval: { metrics: [accuracy] }\ncheckpoint: { metric_for_best_model: f1_macro }\n`)).found,
    ).toEqual([
      "6:38 C09 error The best checkpoint is chosen by `f1_macro`, which `eval.metrics` does not list. Add it there.",
    ]);
  });

  test("that nothing measures", async () => {
    expect((await check(`${GOOD}eval: { strategy: no, early_stopping_patience: 2 }\n`)).found).toEqual([
      "5:48 C07 error Early stopping needs evaluations, but `eval.strategy` is no.",
    ]);
    expect(
      (
        await check(
          `${HEAD}${TINY}data: { train: t.csv, eval_fraction: 0 }\ntrain: { lr_scheduler_type: reduce_lr_on_plateau }\n`,
        )
      ).found,
    ).toEqual(["5:29 C07 error The schedule reduce_lr_on_plateau needs evaluations, but there is no evaluation data."]);
  });
});

test("a config file that cannot be read is said, not thrown about", async () => {
  const folder = dataFolder();
  await expect(validateFile(join(folder, "gone.yaml"))).rejects.toMatchObject({ code: "config-missing" });
  await expect(validateFile(folder)).rejects.toMatchObject({ code: "config-not-a-file" });
});

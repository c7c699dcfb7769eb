import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../src/config/resolve.ts";
import { isScriptConfig, type ResolvedConfig } from "../../../src/config/types.ts";

const base = {
  version: 1,
  task: "text-classification",
  model: { framework: "tfjs", name_or_path: "builtin:tiny" },
  data: { train: "t.csv" },
};

function resolved(value: object, overrides: string[] = [], parent?: ResolvedConfig): ResolvedConfig {
  const { config, diagnostics } = resolveConfig(value, { overrides, ...(parent ? { parent } : {}) });
  expect(diagnostics).toEqual([]);
  if (!config || isScriptConfig(config)) throw new Error("no config for a trainer");
  return config;
}

describe("defaults", () => {
  test("every key of every group has a value", () => {
    const config = resolved(base);
    expect(config).toEqual({
      version: 1,
      task: "text-classification",
      run: { name: null, output_dir: null, seed: 42, tags: [] },
      model: {
        framework: "tfjs",
        name_or_path: "builtin:tiny",
        pooling: "auto",
        dropout: 0.1,
        attn_implementation: "auto",
        trust_remote_code: false,
      },
      data: {
        train: "t.csv",
        eval: null,
        eval_fraction: 0.1,
        format: "auto",
        columns: {},
        labels: null,
        max_length: 256,
        packing: false,
        streaming: false,
        chat_template: null,
        completion_only_loss: "auto",
      },
      method: {
        type: "full",
        r: 16,
        lora_alpha: 32,
        lora_dropout: 0.05,
        target_modules: "auto",
        modules_to_save: "auto",
        use_dora: false,
        use_rslora: false,
        bits: 4,
        freeze: "backbone",
        teacher: null,
      },
      train: {
        num_train_epochs: 3,
        max_steps: null,
        per_device_train_batch_size: 8,
        gradient_accumulation_steps: 1,
        learning_rate: 2e-5,
        lr_scheduler_type: "linear",
        warmup: "6%",
        optim: "adamw_torch",
        weight_decay: 0.01,
        max_grad_norm: 1,
        precision: "auto",
        gradient_checkpointing: "auto",
      },
      eval: {
        strategy: "epoch",
        steps: null,
        metrics: ["loss", "accuracy", "f1_macro", "f1_micro", "precision_macro", "recall_macro", "auc"],
        early_stopping_patience: null,
      },
      checkpoint: {
        save_total_limit: 2,
        metric_for_best_model: "loss",
        save_optimizer: true,
        resume: "auto-same-config",
      },
      hardware: { devices: "auto", strategy: "single", target: "local", python: null, env: {}, backend: "auto" },
      export: { formats: [], quantize: "none" },
      track: { project: null, report_to: [] },
    });
  });

  test("follow other keys", () => {
    const torch = resolved({ ...base, model: { name_or_path: "x" } });
    expect([torch.model.framework, torch.method.type, torch.train.learning_rate]).toEqual(["torch", "lora", 2e-4]);
    expect(resolved({ ...base, method: { type: "freeze" } }).train.learning_rate).toBe(1e-3);
    const lm = resolved({ ...base, task: "causal-lm" });
    expect([lm.data.max_length, lm.eval.metrics]).toEqual([1024, ["loss", "perplexity", "token_accuracy"]]);
    expect(resolved({ ...base, train: { lr_scheduler_type: "constant" } }).train.warmup).toBe(0);
    expect(resolved({ ...base, train: { lr_scheduler_type: "constant", warmup: 5 } }).train.warmup).toBe(5);
  });

  test("reach into a map that is written in part", () => {
    const config = resolved({ ...base, method: { type: "distill", teacher: { name_or_path: "big" } } });
    expect(config.method.teacher).toEqual({ name_or_path: "big", temperature: 2, alpha: 0.5 });
    const slurm = resolved({ ...base, hardware: { target: { type: "slurm" } } });
    expect(slurm.hardware.target).toEqual({ type: "slurm", partition: null, time: null, gres: null });
  });

  test("a group with nothing under it is like none", () => {
    expect(resolved({ ...base, train: null })).toEqual(resolved(base));
  });

  test("do not share state between configs", () => {
    resolved(base).run.tags.push("x");
    expect(resolved(base).run.tags).toEqual([]);
  });
});

describe("overrides", () => {
  test("are YAML, later ones win, maps are merged and lists replaced", () => {
    const written = { ...base, data: { train: "t.csv", columns: { text: "a" } }, run: { tags: ["x", "y"] } };
    const config = resolved(written, [
      "train.learning_rate=1e-4",
      "train.learning_rate=2e-4",
      "train.max_steps=null",
      "data.columns={label: b}",
      "run.tags=[z]",
      "run.name=a=b",
      "train={num_train_epochs: 2}",
      "hardware.env.OMP_NUM_THREADS=2",
    ]);
    expect(config.train).toMatchObject({ learning_rate: 2e-4, max_steps: null, num_train_epochs: 2 });
    expect(config.data.columns).toEqual({ text: "a", label: "b" });
    expect(config.run).toMatchObject({ tags: ["z"], name: "a=b" });
    expect(config.hardware.env).toEqual({ OMP_NUM_THREADS: 2 });
  });

  test("can give what the file lacks", () => {
    expect(resolved({ ...base, data: {} }, ["data.train=x.csv"]).data.train).toBe("x.csv");
  });

  test.each([
    ["learning_rate=3", "learning_rate", "In `--set learning_rate`: `learning_rate` belongs in the group `train`."],
    ["train.lr=3", "train.lr", "In `--set train.lr`: `lr` is called `train.learning_rate` here."],
    [
      "train.learning_rate=fast",
      "train.learning_rate",
      'In `--set train.learning_rate`: `train.learning_rate` must be a number above 0, not the text "fast".',
    ],
    [
      "train.max_steps",
      "",
      "In `--set train.max_steps`: `train.max_steps` is not of the form key=value, such as `train.learning_rate=1e-4`.",
    ],
    [
      "__proto__.polluted=1",
      "__proto__.polluted",
      "In `--set __proto__.polluted`: `__proto__.polluted` is not a key. Keys look like `train.learning_rate`.",
    ],
    ["run.tags=[a", "run.tags", expect.stringMatching(/^In `--set run\.tags`: the value is not YAML: /) as string],
  ])("%s", (override, key, message) => {
    const { config, diagnostics } = resolveConfig(base, { overrides: [override] });
    expect(config).toBeUndefined();
    expect(diagnostics).toMatchObject([{ key, message, line: null, column: null, severity: "error" }]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("origins", () => {
  test("say where each value came from", () => {
    const { origins } = resolveConfig(
      { ...base, data: { train: ["a", "b"], columns: { text: "x" } } },
      { overrides: ["data.columns.label=y"] },
    );
    expect(origins).toMatchObject({
      "model.name_or_path": "file",
      "data.train": "file",
      "data.columns.text": "file",
      "data.columns.label": "override",
      "train.learning_rate": "default",
      "hardware.env": "default",
    });
  });

  test("of a fork: parent below, overrides above, settings that changed nothing else", () => {
    const parent = resolved({ ...base, train: { learning_rate: 1e-3 } });
    const { config, origins } = resolveConfig({}, { parent, overrides: ["train.num_train_epochs=5"] });
    expect(config).toEqual({ ...parent, train: { ...parent.train, num_train_epochs: 5 } });
    expect(origins).toMatchObject({
      "train.num_train_epochs": "override",
      "train.learning_rate": "parent",
      "run.seed": "parent",
    });
    expect(Object.values(origins)).not.toContain("default");
    expect(parent.train.num_train_epochs).toBe(3);
  });
});

describe("task: script", () => {
  test("has its own block and none of the trainers' groups", () => {
    const { config, diagnostics } = resolveConfig({
      version: 1,
      task: "script",
      script: { entry: "train.py", params: { lr: 2e-5 } },
    });
    expect(diagnostics).toEqual([]);
    expect(config && isScriptConfig(config) && config.script).toMatchObject({
      entry: "train.py",
      command: null,
      args: [],
      params: { lr: 2e-5 },
    });
    expect(Object.keys(config ?? {})).toEqual([
      "version",
      "task",
      "run",
      "script",
      "eval",
      "checkpoint",
      "hardware",
      "track",
    ]);
  });

  test.each([
    [{ version: 1, task: "script" }, "needs `script.entry` or `script.command`"],
    [{ version: 1, task: "script", script: { entry: "a", command: ["b"] } }, "not both"],
    [
      { version: 1, task: "script", script: { entry: "a" }, train: {} },
      "The group `train` has no effect with `task: script`",
    ],
    [{ ...base, script: { entry: "a" } }, "The group `script` is for `task: script` only"],
  ])("%j", (value, part) => {
    expect(resolveConfig(value).diagnostics.map(({ id, message }) => `${id} ${message}`)).toEqual([
      expect.stringContaining(part),
    ]);
  });
});

test("what is required is asked for", () => {
  const keys = (value: object): string[] => resolveConfig(value).diagnostics.map(({ id, key }) => `${id} ${key}`);
  expect(keys({})).toEqual(["C62 version", "C62 task"]);
  expect(keys({ version: 1, task: "causal-lm" })).toEqual(["C62 model.name_or_path", "C62 data.train"]);
  expect(keys({ ...base, eval: { strategy: "steps" } })).toEqual(["C62 eval.steps"]);
  expect(keys({ ...base, method: { type: "distill" } })).toEqual(["C62 method.teacher"]);
});

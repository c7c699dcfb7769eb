import { describe, expect, test } from "vitest";
import { FOREIGN_NAMES, FORMER_NAMES, type Foreign } from "../../../src/config/foreign/names.ts";
import { convertedTo } from "../../../src/config/foreign/values.ts";
import { ALIASES } from "../../../src/config/names.ts";
import { configSchema } from "../../../src/config/schema.ts";
import { checkShape } from "../../../src/config/shape.ts";
import { fixFile } from "../../../src/config/fix-file.ts";
import { dataFolder } from "../../support/data-folder.ts";
import { join } from "node:path";
import { readFileSync } from "node:fs";

const nested = (key: string, value: unknown): Record<string, unknown> =>
  key.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;

describe("names of other tools", () => {
  const all: [string, Foreign][] = [...FORMER_NAMES, ...FOREIGN_NAMES];

  test.each(all)("%s comes to keys that exist, with values they take", (_name, { mend, advice }) => {
    expect(advice()).toMatch(/\.$/);
    for (const value of [true, false, 0, 0.06, 4, "epoch", "steps", "no"]) {
      const made = mend?.(
        value,
        () => undefined,
        () => undefined,
      );
      if (!made?.safe) continue;
      for (const [key, own] of Object.entries(made.write)) {
        const kinds = checkShape(configSchema, nested(key, own)).map(({ id }) => id);
        // A value that is wrong itself (`evaluation_strategy: 4`) is found under its new name.
        expect(
          kinds.filter((id) => id !== "C62"),
          `${key}: ${String(own)}`,
        ).toEqual([]);
        if (own !== value) expect(kinds, `${key}: ${String(own)}`).toEqual([]);
      }
    }
  });

  test("none is also an alias, which has a key of its own", () => {
    expect(all.map(([name]) => name).filter((name) => ALIASES.has(name))).toEqual([]);
  });
});

test.each([
  ["train.precision", "bfloat16", "bf16", true],
  ["train.precision", "no", "fp32", true],
  ["train.optim", "adamw_bnb_8bit", "adamw_8bit", true],
  ["train.optim", "paged_adamw_32bit", "paged_adamw_8bit", false],
  ["method.target_modules", "all", "all-linear", true],
  ["method.target_modules", "q_proj, v_proj", ["q_proj", "v_proj"], true],
  ["model.attn_implementation", true, "flash_attention_2", true],
  ["data.train", [{ path: "a.jsonl", type: "alpaca" }], "a.jsonl", false],
  ["data.train", "a.csv", "a.csv", true],
  ["train.learning_rate", 1e-4, 1e-4, true],
])("a value for %s written %j is %j here", (key, written, value, exact) => {
  expect(convertedTo(key, written)).toEqual({ value, exact });
});

/** What `--fix` makes of one line pasted below a config without groups. */
async function pasted(line: string): Promise<string> {
  const head = "version: 1\ntask: causal-lm\n";
  const file = join(dataFolder({ "finetune.yaml": `${head}${line}\n` }), "finetune.yaml");
  await fixFile(file, { env: {}, tiers: ["text"] });
  return readFileSync(file, "utf8").slice(head.length).replace(/\n$/, "");
}

test.each([
  ["warmup_ratio: 0.035", 'train:\n  warmup: "3.5%"'],
  ["warmup_ratio: 1.5", "warmup_ratio: 1.5"],
  ["load_in_8bit: true # small", "method:\n  type: qlora # small\n  bits: 8"],
  ["load_in_8bit: false", ""],
  ["train_on_inputs: true", "data:\n  completion_only_loss: false"],
  ["no_cuda: true", "no_cuda: true"],
  ["greater_is_better: false", ""],
  ["greater_is_better: true", "greater_is_better: true"],
  ["do_eval: false", 'eval:\n  strategy: "no"'],
  ["token: hf_x", "token: hf_x"],
  ["flash_attn: true", "model:\n  attn_implementation: flash_attention_2"],
  ["lora_target: all", "method:\n  target_modules: all-linear"],
  ["datasets: [{ path: a.jsonl }]", "datasets: [{ path: a.jsonl }]"],
  ["epochs: many", "epochs: many"],
  ["Learning-Rate: 1e-4", "train:\n  learning_rate: 1e-4"],
])("%s", async (line, expected) => {
  expect(await pasted(line)).toBe(expected);
});

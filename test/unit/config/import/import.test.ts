import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { UserError } from "../../../../src/base/errors.ts";
import { draftOf, importConfig, type ImportedConfig } from "../../../../src/config/import/import-config.ts";
import { parseConfig } from "../../../../src/config/parse.ts";
import { resolveConfig } from "../../../../src/config/resolve.ts";
import { isMap, type PlainMap } from "../../../../src/config/schema/view.ts";
import { checkText } from "../../../../src/config/validate.ts";
import { dataFolder } from "../../../support/data-folder.ts";

const FOLDER = resolve(import.meta.dirname, "../../../fixtures/import");
const samples = readdirSync(FOLDER).filter((name) => !name.endsWith(".expected.yaml"));
const imported = (name: string) => importConfig(readFileSync(join(FOLDER, name), "utf8"), join(FOLDER, name));
const valuesOf = (text: string): Record<string, Record<string, unknown>> => parse(text) as never;

describe.each(samples)("%s", (name) => {
  test("becomes the config beside it", async () => {
    await expect(imported(name).text).toMatchFileSnapshot(join(FOLDER, name.replace(/\.\w+$/, ".expected.yaml")));
  });

  test("is a config without errors of shape", () => {
    const parsed = parseConfig(imported(name).text, "finetune.yaml");
    const { diagnostics } = resolveConfig(parsed.value, { place: parsed.place });
    expect([...parsed.diagnostics, ...diagnostics]).toEqual([]);
  });

  test("drops no key silently: each is taken over, or told, or says what is the case anyway", () => {
    const { draft } = draftOf(readFileSync(join(FOLDER, name), "utf8"), join(FOLDER, name));
    const keys = [...draft.values().flatMap(({ sources }) => sources), ...draft.leftOut().map(({ key }) => key)];
    const SAME_ANYWAY =
      /^(do_train|adam_beta1|adam_epsilon|load_best_model_at_end|greater_is_better|saves_per_epoch|report_to|max_steps|warmup_ratio|resume_from_checkpoint|shuffle|backend)$/;
    const lost = Object.entries(draft.map)
      .filter(([key, value]) => value !== null && !SAME_ANYWAY.test(key))
      .filter(([key]) => !keys.some((one) => one === key || one.startsWith(`${key}.`)));
    expect(lost).toEqual([]);
  });

  test("is never refused by our own checks of the text, whatever the order of its keys", async () => {
    const map = parse(readFileSync(join(FOLDER, name), "utf8")) as PlainMap;
    const both = [map, turned(map)].map((one) => importConfig(JSON.stringify(one), join(FOLDER, name)));
    const [values, turnedValues] = both.map(({ text }) => valuesOf(text));
    const [told, turnedTold] = both.map(toldKeys);
    expect([turnedValues, turnedTold]).toEqual([values, told]);
    for (const { text } of both) {
      const { report } = await checkText(text, join(FOLDER, "finetune.yaml"), { tiers: ["text"] });
      expect(report.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    }
  });
});

/** The same map with its keys from the last to the first, in its groups too. */
const turned = (map: PlainMap): PlainMap =>
  Object.fromEntries(
    Object.entries(map)
      .toReversed()
      .map(([key, value]) => [key, isMap(value) ? turned(value) : value]),
  );

const toldKeys = ({ leftOut }: ImportedConfig): string[] => leftOut.map(({ key, why }) => `${key}: ${why}`).toSorted();

describe("what single values become", () => {
  const one = (extra: string): string =>
    importConfig(`base_model: a/b\nadapter: lora\ndatasets: [{ path: d.jsonl }]\n${extra}`, "/x/a.yml").text;

  test.each([
    ["warmup_ratio: 0.03", "train", "warmup", "3%"],
    ["warmup_steps: 20", "train", "warmup", 20],
    ["warmup_steps: 0.1", "train", "warmup", "10%"],
    ["load_in_8bit: true", "method", "bits", 8],
    ["train_on_inputs: true", "data", "completion_only_loss", false],
    ["fp16: true", "train", "precision", "fp16"],
    ["evaluation_strategy: steps", "eval", "strategy", "steps"],
    ["rl: dpo", "task", "", "preference"],
  ])("%s", (line, group, key, value) => {
    const values = valuesOf(one(line));
    expect(key === "" ? values[group] : values[group]![key]).toEqual(value);
  });

  test("going on from whatever is found is told, not written; a folder and `false` are", () => {
    const resumed = (value: string) =>
      importConfig(
        `model_name_or_path: a/b\nstage: sft\nfinetuning_type: lora\nresume_from_checkpoint: ${value}\n`,
        "/x/a.yaml",
      );
    expect(valuesOf(resumed("true").text)["checkpoint"]).toBeUndefined();
    expect(resumed("true").leftOut).toMatchObject([
      { key: "resume_from_checkpoint", why: expect.stringContaining("tuning-fork resume") },
    ]);
    expect(valuesOf(resumed("out/step-5").text)["checkpoint"]).toEqual({ resume: "out/step-5" });
    expect(valuesOf(resumed("false").text)["checkpoint"]).toEqual({ resume: "never" });
  });

  test("a value the schema does not take is told, not written", () => {
    const text = one("lora_r: many");
    expect(valuesOf(text)["method"]!["r"]).toBeUndefined();
    expect(text).toMatch(/# {3}lora_r: "many" - `method\.r` must be a whole number/);
  });

  test("secrets go nowhere", () => {
    expect(one("hub_token: hf_abcdefghijklmnopqrstuvwxyz012345")).not.toContain("hf_abc");
    expect(one('some_key: "hf_abcdefghijklmnopqrstuvwxyz012345"')).not.toContain("hf_abc");
  });
});

test("LLaMA-Factory's names of data sets become the files its index names", () => {
  const folder = dataFolder({
    "data/dataset_info.json": JSON.stringify({
      tickets: {
        file_name: "tickets.json",
        formatting: "sharegpt",
        columns: { messages: "conversations", system: "s" },
      },
      faq: { hf_hub_url: "org/faq", subset: "en", columns: { prompt: "question", response: "answer" } },
    }),
  });
  const source = "model_name_or_path: a/b\nstage: sft\nfinetuning_type: lora\ndataset: tickets\n";
  const { text, leftOut } = importConfig(source, join(folder, "a.yaml"));
  expect(valuesOf(text)["data"]).toMatchObject({
    train: join(folder, "data/tickets.json"),
    columns: { messages: "conversations" },
  });
  const index = "dataset_info.json: tickets";
  expect(leftOut.map(({ key }) => key)).toEqual([`${index}.columns.system`, `${index}.formatting`]);
  const hub = valuesOf(importConfig(source.replace("tickets", "faq"), join(folder, "a.yaml")).text)["data"];
  expect(hub).toEqual({ train: "org/faq:en/", format: "hf", columns: { prompt: "question", completion: "answer" } });
});

describe("what cannot be imported says so", () => {
  const problem = (source: string, file = "/x/a.yaml"): string => {
    try {
      importConfig(source, file);
    } catch (error) {
      if (error instanceof UserError) return error.sentence;
      throw error;
    }
    return "";
  };

  test.each([
    ["a: [", "/x/a.yaml is not YAML"],
    ["{", "/x/a.json is not JSON"],
    ["- 1", "holds no keys and values"],
    ["services: {}", "is not a config of a tool that can be imported. Those of torchtune, AutoTrain, axolotl"],
    ["version: 1\ntask: causal-lm\n", "is a Tuning Fork config already"],
  ])("%s", (source, sentence) => {
    expect(problem(source, source === "{" ? "/x/a.json" : "/x/a.yaml")).toContain(sentence);
  });
});

import { describe, expect, test } from "vitest";
import { hintsOf } from "../../../../src/config/assist/hints/index.ts";
import type { HintKind } from "../../../../src/config/assist/types.ts";
import { dataFolder } from "../../../support/data-folder.ts";
import { documentOf, sweepOf } from "./support.ts";

const ROWS = `text,label\n${Array.from({ length: 40 }, (_, row) => `text ${row},${row % 4 === 0 ? "spam" : "ham"}`).join("\n")}\n`;
const HEAD =
  "version: 1\ntask: text-classification\nmodel: { framework: tfjs, name_or_path: builtin:tiny }\ndata: { train: t.csv }\n";

/** Hints as they stand in the text. */
async function shown(text: string, ...kinds: HintKind[]): Promise<string> {
  const document = documentOf(text, dataFolder({ "t.csv": ROWS }));
  const hints = await hintsOf(document, { patienceMs: 60_000, kinds });
  let whole = document.parsed.source;
  for (const { offset, text: put } of hints.toReversed())
    whole = `${whole.slice(0, offset)}⟦${put}⟧${whole.slice(offset)}`;
  return whole;
}

describe("steps", () => {
  test("batch, length and warm-up stand behind their values", async () => {
    const train = `train:
  num_train_epochs: 10 # many
  per_device_train_batch_size: 4
  gradient_accumulation_steps: 2
  warmup: "10%"
`;
    expect(await shown(HEAD + train, "steps")).toBe(`${HEAD}train:
  num_train_epochs: 10⟦5 steps per epoch, 50 in all⟧ # many
  per_device_train_batch_size: 4
  gradient_accumulation_steps: 2⟦effective batch 8⟧
  warmup: "10%"⟦5 steps⟧
`);
  });

  test("in braces, and where nothing of the length is written", async () => {
    expect(await shown(`${HEAD}train: { max_steps: 7, warmup: 3 }\n`, "steps")).toBe(
      `${HEAD}train: { max_steps: 7⟦5 steps per epoch, 7 in all⟧, warmup: 3 }\n`,
    );
    expect(await shown(`${HEAD}train:  # all defaults\n  weight_decay: 0.1\n`, "steps")).toContain(
      "train:⟦5 steps per epoch, 15 in all⟧  # all defaults",
    );
  });

  test("none when the data is not known", async () => {
    const text = `${HEAD.replace("t.csv", "gone.csv")}train: { num_train_epochs: 3 }\n`;
    expect(await shown(text, "steps", "data")).toBe(text);
  });
});

test("data: rows and classes", async () => {
  expect(await shown(HEAD, "data")).toContain("train: t.csv⟦36 rows, 2 classes⟧ }");
  expect(await shown(HEAD.replace("t.csv }", "t.csv, eval_fraction: 0.5 }"), "data")).toContain(
    "train: t.csv⟦20 rows, 2 classes⟧, eval_fraction: 0.5⟦20 rows⟧ }",
  );
  const list = `${HEAD.replace("data: { train: t.csv }\n", "")}data:\n  train: # files\n    - t.csv\n`;
  expect(await shown(list, "data")).toContain("  train:⟦36 rows, 2 classes⟧ # files\n");
});

test("defaults: one hint a group, of what is not written and means something", async () => {
  const text = await shown(`${HEAD}checkpoint:\n  save_total_limit: 3\ntrack: {}\n`, "defaults");
  expect(text).toContain("checkpoint:⟦default: metric_for_best_model loss, save_optimizer true, …⟧\n");
  expect(text).toContain("track: {}\n");
  expect(text).not.toContain("lora");
  expect(text).not.toContain("attn_implementation");
});

test("only those in the stretch that is asked for", async () => {
  const document = documentOf(`${HEAD}checkpoint: {}\n`, dataFolder({ "t.csv": ROWS }));
  const hints = await hintsOf(document, { patienceMs: 60_000, kinds: ["defaults"], range: { start: 0, end: 20 } });
  expect(hints).toEqual([]);
});

describe("a sweep", () => {
  const SWEEP =
    "base: a.finetune.yaml\nmethod: grid\nparameters: # tried\n  run.seed: { values: [1, 2, 3] }\n  method.r: { values: [8, 16] }\n";

  test.each([
    [SWEEP, "6 trials"],
    [`${SWEEP}max_runs: 4\n`, "4 of 6 trials"],
    [`${SWEEP.replace("grid", "random")}max_runs: 9\n`, "9 trials"],
  ])("says how many runs it is: %#", async (text, wanted) => {
    const document = sweepOf(text, dataFolder({}));
    const [hint, ...others] = await hintsOf(document, { patienceMs: 60_000 });
    expect(others).toEqual([]);
    expect(hint?.text).toBe(wanted);
    expect(document.parsed.source.slice(0, hint!.offset)).toMatch(/\nparameters:$/);
  });

  test("says nothing while it is half typed", async () => {
    expect(
      await hintsOf(sweepOf("base: a\nparameters:\n  run.seed: { values: 3 }\n", dataFolder({})), {
        patienceMs: 60_000,
      }),
    ).toEqual([]);
  });
});

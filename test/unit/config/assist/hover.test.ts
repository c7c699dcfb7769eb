import { describe, expect, test } from "vitest";
import { hoverAt } from "../../../../src/config/assist/hover/index.ts";
import { dataFolder } from "../../../support/data-folder.ts";
import { documentOf, sweepOf, withCursor } from "./support.ts";

const ROWS = `text,label\n${Array.from({ length: 40 }, (_, row) => `text ${row},${row % 4 === 0 ? "spam" : "ham"}`).join("\n")}\n`;
const HEAD =
  "version: 1\ntask: text-classification\nmodel: { framework: tfjs, name_or_path: builtin:tiny }\ndata: { train: t.csv }\n";

const folderOf = (): string => dataFolder({ "t.csv": ROWS });

async function hover(text: string): Promise<{ markdown: string; covered: string } | undefined> {
  const { text: whole, offset } = withCursor(text);
  const found = await hoverAt(documentOf(whole, folderOf()), offset, { patienceMs: 60_000 });
  return found && { markdown: found.markdown, covered: whole.slice(found.span.start, found.span.end) };
}

describe("a key", () => {
  test("what it takes, means, its default here, and other tools' names", async () => {
    const found = await hover(`${HEAD}train: { learn‸ing_rate: 1.0e-3 }\n`);
    expect(found!.covered).toBe("learning_rate");
    expect(found!.markdown).toContain("**`train.learning_rate`** · a number above 0");
    expect(found!.markdown).toContain("Highest learning rate");
    expect(found!.markdown).toContain("by method: full and distill 2e-5");
    expect(found!.markdown).toContain("Here that is `2.0e-5`.");
    expect(found!.markdown).toContain("Elsewhere: `lr`");
  });

  test("the default is what holds without the key, whatever is written", async () => {
    expect((await hover(`${HEAD}run:\n  se‸ed: 7\n`))!.markdown).toContain("Default: `42`.");
    expect((await hover(`${HEAD}run: { na‸me: x }\n`))!.markdown).toContain("name of the config file");
  });

  test("a required one says so; a group tells the defaults of what is not written", async () => {
    expect((await hover(HEAD.replace("task", "ta‸sk")))!.markdown).toContain("Must be written.");
    const group = await hover(`${HEAD}check‸point: { resume: never }\n`);
    expect(group!.markdown).toContain("What is kept on disk");
    expect(group!.markdown).toContain("| `save_total_limit` | `2` |");
    expect(group!.markdown).not.toContain("| `resume`");
  });

  test("nothing is said of what is not known", async () => {
    expect(await hover(`${HEAD}trian: { lr‸: 3 }\n`)).toBeUndefined();
    expect(await hover(`${HEAD}\n‸\n`)).toBeUndefined();
  });
});

describe("a value", () => {
  test.each([
    ["warm-up in steps", `train: { num_train_epochs: 10, warmup: "6‸%" }`, "3 of 50 steps are warm-up."],
    ["epochs in steps", `train: { num_train_epochs: 1‸0 }`, "5 steps per epoch, 50 in all."],
    [
      "a batch in rows",
      `train: { gradient_accumulation_steps: ‸2 }`,
      "16 rows count for one optimizer step; 3 steps per epoch.",
    ],
    ["a metric's direction", `eval: { metrics: [lo‸ss] }`, "Less of `loss` is better."],
    ["an entry of a list is told of as its list", `eval: { metrics: [accu‸racy] }`, "**`eval.metrics`**"],
    ["its key, where there is nothing more to say", `eval: { strategy: ep‸och }`, "Evaluate after each epoch"],
  ])("%s", async (_, line, expected) => {
    expect((await hover(`${HEAD}${line}\n`))!.markdown).toContain(expected);
  });

  test("data: rows, columns and classes", async () => {
    const found = await hover(HEAD.replace("t.csv", "t.c‸sv"));
    expect(found!.covered).toBe("t.csv");
    expect(found!.markdown).toContain("36 rows for training, 4 for evaluation.");
    expect(found!.markdown).toContain("| ham | 27 | 75 % |");
  });

  test("facts that are not there in time are said to be on their way", async () => {
    const { text, offset } = withCursor(HEAD.replace("t.csv", "t.c‸sv"));
    const document = documentOf(text, folderOf());
    const found = await hoverAt(
      { ...document, facts: { ...document.facts!, data: () => new Promise<never>(() => {}) } },
      offset,
      { patienceMs: 1 },
    );
    expect(found!.markdown).toContain("The data is still being read.");
  });
});

describe("a check's id in a comment", () => {
  test.each([
    ["on the line", `${HEAD}run: { seed: 7 } # tuning-fork: ignore C2‸4 because I know\n`],
    ["alone", `${HEAD}# see C‸24, 汉字\n`],
    ["at its end", `${HEAD}# C24‸`],
  ])("%s", async (_, text) => {
    const found = await hover(text);
    expect(found!.covered).toBe("C24");
    expect(found!.markdown).toContain("**C24** · ");
    expect(found!.markdown).toContain("index error");
  });

  test("other words and ids that do not exist say nothing", async () => {
    expect(await hover(`${HEAD}# C9‸9`)).toBeUndefined();
    expect(await hover(`${HEAD}# wo‸rds C24`)).toBeUndefined();
  });
});

test("a sweep's parameter is told of as the key it changes", async () => {
  const { text, offset } = withCursor("parameters:\n  train.lea‸rning_rate: { values: [1.0e-4] }\n");
  const found = await hoverAt(sweepOf(text, folderOf()), offset, { patienceMs: 60_000 });
  expect(found!.markdown).toContain("**`train.learning_rate`** · a number above 0");
});

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkAnyText } from "../../../src/config/check-any.ts";
import { goalsFor, type Goal } from "../../../src/config/new-config/goals.ts";
import { methodChoices, parametersIn, type Gpu, type MethodChoice } from "../../../src/config/new-config/methods.ts";
import { modelChoices, modelNamed } from "../../../src/config/new-config/models.ts";
import { configFor, type MethodType } from "../../../src/config/new-config/text.ts";
import { EMBEDDED_TYPES, type Framework } from "../../../src/config/new-config/trainable.ts";
import { describeFile } from "../../../src/data/describe-file.ts";
import { FAMILIES } from "../../../src/trainers/tfjs/models/transformer/families.ts";
import { dataFolder } from "../../support/data-folder.ts";

/** Configs made for data files: they are right as they are, but for trainers that are not there yet. */

const jsonl = (rows: number, row: (index: number) => object): string =>
  Array.from({ length: rows }, (_, index) => `${JSON.stringify(row(index))}\n`).join("");
const say = (index: number): string => `Say the number ${index} in ${index + 2} words.`;

const ROWS: Readonly<Record<Goal, (index: number) => object>> = {
  classify: (at) => ({ text: say(at), label: at % 2 ? "ham" : "spam" }),
  tag: (at) => ({ tokens: ["Ada", "met", `Bob${at}`], ner_tags: ["PER", "O", at % 2 ? "PER" : "O"] }),
  chat: (at) => ({
    conversations: [
      { role: "user", content: say(at) },
      { role: "assistant", content: `${at}.` },
    ],
  }),
  answer: (at) => ({ instruction: say(at), input: `${at}`, output: `Number ${at}.` }),
  continue: (at) => ({ text: say(at) }),
  prefer: (at) => ({ prompt: say(at), chosen: `${at}, gladly.`, rejected: `No ${at}.` }),
  embed: (at) => ({ anchor: say(at), positive: `A passage about ${at}.` }),
};

/** A machine without GPU, cache, Python and network. */
const BARE = { PATH: "/nonexistent", HF_HOME: "/nonexistent", HOME: "/nonexistent" };

async function madeFor(goal: Goal, rows: number, model: string, framework: Framework, method: MethodType) {
  const folder = dataFolder({ "my data.jsonl": jsonl(rows, ROWS[goal]) });
  const path = join(folder, "my data.jsonl");
  const found = await describeFile(path);
  const choice = goalsFor(path, found).find((one) => one.goal === goal)!;
  const text = configFor({
    ...choice,
    columns: choice.columns!,
    dataFile: "my data.jsonl",
    evalFile: undefined,
    labels: goal === "classify" ? found.labels : undefined,
    rows: found.rows,
    name: "on",
    model,
    framework,
    method,
    positions: null,
  });
  return { text, ...(await checkAnyText(text, join(folder, "finetune.yaml"), { env: BARE })) };
}

const TORCH: [Goal, MethodType][] = (
  ["classify", "tag", "chat", "answer", "continue", "prefer", "embed"] as const
).flatMap((goal) => (["full", "lora", "qlora"] as const).map((method): [Goal, MethodType] => [goal, method]));

describe.each([12, 60, 1500])("with %d rows", (rows) => {
  test.each(TORCH)("PyTorch: %s, %s", async (goal, method) => {
    const { report, text } = await madeFor(goal, rows, "org/name-1B", "torch", method);
    const found = report.diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ id, message }) => ({ id, message }));
    expect(found.filter(({ id }) => id !== "C52")).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
    // Few rows are told of, nothing else that the template could have done better.
    const warned = report.diagnostics.filter(({ severity }) => severity === "warning").map(({ id }) => id);
    expect(warned.filter((id) => !["C13", "C18", "C20"].includes(id))).toEqual([]);
    expect(text).toMatch(/^# Made for my data\.jsonl: /);
  });
});

test.each([
  ["builtin:use-lite", "full"],
  ["builtin:use-lite", "freeze"],
  ["builtin:tiny", "full"],
  ["org/bert", "full"],
  ["org/bert", "freeze"],
] as const)("embedded trainer: %s, %s", async (model, method) => {
  const { report } = await madeFor("classify", 200, model, "tfjs", method);
  const said = report.diagnostics.filter(({ severity }) => severity !== "information");
  expect(said.map(({ id, message }) => `${id} ${message}`)).toEqual([]);
});

describe("the method that is recommended", () => {
  const gpu = (gib: number): Gpu => ({ name: "RTX", freeBytes: gib * 1024 ** 3, capability: 8.6 });
  const choices = async (goal: Goal, name: string, card: Gpu | undefined): Promise<MethodChoice[]> => {
    const about = {
      goal,
      task: goal === "classify" ? ("text-classification" as const) : ("causal-lm" as const),
      columns: {},
      isByName: false,
      dataFile: "a.jsonl",
      evalFile: undefined,
      labels: undefined,
      rows: 100,
      name: "a",
    };
    const around = { baseDir: dataFolder(), env: BARE };
    return methodChoices(about, await modelNamed(name, around), { ...around, gpu: card });
  };
  const names = (found: readonly MethodChoice[]): string[] =>
    found.map(({ framework, method }) => `${framework} ${method}`);

  test.each([
    ["org/name-7B", undefined, ["torch lora", "torch full", "torch qlora"]],
    ["org/name-7B", 24, ["torch lora", "torch qlora", "torch full"]],
    ["org/name-7B", 12, ["torch qlora", "torch lora", "torch full"]],
    ["org/name-7B", 2, ["torch qlora", "torch lora", "torch full"]],
    ["org/name", 24, ["torch lora", "torch qlora", "torch full"]],
  ])("%s with %s GiB", async (name, gib, expected) => {
    expect(names(await choices("chat", name, gib === undefined ? undefined : gpu(gib)))).toEqual(expected);
  });

  test("why is said with figures", async () => {
    const [first, , last] = await choices("chat", "org/name-7B", gpu(24));
    expect(first!.reason).toMatch(/^takes about \d+.* of the 24\.0 GB free on RTX$/);
    expect(last!.reason).toMatch(/^takes about \d+.*; RTX has 24\.0 GB free$/);
  });

  test("PyTorch comes first where there is a GPU for it, and built-in models have nothing else than the embedded trainer", async () => {
    expect(names(await choices("classify", "builtin:use-lite", undefined))).toEqual(["tfjs full", "tfjs freeze"]);
    expect(names(await choices("classify", "builtin:tiny", undefined))).toEqual(["tfjs full"]);
    const bert = await choices("classify", "distilbert/distilbert-base-uncased", gpu(24));
    expect(names(bert)[0]).toBe("torch full");
    expect(names(bert)).toContain("tfjs full");
    expect(names(await choices("classify", "distilbert/distilbert-base-uncased", undefined))[0]).toBe("tfjs full");
  });
});

describe("models", () => {
  const config = (type: string, more = {}): string => JSON.stringify({ model_type: type, ...more });
  const COMMIT = "0123456789012345678901234567890123456789";
  const cached = (id: string, type: string) => {
    const folder = `hub/models--${id.replace("/", "--")}`;
    return { [`${folder}/refs/main`]: COMMIT, [`${folder}/snapshots/${COMMIT}/config.json`]: config(type) };
  };

  test("those that suit come first, encoders write no texts, and what is broken is not proposed", async () => {
    const folder = dataFolder({
      ...cached("org/llm", "llama"),
      ...cached("org/encoder", "bert"),
      "models/mine/config.json": config("roberta"),
      "other/config.json": "{ broken",
      "app/config.json": "{}",
    });
    const around = { baseDir: folder, env: { HF_HOME: folder }, folders: ["models/mine", "other", "app"] };
    const found = async (goal: Goal) => (await modelChoices(goal, around)).map(({ name }) => name);
    expect((await found("classify")).slice(0, 5)).toEqual([
      "builtin:use-lite",
      "org/encoder",
      "./models/mine",
      "org/llm",
      "builtin:tiny",
    ]);
    expect((await found("tag")).slice(0, 2)).toEqual(["org/encoder", "./models/mine"]);
    const writers = await found("chat");
    expect(writers[0]).toBe("org/llm");
    expect(writers).not.toContain("org/encoder");
  });

  test("one that is typed in is known by its files where they are here", async () => {
    const folder = dataFolder({ "m/config.json": config("bert"), ...cached("org/llm", "llama") });
    const around = { baseDir: folder, env: { HF_HOME: folder } };
    expect(await modelNamed("m", around)).toMatchObject({ type: "bert" });
    expect(await modelNamed("org/llm", around)).toMatchObject({ type: "llama" });
    expect(await modelNamed("org/llm@none", around)).toMatchObject({ type: undefined });
  });

  test("sizes are read from names", () => {
    expect(["a/b-7B-it", "a/b-0.6B", "a/b-135m", "a/bert-base", "a/v2b"].map(parametersIn)).toEqual([
      7e9,
      0.6e9,
      135e6,
      undefined,
      undefined,
    ]);
  });

  test("the embedded trainer knows the kinds that are offered for it", () => {
    expect([...EMBEDDED_TYPES].toSorted()).toEqual(Object.keys(FAMILIES).toSorted());
  });
});

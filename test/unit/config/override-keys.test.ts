import { describe, expect, test } from "vitest";
import { overrideKeys, overrideText, suggestValues, usedValues } from "../../../src/config/override-keys.ts";
import { overrideProblem } from "../../../src/config/overrides.ts";

const named = (key: string) => overrideKeys().find((one) => one.key === key);

describe("keys an override can set", () => {
  test("come with type, default and the values the schema names", () => {
    expect(named("train.learning_rate")).toMatchObject({ type: expect.stringContaining("number") });
    expect(named("method.type")?.values).toEqual(["full", "freeze", "lora", "qlora", "distill"]);
    expect(named("method.use_dora")).toMatchObject({ values: ["true", "false"], default: "false" });
    expect(named("method.teacher.temperature")).toMatchObject({ default: "2", values: ["2"] });
  });

  test("are all understood by the reader of overrides", () => {
    const unknown = overrideKeys().filter(({ key }) => /no key|Unknown|called/.test(overrideProblem(`${key}=1`) ?? ""));
    expect(unknown.map(({ key }) => key)).toEqual([]);
  });

  test("the values they name are accepted", () => {
    const refused = overrideKeys()
      .flatMap(({ key, values }) => values.map((value) => `${key}=${value}`))
      .filter((pair) => overrideProblem(pair) !== undefined);
    expect(refused).toEqual([]);
  });
});

describe("values of earlier runs", () => {
  test("appear once each, newest first, as an override writes them", () => {
    const configs = [{ train: { lr: 2e-4 } }, { train: {} }, { train: { lr: 5e-5 } }, { train: { lr: 2e-4 } }];
    expect(usedValues(configs, "train.lr")).toEqual(["2e-4", "5e-5"]);
    expect(usedValues(configs, "train.lr", 1)).toEqual(["2e-4"]);
    expect(usedValues([{}], "__proto__.toString")).toEqual([]);
  });

  test("texts that YAML takes for something else are quoted", () => {
    expect([true, "true", "cosine", "6%", [1, 2], null].map(overrideText)).toEqual([
      "true",
      '"true"',
      "cosine",
      '"6%"',
      "[1,2]",
      "null",
    ]);
  });
});

describe("values offered for a key", () => {
  test("begin with what it has now, then those of earlier runs, then the schema's, each once", () => {
    const now = { method: { type: "lora" } };
    const earlier = [{ method: { type: "full" } }, { method: { type: "lora" } }];
    expect(suggestValues("method.type", { now, earlier })).toEqual([
      { value: "lora", why: "now" },
      { value: "full", why: "earlier" },
      { value: "freeze", why: "named" },
      { value: "qlora", why: "named" },
      { value: "distill", why: "named" },
    ]);
    expect(suggestValues("method.use_dora", { earlier: [] })).toEqual([
      { value: "true", why: "named" },
      { value: "false", why: "default" },
    ]);
    expect(suggestValues("no.such", { earlier: [] })).toEqual([]);
  });
});

describe("a pair that cannot be", () => {
  test("is answered with what is wrong, without words of the command line", () => {
    expect(overrideProblem("train.learning_rate=1e-4")).toBeUndefined();
    expect(overrideProblem("train.learning_rate=fast")).toMatch(/number/);
    expect(overrideProblem("train.lr=1")).toMatch(/learning_rate/);
    expect(overrideProblem("lonely")).toMatch(/key=value/);
    expect(overrideProblem("train.learning_rate=fast")).not.toMatch(/--set/);
  });
});

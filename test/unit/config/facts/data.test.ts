import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dataKey, FactCache } from "../../../../src/config/facts/cache.ts";
import { readDataFacts } from "../../../../src/config/facts/data.ts";
import { resolveConfig } from "../../../../src/config/resolve.ts";
import type { ResolvedConfig } from "../../../../src/config/types.ts";
import { dataFolder } from "../../../support/data-folder.ts";

const ROWS = "text,label\na,x\nb,y\nc,x\nd,y\n";

function configOf(data: Record<string, unknown>, more: Record<string, unknown> = {}): ResolvedConfig {
  const { config, diagnostics } = resolveConfig({
    version: 1,
    task: "text-classification",
    model: { name_or_path: "org/name" },
    data,
    ...more,
  });
  if (!config) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return config as ResolvedConfig;
}

describe("data that is not read says why", () => {
  const reason = async (data: Record<string, unknown>, more = {}) => {
    const found = await readDataFacts(configOf(data, more), dataFolder());
    return found.known ? undefined : [found.reason, found.problem?.id];
  };

  test("a data set of the hub, and rows that come while training", async () => {
    expect(await reason({ train: "imdb", format: "hf" })).toEqual([
      "imdb is a data set of the hub, which is not read here",
      undefined,
    ]);
    expect(await reason({ train: "t.csv", streaming: true }, { train: { max_steps: 5 } })).toEqual([
      "`data.streaming` is on, so that the rows are read while training",
      undefined,
    ]);
    const embedded = { model: { framework: "tfjs", name_or_path: "builtin:tiny" } };
    expect(await reason({ train: "imdb", format: "hf" }, embedded)).toEqual(["the data cannot be read", "C14"]);
  });

  test("what would be right comes with what is wrong", async () => {
    const folder = dataFolder({ "train.csv": ROWS, "chat.jsonl": '{"conversations": []}\n' });
    const suggestion = async (config: ResolvedConfig) => {
      const found = await readDataFacts(config, folder);
      return found.known ? undefined : found.problem?.suggestion;
    };
    expect(await suggestion(configOf({ train: "trian.csv" }))).toEqual({ name: "train.csv" });
    expect(await suggestion(configOf({ train: "train.csv", columns: { text: "txt" } }))).toEqual({
      columns: { text: "text" },
      isSpelling: true,
    });
    expect(await suggestion(configOf({ train: "train.csv", labels: ["x", "z"] }))).toEqual({ labels: ["x", "y"] });
    expect(
      await suggestion(configOf({ train: "chat.jsonl", columns: { text: "body" } }, { task: "causal-lm" })),
    ).toEqual({ columns: { text: null, messages: "conversations" } });
  });
});

describe("the cache", () => {
  test("reads again what changed: the file, or how it is read", async () => {
    const folder = dataFolder({ "t.csv": ROWS });
    const cache = new FactCache();
    const read = (data: Record<string, unknown> = {}, more = {}) =>
      readDataFacts(configOf({ train: "t.csv", ...data }, more), folder, undefined, cache);
    const first = await read();
    expect(await read({ max_length: 9 }, { train: { num_train_epochs: 7 } })).toBe(first);
    expect(await read({ eval_fraction: 0.5 })).not.toBe(first);
    expect(await read()).toBe(first);
    writeFileSync(join(folder, "t.csv"), `${ROWS}e,x\n`);
    const second = await read();
    expect(second).toMatchObject({ known: true, facts: { rows: { train: 4, eval: 1 } } });
    utimesSync(join(folder, "t.csv"), 1, 1);
    expect(await read()).not.toBe(second);
  });

  test("remembers what is wrong with a file until it is changed; not that it is missing", async () => {
    const folder = dataFolder({ "t.csv": "text,label\na,x\n" });
    const cache = new FactCache();
    const read = () => readDataFacts(configOf({ train: ["t.csv", "u.csv"] }), folder, undefined, cache);
    expect(await read()).toMatchObject({ known: false, problem: { id: "C14" } });
    writeFileSync(join(folder, "u.csv"), "text,label\nb,x\n");
    const broken = await read();
    expect(broken).toMatchObject({ known: false, problem: { id: "C17" } });
    expect(await read()).toBe(broken);
    writeFileSync(join(folder, "u.csv"), "text,label\nbb,y\n");
    expect(await read()).toMatchObject({ known: true });
  });

  test("forgets what was not asked for longest", () => {
    const cache = new FactCache();
    const facts = { known: false, reason: "none" } as const;
    for (let key = 0; key < 8; key++) cache.set(String(key), facts);
    cache.get("0");
    cache.set("8", facts);
    expect([cache.get("0"), cache.get("1"), cache.get("8")]).toEqual([facts, undefined, facts]);
  });

  test("a key holds no contents, only settings and what the disk says of the files", () => {
    const folder = dataFolder({ "t.csv": ROWS });
    const key = dataKey(configOf({ train: "t.csv" }), folder);
    expect(key).toBe(dataKey(configOf({ train: "t.csv" }), folder));
    expect(key).toContain(join(folder, "t.csv"));
  });
});

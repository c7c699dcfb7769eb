import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../src/config/parse.ts";
import { resolveConfig } from "../../../src/config/resolve.ts";

const HEAD = "version: 1\ntask: text-classification\nmodel: { name_or_path: builtin:tiny }\ndata: { train: t.csv }\n";

/** All findings of parsing and shape, as `line:column-endLine:endColumn id key`. */
function places(text: string): string[] {
  const parsed = parseConfig(text, "finetune.yaml");
  const { place, isBroken } = parsed;
  const shape = parsed.value ? resolveConfig(parsed.value, { place, isBroken }).diagnostics : [];
  return [...parsed.diagnostics, ...shape].map(
    ({ id, key, line, column, endLine, endColumn }) => `${line}:${column}-${endLine}:${endColumn} ${id} ${key}`,
  );
}

const message = (text: string): string | undefined => parseConfig(text, "finetune.yaml").diagnostics[0]?.message;

describe("places", () => {
  test("an unknown key covers the key, a bad value covers the value", () => {
    expect(places(`${HEAD}train: { sead: 1, max_steps: "x" }\n`)).toEqual([
      "5:10-5:14 C01 train.sead",
      "5:30-5:33 C62 train.max_steps",
    ]);
  });

  test("columns count UTF-16 units", () => {
    expect(places(`${HEAD}run: { name: "größe 🎉", sead: 1 }\n`)).toEqual(["5:26-5:30 C01 run.sead"]);
  });

  test("CRLF lines and a byte order mark move nothing", () => {
    const text = `sead: 1\n${HEAD}run:\n  seed: x\n`;
    const expected = ["1:1-1:5 C01 sead", "7:9-7:10 C62 run.seed"];
    expect(places(text)).toEqual(expected);
    expect(places(text.replaceAll("\n", "\r\n"))).toEqual(expected);
    expect(places(`\uFEFF${text.replaceAll("\n", "\r\n")}`)).toEqual(expected);
  });

  test("an entry of a list, and a value over several lines", () => {
    expect(places(`${HEAD}run:\n  tags:\n    - a\n    - 7\n`)).toEqual(["8:7-8:8 C62 run.tags.1"]);
    expect(places(`${HEAD}run:\n  name:\n    a: 1\n    b: 2\n\neval: {}\n`)).toEqual(["7:5-8:9 C62 run.name"]);
  });

  test("something absent stands at the nearest thing that is there", () => {
    expect(places("version: 1\ntask: text-classification\nmodel: {}\n")).toEqual([
      "3:1-3:6 C62 model.name_or_path",
      "2:1-2:5 C62 data.train",
    ]);
    expect(places(`${HEAD}eval: { strategy: steps }\n`)).toEqual(["5:1-5:5 C62 eval.steps"]);
    expect(places("task: text-classification\nmodel: {name_or_path: a}\ndata: {train: b}\n")).toEqual([
      "1:1-1:5 C62 version",
    ]);
  });

  test("through an alias", () => {
    expect(places(`${HEAD}run: { tags: &t [a] }\ntrain: { max_steps: *t }\n`)).toEqual([
      "6:21-6:23 C62 train.max_steps",
    ]);
  });
});

describe("what is not one YAML map is C00", () => {
  test("a key that stands twice", () => {
    expect(places("version: 1\ntask: script\ntask: causal-lm\n")).toEqual(["3:1-3:5 C00 "]);
    expect(message("version: 1\ntrain:\n  max_steps: 1\n  max_steps: 2\n")).toBe(
      "The key `max_steps` stands twice in the same map. Keep one of them.",
    );
  });

  test("several documents, a tab, broken brackets, aliases without bound", () => {
    expect(places("version: 1\n---\nversion: 1\n")).toEqual(["2:1-2:4 C00 "]);
    expect(message("version: 1\n\ttask: x\n")).toBe("A tab is used as indentation here. YAML takes spaces only.");
    expect(message("a: [1, 2\nb: 3\n")).toMatch(/^This is not YAML: /);
    const bomb = "a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c]\n";
    expect(message(bomb)).toMatch(/expand to too many values/);
  });

  test.each(["", "\n# nothing\n", "\uFEFF", "---\n"])("an empty file: %j", (text) => {
    expect(message(text)).toMatch(/^The file is empty\./);
    expect(places(text)).toEqual([expect.stringMatching(/^1:[14]-1:[14] C00 $/)]);
  });

  test.each(["- version: 1\n", "text\n", "3\n"])("no map: %j", (text) => {
    expect(message(text)).toMatch(/^A config is a map/);
  });
});

test("numbers and words are those of YAML 1.2", () => {
  const { value } = parseConfig("a: 1e-5\nb: no\nc: 010\nd: 1_000\ne: 0x10\nf: 12:30\n", "x");
  expect(value).toEqual({ a: 1e-5, b: "no", c: 10, d: "1_000", e: 16, f: "12:30" });
});

import { describe, expect, test } from "vitest";
import type { ConfigEdit } from "../../../../src/config/edit/fix.ts";
import { applyTextEdits, textEdits } from "../../../../src/config/edit/text-edits.ts";
import { readYaml } from "../../../../src/config/yaml.ts";

/** The text after changes, or undefined when they cannot be made. */
function edited(source: string, ...edits: ConfigEdit[]): string | undefined {
  const changes = textEdits({ source, document: readYaml(source) }, edits);
  return changes && applyTextEdits(source, changes);
}
const set = (key: string, value: unknown): ConfigEdit => ({ kind: "set", path: pathOf(key), value });
const remove = (key: string): ConfigEdit => ({ kind: "remove", path: pathOf(key) });
const move = (key: string, to: string, ...value: unknown[]): ConfigEdit => ({
  kind: "move",
  path: pathOf(key),
  to: pathOf(to),
  ...(value.length > 0 ? { value: value[0] } : {}),
});
const pathOf = (key: string): (string | number)[] =>
  key.split(".").map((name) => (/^\d+$/.test(name) ? Number(name) : name));

describe("set", () => {
  test.each<[string, string, ConfigEdit, string]>([
    ["a scalar", "a: 1 # one\nb: 2\n", set("a", 3), "a: 3 # one\nb: 2\n"],
    ["a quoted text", "a: 'x'  # c\n", set("a", "6%"), 'a: "6%"  # c\n'],
    ["in a flow map", "t: { a: 1, b: 2 } # c\n", set("t.a", [1, "x"]), "t: { a: [1, x], b: 2 } # c\n"],
    ["a key without a value", "a: # c\nb: 1\n", set("a", true), "a: true # c\nb: 1\n"],
    ["a key alone in braces", "t: { packing, b: 1 }\n", set("t.packing", true), "t: { packing: true, b: 1 }\n"],
    ["a folded text", "a: >\n  x\n  y\nb: 1\n", set("a", "z"), "a: z\nb: 1\n"],
    ["a value with a tag", "a: !!float 0.0002 # c\n", set("a", 1e-5), "a: 1.0e-5 # c\n"],
    ["a group", "a:\n  b: 1\n  c: 2 # c\nd: 3\n", set("a", "x"), "a: x # c\nd: 3\n"],
    [
      "a new key of a block",
      "a:\n    b: 1 # c\n    # d\ne: 2\n",
      set("a.c", 2),
      "a:\n    b: 1 # c\n    c: 2\n    # d\ne: 2\n",
    ],
    ["a new key of a flow map", "a: { b: 1, }\n", set("a.c", null), "a: { b: 1, c: null, }\n"],
    ["into empty braces", "a: {}\n", set("a.c", 1), "a: { c: 1 }\n"],
    ["into an empty group", "a: # c\nb: 1\n", set("a.c", 1), "a: # c\n  c: 1\nb: 1\n"],
    ["into a group that is null", "a: null\n", set("a.c", 1), "a: { c: 1 }\n"],
    [
      "into braces over several lines",
      "a: {\n  b: 1, # c\n  d: 2 # e\n}\n",
      set("a.f", 3),
      "a: {\n  b: 1, # c\n  d: 2, # e\n  f: 3\n}\n",
    ],
    ["into braces with a comma at the end", "a: {\n  d: 2, # e\n}\n", set("a.f", 3), "a: {\n  d: 2, # e\n  f: 3,\n}\n"],
    [
      "a new group where the schema has it",
      "version: 1\ntask: x\ntrack: { project: p }\n",
      set("train.max_steps", 5),
      "version: 1\ntask: x\ntrain:\n  max_steps: 5\ntrack: { project: p }\n",
    ],
    ["the first key", "# head\ntask: x\n", set("version", 1), "# head\nversion: 1\ntask: x\n"],
    [
      "with the file's indentation",
      "version: 1\ndata:\n    train: t\n",
      set("eval.steps", 5),
      "version: 1\ndata:\n    train: t\neval:\n    steps: 5\n",
    ],
    ["with the file's line ends", "version: 1\r\n", set("run.seed", 5), "version: 1\r\nrun:\r\n  seed: 5\r\n"],
    ["without a line end at the end", "version: 1", set("run.seed", 5), "version: 1\nrun:\n  seed: 5"],
    ["in a file of comments", "# only\n", set("version", 1), "# only\nversion: 1\n"],
    [
      "two levels down",
      "data: { train: t }\n",
      set("data.columns.text", "no"),
      'data: { train: t, columns: { text: "no" } }\n',
    ],
    ["an entry of a list", "a:\n  - x # c\n  - y\n", set("a.0", "z"), "a:\n  - z # c\n  - y\n"],
    ["one more entry of a list", "a:\n  - x # c\n", set("a.1", "z"), "a:\n  - x # c\n  - z\n"],
    ["one more entry in brackets", "a: [x]\n", set("a.1", "z"), "a: [x, z]\n"],
    ["behind Chinese words", "标签: 好 # 说明\na: 1\n", set("a", "坏"), "标签: 好 # 说明\na: 坏\n"],
    ["where an alias stands", "a: &x 1\nb: *x # c\n", set("b", 2), "a: &x 1\nb: 2 # c\n"],
    ["where an anchor stands", "a: &x 1\nb: *x\nc: *x\n", set("a", 2), "a: 2\nb: &x 1\nc: *x\n"],
    ["below an alias", "a: &x { p: 1 }\nb: *x\n", set("b.p", 2), "a: &x { p: 1 }\nb: { p: 2 }\n"],
    ["below an anchor", "a: &x { p: 1 }\nb: *x\n", set("a.p", 2), "a: { p: 2 }\nb: &x { p: 1 }\n"],
  ])("%s", (_name, source, edit, expected) => {
    expect(edited(source, edit)).toBe(expected);
  });

  test("a long list gets a line for each entry", () => {
    const labels = Array.from({ length: 30 }, (_, index) => `label-${index}`);
    const text = edited("version: 1\ndata:\n  train: t # c\n", set("data.labels", labels));
    expect(text).toContain("  train: t # c\n  labels:\n    - label-0\n    - label-1\n");
  });
});

describe("remove", () => {
  test.each<[string, string, ConfigEdit, string]>([
    ["a line with its comment", "a: 1 # one\nb: 2\n", remove("a"), "b: 2\n"],
    ["the last line", "a: 1\nb: 2", remove("b"), "a: 1\n"],
    ["a block", "a:\n  b: 1\n  c: 2\n# d\ne: 3\n", remove("a"), "# d\ne: 3\n"],
    ["the group that would be empty", "a:\n  b:\n    c: 2\nd: 1\n", remove("a.b.c"), "d: 1\n"],
    ["the first of a flow map", "a: { b: 1, c: 2 }\n", remove("a.b"), "a: { c: 2 }\n"],
    ["the last of a flow map", "a: { b: 1, c: 2 }\n", remove("a.c"), "a: { b: 1 }\n"],
    ["the last before a comma", "a: { b: 1, c: 2, }\n", remove("a.c"), "a: { b: 1, }\n"],
    ["lines of a flow map", "a: {\n  b: 1, # c\n  d: 2, # e\n}\n", remove("a.d"), "a: {\n  b: 1, # c\n}\n"],
    ["an entry of a list", "a:\n  - x\n  - y # c\nb: 1\n", remove("a.1"), "a:\n  - x\nb: 1\n"],
    ["an entry in brackets", "a: [x, y, z]\n", remove("a.1"), "a: [x, z]\n"],
    ["the only entry of a list", "a: [x]\nb: 1\n", remove("a.0"), "b: 1\n"],
    ["the first key in an entry of a list", "a:\n  - b: 1\n    c: 2\n", remove("a.0.b"), "a:\n  - c: 2\n"],
    ["a text over lines", "a: |\n  x\n\n  y\nb: 1\n", remove("a"), "b: 1\n"],
    ["an anchor that others use", "a: &x [1]\nb: *x\nc: *x\n", remove("a"), "b: &x [1]\nc: *x\n"],
    ["with the file's line ends", "a: 1 # c\r\nb: 2\r\n", remove("a"), "b: 2\r\n"],
  ])("%s", (_name, source, edit, expected) => {
    expect(edited(source, edit)).toBe(expected);
  });
});

describe("move", () => {
  test.each<[string, string, ConfigEdit, string]>([
    [
      "into a group that is not there",
      "version: 1\nlr: 1e-4 # tuned\n",
      move("lr", "train.learning_rate"),
      "version: 1\ntrain:\n  learning_rate: 1e-4 # tuned\n",
    ],
    [
      "into a group in block style",
      "lr: 1e-4 # tuned\ntrain:\n  max_steps: 5 # few\n",
      move("lr", "train.learning_rate"),
      "train:\n  max_steps: 5 # few\n  learning_rate: 1e-4 # tuned\n",
    ],
    [
      "into a group in braces",
      "lr: 1e-4 # tuned\ntrain: { max_steps: 5 }\n",
      move("lr", "train.learning_rate"),
      "train: { max_steps: 5, learning_rate: 1e-4 } # tuned\n",
    ],
    [
      "into a group in braces that has a comment",
      "lr: 1e-4 # tuned\ntrain: { max_steps: 5 } # few\n",
      move("lr", "train.learning_rate"),
      "# tuned\ntrain: { max_steps: 5, learning_rate: 1e-4 } # few\n",
    ],
    [
      "to another name",
      "train: { lr: '1' } # c\n",
      move("train.lr", "train.learning_rate"),
      "train: { learning_rate: '1' } # c\n",
    ],
    [
      "with another value",
      "train: { w: 0.06, b: 1 }\n",
      move("train.w", "train.warmup", "6%"),
      'train: { warmup: "6%", b: 1 }\n',
    ],
    [
      "out of a group that would be empty",
      "data: { lr: 1 }\ntrain:\n  max_steps: 5\n",
      move("data.lr", "train.learning_rate"),
      "train:\n  max_steps: 5\n  learning_rate: 1\n",
    ],
    [
      "a list in block style",
      "lora_target:\n  - q_proj # q\n  - v_proj\nmethod:\n  type: lora\n",
      move("lora_target", "method.target_modules"),
      "method:\n  type: lora\n  target_modules:\n    - q_proj # q\n    - v_proj\n",
    ],
    [
      "a list in block style into braces",
      "lora_target:\n  - q_proj\n  - v_proj\nmethod: { type: lora }\n",
      move("lora_target", "method.target_modules"),
      "method: { type: lora, target_modules: [q_proj, v_proj] }\n",
    ],
    [
      "a group to the left margin",
      "data:\n  train: t\n  eval:\n    steps: 5\n",
      move("data.eval", "eval"),
      "data:\n  train: t\neval:\n  steps: 5\n",
    ],
    [
      "what was a scalar into a group of its name",
      "data: x.csv # d\n",
      move("data", "data.train"),
      "data:\n  train: x.csv # d\n",
    ],
  ])("%s", (_name, source, edit, expected) => {
    expect(edited(source, edit)).toBe(expected);
  });
});

describe("several at once", () => {
  test("into a group that the first one makes", () => {
    const text = edited(
      "load_in_4bit: true # memory\nrun: { seed: 1 }\n",
      set("method.type", "qlora"),
      set("method.bits", 4),
      remove("load_in_4bit"),
    );
    expect(text).toBe("run: { seed: 1 }\nmethod:\n  type: qlora\n  bits: 4\n");
  });

  test("changes are told in terms of the text as it was, as small as they can be", () => {
    const source = "a: 1.0e-4\nb: 22\n";
    const changes = textEdits({ source, document: readYaml(source) }, [set("a", 2e-4), set("b", 23), set("b", 24)]);
    expect(changes).toEqual([
      { start: 3, end: 4, text: "2" },
      { start: 14, end: 15, text: "4" },
    ]);
  });

  test("a text put in the place of another moves with what was changed before it", () => {
    expect(edited("a: 1\nb: x\n", set("a", 1000), { kind: "replace", start: 8, end: 9, text: "y" })).toBe(
      "a: 1000\nb: y\n",
    );
    expect(edited("a: 1\n", set("a", 2), { kind: "replace", start: 3, end: 4, text: "3" })).toBeUndefined();
  });
});

test.each<[string, string, ConfigEdit]>([
  ["a key that is not there", "a: 1\n", remove("b")],
  ["below a scalar", "a: 1\n", set("a.b", 1)],
  ["a move to a place that is taken", "lr: 1\ntrain: { learning_rate: 2 }\n", move("lr", "train.learning_rate")],
  ["beyond the end of a list", "a: [1]\n", set("a.3", 1)],
  ["a key in brackets", "? [a]\n: 1\n", set("b.c.0.d", 1)],
])("cannot be made: %s", (_name, source, edit) => {
  expect(edited(source, edit)).toBeUndefined();
});

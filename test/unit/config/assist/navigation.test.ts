import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { definitionsAt } from "../../../../src/config/assist/definition.ts";
import { linksOf } from "../../../../src/config/assist/links.ts";
import { labelAt, renameLabel } from "../../../../src/config/assist/rename.ts";
import { applyTextEdits } from "../../../../src/config/edit/draft.ts";
import { dataFolder } from "../../../support/data-folder.ts";
import { documentOf, sweepOf, withCursor } from "./support.ts";

const HEAD = "version: 1\ntask: text-classification\n";
const COMMIT = "b".repeat(40);

function folderOf(): string {
  const folder = dataFolder({
    "data/a.csv": "text,label\n",
    "data/b.csv": "text,label\n",
    "größe/汉.jsonl": "{}\n",
    "mine/config.json": "{}",
    "mine/checkpoint-4/trainer_state.json": "{}",
    "chat.jinja": "x",
    "train.py": "",
    "venv/pyvenv.cfg": "",
    "venv/bin/python": "",
    [`hub/models--org--bert/snapshots/${COMMIT}/config.json`]: "{}",
    "hub/models--org--bert/refs/main": COMMIT,
  });
  mkdirSync(join(folder, "empty"));
  return folder;
}

function definitions(text: string): string[] {
  const folder = folderOf();
  const { text: whole, offset } = withCursor(text);
  const document = documentOf(whole, folder, { HF_HUB_CACHE: join(folder, "hub") });
  return definitionsAt(document, offset).map((found) =>
    found.kind === "path"
      ? `${found.path.replace(`${folder}/`, "")}${found.isFolder ? "/" : ""}`
      : whole.slice(found.target.start, found.target.end),
  );
}

describe("go to definition", () => {
  test.each([
    ["a data file", "data: { train: data/a‸.csv }", ["data/a.csv"]],
    ["an entry of a list", 'data: { train: [data/a.csv, "data/‸b.csv"] }', ["data/b.csv"]],
    ["a name beyond ASCII", "data: { eval: größe/‸汉.jsonl }", ["größe/汉.jsonl"]],
    ["all files of a pattern", "data: { train: data/*‸.csv }", ["data/a.csv", "data/b.csv"]],
    ["a model folder", "model: { name_or_path: ./mi‸ne }", ["mine/config.json"]],
    [
      "a model of the cache",
      "model: { name_or_path: org/‸bert }",
      [`hub/models--org--bert/snapshots/${COMMIT}/config.json`],
    ],
    ["a checkpoint", "checkpoint:\n  resume: mine/checkpoint-‸4", ["mine/checkpoint-4/trainer_state.json"]],
    ["a template", "data: { chat_template: chat.‸jinja }", ["chat.jinja"]],
    ["a folder that says nothing of itself", "run: { output_dir: emp‸ty }", ["empty/"]],
    ["an environment's settings", "hardware: { python: venv/bin/py‸thon }", ["venv/pyvenv.cfg"]],
    ["an anchor", "run: { tags: &t [a, b] }\nscript: { args: *‸t }", ["[a, b]"]],
    ["nothing that is not there", "data: { train: gone‸.csv }", []],
    ["nothing for a template that is written out", 'data: { chat_template: "{{ ‸x }}" }', []],
    ["nothing for other texts", "run: { name: chat.‸jinja }", []],
  ])("%s", (_, line, expected) => {
    expect(definitions(`${HEAD}${line}\n`)).toEqual(expected);
  });
});

test("links lead to single files; patterns and folders without a file have none", () => {
  const folder = folderOf();
  const text = `${HEAD}data: { train: [data/a.csv, data/*.csv], eval: gone.csv }\nmodel: { name_or_path: ./mine }\nrun: { output_dir: empty }\n`;
  const links = linksOf(documentOf(text, folder)).map(({ span, path }) => [text.slice(span.start, span.end), path]);
  expect(links).toEqual([
    ["data/a.csv", join(folder, "data/a.csv")],
    ["./mine", join(folder, "mine/config.json")],
  ]);
});

test("a sweep's base and its values lead on too", () => {
  const folder = dataFolder({ "finetune.yaml": HEAD, "data/a.csv": "x\n" });
  const text = "base: finetune.yaml\nparameters:\n  data.train: { values: [data/a.csv] }\n";
  const links = linksOf(sweepOf(text, folder));
  expect(links.map(({ path }) => path)).toEqual([join(folder, "finetune.yaml"), join(folder, "data/a.csv")]);
});

describe("rename of a label", () => {
  function renamed(text: string, name: string): string {
    const { text: whole, offset } = withCursor(text);
    const edits = renameLabel(documentOf(whole, folderOf()), offset, name);
    return "problem" in edits ? edits.problem : applyTextEdits(whole, edits);
  }

  test.each([
    ["bare", "data: { labels: [sp‸am, ham] }", "junk", "data: { labels: [junk, ham] }"],
    [
      "beyond ASCII",
      "data:\n  labels:\n    - 垃‸圾 # c\n    - ham\n",
      "正常",
      "data:\n  labels:\n    - 正常 # c\n    - ham\n",
    ],
    ["in its quotes", `data: { labels: ["sp‸am", 'ham'] }`, "a b", `data: { labels: ["a b", 'ham'] }`],
    ["in single quotes", `data: { labels: [spam, 'h‸am'] }`, "it's", `data: { labels: [spam, 'it''s'] }`],
    ["with quotes where they are needed", "data: { labels: [sp‸am, ham] }", "yes", 'data: { labels: ["yes", ham] }'],
    ["a number", "data: { labels: [‸1, 2] }", "one", "data: { labels: [one, 2] }"],
  ])("%s", (_, text, name, expected) => {
    expect(renamed(`${HEAD}${text}`, name)).toBe(`${HEAD}${expected}`);
  });

  test("what cannot be is said", () => {
    expect(renamed(`${HEAD}data: { labels: [sp‸am, ham] }`, "ham")).toBe("There is a label ham already.");
    expect(renamed(`${HEAD}data: { labels: [sp‸am, ham] }`, " ")).toBe("A label needs a name.");
    expect(renamed(`${HEAD}data: { train: sp‸am }`, "x")).toBe("There is no label here.");
  });

  test("everywhere in a sweep", () => {
    const text = "parameters:\n  data.labels: { values: [[a, b], [b, a]] }\n";
    const document = sweepOf(text, folderOf());
    const offset = text.indexOf("[a, b]") + 1;
    expect(labelAt(document, offset)?.label).toBe("a");
    const edits = renameLabel(document, offset, "c");
    expect("problem" in edits || applyTextEdits(text, edits)).toBe(
      "parameters:\n  data.labels: { values: [[c, b], [b, c]] }\n",
    );
  });
});

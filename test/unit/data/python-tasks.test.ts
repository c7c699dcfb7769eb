import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/base/errors.ts";
import { resolveConfig } from "../../../src/config/resolve.ts";
import type { ResolvedConfig } from "../../../src/config/types.ts";
import { readRows } from "../../../src/data/rows.ts";
import { noFaults } from "../../../src/data/scan/common.ts";
import { languageReader } from "../../../src/data/scan/language.ts";
import { pairReader } from "../../../src/data/scan/pairs.ts";
import { preferenceReader } from "../../../src/data/scan/preference.ts";
import type { Columns, NamedColumns, RowReader } from "../../../src/data/scan/reader.ts";
import { scanData } from "../../../src/data/scan/scan.ts";
import { tokenReader } from "../../../src/data/scan/tokens.ts";
import { LabelTally } from "../../../src/data/labels.ts";
import { heldOut } from "../../../src/data/split.ts";
import { dataFolder } from "../../support/data-folder.ts";
import { readInPython, type PythonAnswer } from "../../support/python-data.ts";

type Task = "causal-lm" | "preference" | "embedding" | "token-classification";
type Open = (table: Columns, named: NamedColumns) => RowReader;

const TASKS: Readonly<Record<Task, { loader: string; open: Open }>> = {
  "causal-lm": { loader: "load_language", open: languageReader },
  preference: { loader: "load_preference", open: preferenceReader },
  embedding: { loader: "load_pairs", open: pairReader },
  "token-classification": { loader: "load_token_classification", open: tokenReader },
};

interface Case {
  task: Task;
  files: Record<string, string>;
  data?: Record<string, unknown>;
  /** A Parquet fixture to take beside the files. */
  fixture?: string;
}

/** Row numbers, what the model sees and what it answers; and what the run's record gets. */
interface Seen {
  train: string[];
  eval: string[];
  labels: readonly string[];
  files: unknown;
  facts: unknown;
}

const configOf = ({ task, files, data }: Case): ResolvedConfig =>
  resolveConfig({
    version: 1,
    task,
    model: { framework: "torch", name_or_path: "org/name" },
    data: { train: Object.keys(files)[0]!, eval_fraction: 0.3, ...data },
  }).config as ResolvedConfig;

async function readHere({ task }: Case, config: ResolvedConfig, baseDir: string): Promise<Seen | PythonAnswer> {
  try {
    const { data, run } = config;
    const { labels, files, facts } = await scanData(config, baseDir);
    const train = await shownRows(task, data.train, config, baseDir);
    const evaluation = data.eval === null ? undefined : await shownRows(task, data.eval, config, baseDir);
    const held = heldOut(
      train.map(() => 0),
      1,
      data.eval_fraction,
      run.seed,
    );
    return {
      train: evaluation ? train : train.filter((_row, index) => !held[index]),
      eval: evaluation ?? train.filter((_row, index) => held[index]),
      labels,
      files,
      facts,
    };
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    return { code: problem.code, sentence: problem.sentence };
  }
}

async function shownRows(task: Task, spec: string | string[], { data }: ResolvedConfig, baseDir: string) {
  let reader: RowReader;
  const columns = (table: Columns): string[] => (reader = TASKS[task].open(table, data.columns)).columns;
  const shown: string[] = [];
  for await (const row of readRows({ spec, format: data.format, baseDir }, { columns })) {
    const { text, answer } = reader!.read(row, { quality: noFaults(), labels: new LabelTally() });
    shown.push(`${row.row}: ${text} → ${answer}`);
  }
  return shown;
}

interface Message {
  role: string;
  content: string;
}
type Passage = string | Message[];
type PythonRow = Record<string, unknown> & { row: number };

const textOf = (passage: Passage): string =>
  typeof passage === "string" ? passage : passage.map(({ content }) => content).join("\n");

/** The same of what Python read. */
function seenThere(task: Task, { data, ...error }: PythonAnswer): Seen | PythonAnswer {
  if (!data) return error;
  const show = (row: PythonRow): string => `${row.row}: ${SHOW[task](row)}`;
  const { kind: _kind, ...facts } = data["facts"] as Record<string, unknown>;
  return {
    train: (data["train"] as PythonRow[]).map(show),
    eval: (data["eval"] as PythonRow[]).map(show),
    labels: task === "token-classification" ? (data["labels"] as string[]) : [],
    files: data["files"],
    facts,
  };
}

const SHOW: Readonly<Record<Task, (row: PythonRow) => string>> = {
  "causal-lm": ({ kind, text, prompt, completion, messages }) => {
    if (kind === "text") return `${text as string} → null`;
    if (kind === "prompt-completion") return `${textOf(prompt as Passage)} → ${textOf(completion as Passage)}`;
    const spoken = messages as Message[];
    const last = spoken.findLastIndex(({ role }) => role === "assistant");
    return `${textOf(last < 0 ? spoken : spoken.slice(0, last))} → ${last < 0 ? "" : spoken[last]!.content}`;
  },
  preference: ({ prompt, chosen }) => `${textOf(prompt as Passage)} → ${textOf(chosen as Passage)}`,
  embedding: ({ anchor, positive }) => `${anchor as string} → ${positive as string | null}`,
  "token-classification": ({ tokens }) => `${(tokens as string[]).join(" ")} → null`,
};

async function compare(cases: Readonly<Record<string, Case>>): Promise<(Seen | PythonAnswer)[]> {
  const prepared = Object.values(cases).map((one) => {
    const baseDir = dataFolder(one.files);
    if (one.fixture)
      copyFileSync(join(import.meta.dirname, "../../fixtures/data", one.fixture), join(baseDir, one.fixture));
    return { one, config: configOf(one), baseDir };
  });
  const answers = readInPython(
    prepared.map(({ one, config, baseDir }) => ({ loader: TASKS[one.task].loader, config, baseDir })),
  );
  const all: (Seen | PythonAnswer)[] = [];
  for (const [index, name] of Object.keys(cases).entries()) {
    const { one, config, baseDir } = prepared[index]!;
    const here = await readHere(one, config, baseDir);
    expect(seenThere(one.task, answers[index]!), name).toEqual(here);
    all.push(here);
  }
  return all;
}

const lines = (...rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const user = { role: "user", content: "hello" };
const bot = { role: "assistant", content: "good day" };

test("every form of language data is recognised alike, with the same rows and the same split", async () => {
  const task = "causal-lm";
  const chats = Array.from({ length: 7 }, (_, row) => ({ messages: [user, { ...bot, content: `answer ${row}` }] }));
  const found = await compare({
    text: { task, files: { "t.jsonl": lines({ id: 1, Text: "a" }, { id: 2, Text: "b" }, { id: 3, Text: "" }) } },
    prompts: { task, files: { "t.csv": 'question,answer\na,b\n"c\nd",e\n' } },
    "prompts as messages": {
      task,
      files: { "t.jsonl": lines({ prompt: [user], completion: [bot] }, { prompt: "a", completion: [bot] }) },
    },
    "named columns": {
      task,
      files: { "t.jsonl": lines({ q: "a", a: "b", text: "c" }) },
      data: { columns: { prompt: "q", completion: "a" } },
    },
    "a column named, the other usual": {
      task,
      files: { "t.jsonl": lines({ instruction: "a", output: "b", input: "c" }) },
      data: { columns: { completion: "output" } },
    },
    alpaca: {
      task,
      files: {
        "t.jsonl": lines({ instruction: "a", input: "x", output: "b" }, { instruction: "c", input: "", output: "d" }),
      },
    },
    "alpaca without input": { task, files: { "t.tsv": "Instruction\tResponse\na\tb\n" } },
    messages: { task, files: { "t.jsonl": lines(...chats) } },
    "conversations of ShareGPT as JSON in a text": {
      task,
      files: {
        "t.jsonl": lines(
          {
            conversations: JSON.stringify([
              { from: "human", value: "a" },
              { from: "gpt", value: "b" },
            ]),
          },
          {
            conversations: [
              { from: "system", value: "s" },
              { from: "human", value: "c" },
              { from: "function_call", value: "{}" },
            ],
          },
        ),
      },
    },
    "content in parts, calls, a turn without answer": {
      task,
      files: {
        "t.jsonl": lines(
          {
            messages: [
              { role: "user", content: [{ type: "text", text: "a" }, "b", { type: "image" }] },
              { role: "assistant", content: null, tool_calls: [{ id: "1" }] },
            ],
          },
          { messages: [user] },
          { messages: [user, { role: 7, content: { deep: [1.5, null] } }] },
        ),
      },
    },
    "Parquet and a list of files": {
      task,
      files: { "a.jsonl": lines({ text: "first" }) },
      fixture: "six-zstd.parquet",
      data: { train: ["a.jsonl", "six-zstd.parquet"] },
    },
    "evaluation data": {
      task,
      files: { "t.jsonl": lines({ text: "a" }), "e.jsonl": lines({ text: "b" }, { text: "  " }) },
      data: { eval: "e.jsonl" },
    },
  });
  expect(found.map((one) => ("code" in one ? one.sentence : (one as Seen).train.length))).not.toContain(0);
  expect(found.filter((one) => "code" in one)).toEqual([]);
});

test("preferences, pairs and tokens", async () => {
  const tokens = "token-classification";
  const found = await compare({
    "answers as texts": {
      task: "preference",
      files: {
        "t.jsonl": lines({ prompt: "a", chosen: "b", rejected: "c" }, { prompt: "d", chosen: 5, rejected: "f" }),
      },
    },
    "answers as messages": {
      task: "preference",
      files: { "t.jsonl": lines({ chosen: [user, bot], rejected: [user, { ...bot, content: "no" }] }) },
    },
    "a prompt beside whole conversations": {
      task: "preference",
      files: {
        "t.jsonl": lines({ prompt: "hello", chosen: [user, bot], rejected: [user, { ...bot, content: "no" }] }),
      },
    },
    "named answers": {
      task: "preference",
      files: { "t.csv": "good,bad,question\na,b,c\n" },
      data: { columns: { chosen: "good", rejected: "bad" } },
    },
    pairs: { task: "embedding", files: { "t.csv": "sentence1,sentence2\na,b\nc,d\ne,f\n" } },
    triplets: { task: "embedding", files: { "t.jsonl": lines({ anchor: "a", positive: "b", negative: "c" }) } },
    scores: { task: "embedding", files: { "t.csv": "sentence1,sentence2,score\na,b,0.5\nc,d, 1e-3 \ne,f,-4.\n" } },
    "scores by name": {
      task: "embedding",
      files: { "t.csv": "premise,hypothesis,label\na,b,1\n" },
      data: { columns: { label: "label" } },
    },
    classes: { task: "embedding", files: { "t.csv": "text,label\na,x\nc,y\n" } },
    "tokens and names": {
      task: tokens,
      files: {
        "t.jsonl": lines(
          { tokens: ["Ada", 5, true], ner_tags: ["PER", "O", "O"] },
          { tokens: [], ner_tags: [] },
          { tokens: ["Bob"], ner_tags: ["PER"] },
        ),
      },
    },
    "tokens in CSV": { task: tokens, files: { "t.csv": 'words,tags\n"[""a"", ""b""]","[""x"", ""y""]"\n' } },
    "numbers as places": {
      task: tokens,
      files: {
        "t.jsonl": lines({ tokens: ["Ada", "met"], ner_tags: [1, 0] }),
        "e.jsonl": lines({ tokens: ["a"], ner_tags: [2] }),
      },
      data: { labels: ["O", "PER", "LOC"], eval: "e.jsonl" },
    },
    "numbers without names, one in the evaluation data only": {
      task: tokens,
      files: {
        "t.jsonl": lines({ tokens: ["Ada", "met"], tags: [10, 9] }),
        "e.jsonl": lines({ tokens: ["a"], tags: [2] }),
      },
      data: { eval: "e.jsonl" },
    },
  });
  expect(found.filter((one) => "code" in one)).toEqual([]);
});

test("what is wrong is said in the same words", async () => {
  const tokens = "token-classification";
  const cases: Record<string, Case> = {
    "data-shape-unknown": { task: "causal-lm", files: { "t.csv": "alpha,beta,,\na,b,,\n" } },
    "data-text-missing": { task: "causal-lm", files: { "t.jsonl": lines({ text: "a" }, { prompt: "b" }) } },
    "data-text-not-text": { task: "causal-lm", files: { "t.jsonl": lines({ prompt: "a", completion: { b: 1 } }) } },
    "data-messages-malformed": {
      task: "causal-lm",
      files: { "t.jsonl": lines({ messages: [user] }, { messages: "hello" }) },
    },
    "data-messages-malformed 2": { task: "causal-lm", files: { "t.jsonl": lines({ messages: [user, "x"] }) } },
    "data-messages-malformed 3": { task: "causal-lm", files: { "t.jsonl": lines({ messages: [user] }, { a: "x" }) } },
    "data-prompt-column-missing": {
      task: "causal-lm",
      files: { "t.csv": "text\na\n" },
      data: { columns: { completion: "text" } },
    },
    "data-messages-column-missing": {
      task: "causal-lm",
      files: { "t.csv": "mesages\na\n" },
      data: { columns: { messages: "messages" } },
    },
    "data-preference-missing": { task: "preference", files: { "t.csv": "prompt,chosen\na,b\n" } },
    "data-preference-missing 2": { task: "preference", files: { "t.csv": "a\na\n" } },
    "data-completion-column-missing": { task: "embedding", files: { "t.csv": "text,other\na,b\n" } },
    "data-label-not-a-class": { task: "embedding", files: { "t.jsonl": lines({ text: "a", score: 0.5 }) } },
    "data-score-not-a-number": { task: "embedding", files: { "t.csv": "text1,text2,score\na,b,1\nc,d,high\n" } },
    "data-score-not-a-number 2": { task: "embedding", files: { "t.csv": "text1,text2,score\na,b\n" } },
    "data-score-not-a-number 3": {
      task: "embedding",
      files: { "t.jsonl": lines({ query: "a", answer: "b", similarity: false }) },
    },
    "data-label-count": { task: tokens, files: { "t.jsonl": lines({ tokens: ["a", "b"], tags: ["x"] }) } },
    "data-list-missing": { task: tokens, files: { "t.csv": "tokens,tags\na b,x y\n" } },
    "data-list-missing 2": {
      task: tokens,
      files: { "t.jsonl": lines({ tokens: ["a"], tags: ["x"] }, { tokens: ["b"] }) },
    },
    "data-token-not-text": { task: tokens, files: { "t.jsonl": lines({ tokens: ["a", null], tags: ["x", "y"] }) } },
    "data-label-missing": { task: tokens, files: { "t.jsonl": lines({ tokens: ["a", "b"], tags: ["x", null] }) } },
    "data-label-id": {
      task: tokens,
      files: { "t.jsonl": lines({ tokens: ["a", "b"], tags: [0, 2] }) },
      data: { labels: ["O", "PER"] },
    },
    "data-label-unknown": {
      task: tokens,
      files: { "t.jsonl": lines({ tokens: ["a", "b"], tags: ["O", "PRE"] }) },
      data: { labels: ["O", "PER"] },
    },
    "data-one-class": { task: tokens, files: { "t.jsonl": lines({ tokens: ["a", "b"], tags: ["O", "O"] }) } },
  };
  const found = await compare(cases);
  expect(found.map((one) => (one as PythonAnswer).code)).toEqual(
    Object.keys(cases).map((name) => name.replace(/ \d$/, "")),
  );
});

import { join } from "node:path";
import { expect, test } from "vitest";
import { goalReason, goalsFor, type Goal, type Roles } from "../../../src/config/new-config/goals.ts";
import { describeFile } from "../../../src/data/describe-file.ts";
import { dataFolder } from "../../support/data-folder.ts";

/** What a data file is recognised as, by its columns and what they hold. */

const file = (name: string, text: string): string => join(dataFolder({ [name]: text }), name);

const jsonl = (row: (index: number) => object): string =>
  Array.from({ length: 12 }, (_, index) => JSON.stringify(row(index))).join("\n");
const csv = (header: string, row: (index: number) => string): string =>
  [header, ...Array.from({ length: 12 }, (_, index) => row(index))].join("\n");
const talk = (user: string) => [
  { role: "user", content: user },
  { role: "assistant", content: "An answer." },
];

const FILES: [name: string, text: string, goal: Goal | undefined, columns: Roles | undefined][] = [
  ["spam.csv", csv("text,label", (at) => `text number ${at},${at % 2}`), "classify", { text: "text", label: "label" }],
  [
    "tickets.csv",
    csv("nr,what,kind", (at) => `${at},ticket number ${at} says a lot,${at % 3}`),
    "classify",
    { text: "what", label: "kind" },
  ],
  [
    "ner.jsonl",
    jsonl(() => ({ tokens: ["Ada", "met"], ner_tags: ["PER", "O"] })),
    "tag",
    { tokens: "tokens", label: "ner_tags" },
  ],
  [
    "counted.csv",
    csv("text,label,tokens", (at) => `text number ${at},${at % 2},${at + 3}`),
    "classify",
    { text: "text", label: "label" },
  ],
  ["chat.jsonl", jsonl((at) => ({ messages: talk(`Question ${at}?`) })), "chat", { messages: "messages" }],
  [
    "sharegpt.jsonl",
    jsonl((at) => ({ id: at, conversations: [{ from: "human", value: `Question ${at}?` }] })),
    "chat",
    { messages: "conversations" },
  ],
  [
    "pairs.jsonl",
    jsonl((at) => ({ prompt: `Say ${at}`, completion: "Said." })),
    "answer",
    { prompt: "prompt", completion: "completion" },
  ],
  [
    "alpaca.jsonl",
    jsonl((at) => ({ instruction: `Say ${at}`, input: "", output: `Said ${at}.` })),
    "answer",
    { prompt: "instruction", completion: "output" },
  ],
  [
    "faq.csv",
    csv("question,answer", (at) => `What is ${at}?,It is number ${at}.`),
    "answer",
    { prompt: "question", completion: "answer" },
  ],
  [
    "dpo.jsonl",
    jsonl((at) => ({ prompt: `Say ${at}`, chosen: "Gladly.", rejected: "No." })),
    "prefer",
    { prompt: "prompt", chosen: "chosen", rejected: "rejected" },
  ],
  [
    "triples.jsonl",
    jsonl((at) => ({ anchor: `query number ${at % 3}`, positive: `passage number ${at}` })),
    "embed",
    { text: "anchor", completion: "positive" },
  ],
  [
    "books.jsonl",
    jsonl((at) => ({ id: at, text: `Chapter ${at} tells of something else.` })),
    "continue",
    { text: "text" },
  ],
  ["numbers.csv", csv("a,b", (at) => `${at},${at * 2}`), undefined, undefined],
];

test.each(FILES)("%s", async (name, text, goal, columns) => {
  const path = file(name, `${text}\n`);
  const [first, ...others] = goalsFor(path, await describeFile(path));
  expect(first!.columns).toEqual(columns);
  if (goal !== undefined) expect(first!.goal).toBe(goal);
  expect(new Set([first, ...others].map((choice) => choice!.goal)).size).toBe(7);
});

test("instruction, input and output are left to their names, for naming two would lose the third", async () => {
  const alpaca = file(
    "more.jsonl",
    jsonl((at) => ({ instruction: `Say ${at}`, input: "x", output: "y" })),
  );
  expect(goalsFor(alpaca, await describeFile(alpaca))[0]).toMatchObject({ goal: "answer", isByName: true });
});

test("why a goal comes first is said, and what the others would need", async () => {
  const spam = file(
    "why.csv",
    csv("text,label", (at) => `text number ${at},${at % 2}`),
  );
  const goals = goalsFor(spam, await describeFile(spam));
  expect(goalReason(goals[0]!)).toBe("by its columns `text`, `label`");
  expect(goalReason(goals.find(({ goal }) => goal === "prefer")!)).toBe("asks for its columns: chosen, rejected");
});

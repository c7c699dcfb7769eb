import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CodeActionKind,
  CompletionRequest,
  DefinitionRequest,
  DocumentFormattingRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  HoverRequest,
  InlayHintRequest,
  RenameRequest,
  type TextEdit,
} from "vscode-languageserver/node";
import { edited, editedBy, LanguageServer } from "../../support/language-server.ts";

const CONFIG = `version: 1
task: text-classification
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data:
  train: toy.csv
  labels: [a, b]
train:
  num_train_epochs: 3
  lr: 0.003
`;
const ROWS = `text,label\n${Array.from({ length: 40 }, (_, i) => `word${i} other${i},${i % 2 ? "a" : "b"}`).join("\n")}\n`;

let server: LanguageServer;
beforeAll(async () => {
  server = await LanguageServer.start();
  server.write("toy.csv", ROWS);
});
afterAll(() => server.stop());

const opened = async (name: string, text = CONFIG) => {
  await server.open(name, text);
  await server.diagnostics(name, (all) => all.length > 0);
  return { textDocument: { uri: server.uri(name) } };
};
const LINE_OF_LR = { line: 8, character: 4 };

describe("code actions", () => {
  test("a fix changes the text as the finding says, for the version it was found in", async () => {
    await opened("fix.finetune.yaml");
    const actions = await server.actions("fix.finetune.yaml", { start: LINE_OF_LR, end: LINE_OF_LR });
    const preferred = actions.find(({ isPreferred }) => isPreferred);
    expect(preferred?.diagnostics?.[0]).toMatchObject({ code: "C01", source: "Tuning Fork" });
    expect(preferred?.edit?.documentChanges?.[0]).toMatchObject({ textDocument: { version: 1 } });
    expect(edited(CONFIG, preferred!)).toBe(CONFIG.replace("  lr: 0.003", "  learning_rate: 0.003"));
  });

  test("an interpreter that does not do is mended by an environment: a command, not an edit", async () => {
    const name = "python.finetune.yaml";
    const text = `version: 1\ntask: text-classification\nmodel: { name_or_path: org/name }\ndata: { train: toy.csv }\nhardware: { python: ./nothing/bin/python }\n`;
    await server.open(name, text);
    await server.diagnostics(name, (all) => all.some(({ code }) => code === "C52"));
    const place = { line: 4, character: 24 };
    const actions = await server.actions(name, { start: place, end: place });
    const commands = actions.filter(({ command }) => command);
    expect(commands.map(({ command, diagnostics }) => [command, diagnostics?.[0]?.code])).toEqual([
      [
        {
          title: "Create an environment for this config",
          command: "tuningFork.createEnvironment",
          arguments: [server.uri(name)],
        },
        "C52",
      ],
    ]);
  });

  test("all safe fixes at once, where they are asked for", async () => {
    await opened("all.finetune.yaml", CONFIG.replace("num_train_epochs", "num_epochs"));
    const start = { line: 0, character: 0 };
    const whole = { start, end: { line: 9, character: 0 } };
    const [all] = await server.actions("all.finetune.yaml", whole, [CodeActionKind.SourceFixAll]);
    expect(all?.kind).toBe("source.fixAll.tuningFork");
    expect(edited(CONFIG.replace("num_train_epochs", "num_epochs"), all!)).toBe(
      CONFIG.replace("  lr:", "  learning_rate:"),
    );
  });

  test("a warning is silenced by a comment above its line, an error of the first second is not", async () => {
    const text = CONFIG.replace("lr: 0.003", "warmup: 1");
    await server.open("ignore.finetune.yaml", text);
    const found = await server.diagnostics("ignore.finetune.yaml", (all) => all.some(({ severity }) => severity === 2));
    const warning = found.find(({ severity }) => severity === 2)!;
    const actions = await server.actions("ignore.finetune.yaml", warning.range);
    const ignore = actions.find(({ title }) => title === `Ignore ${String(warning.code)} here`);
    const line = text.split("\n")[warning.range.start.line]!;
    const comment = `${/^ */.exec(line)![0]}# tuning-fork: ignore ${String(warning.code)}`;
    expect(edited(text, ignore!)).toBe(text.replace(line, `${comment}\n${line}`));
    await opened("certain.finetune.yaml");
    const certain = await server.actions("certain.finetune.yaml", { start: LINE_OF_LR, end: LINE_OF_LR });
    expect(certain.filter(({ title }) => title.startsWith("Ignore"))).toEqual([]);
  });
});

test("completion offers the keys of the group", async () => {
  const name = "completion.finetune.yaml";
  const params = await opened(name, CONFIG.replace("lr: 0.003", "lea"));
  const list = await server.connection.sendRequest(CompletionRequest.type, {
    ...params,
    position: { line: 8, character: 5 },
  });
  const items = Array.isArray(list) ? list : (list?.items ?? []);
  expect(items.map(({ label }) => label)).toContain("learning_rate");
});

test("a hover tells the meaning of a key, and why what was found there matters", async () => {
  const params = await opened("hover.finetune.yaml");
  const key = await server.connection.sendRequest(HoverRequest.type, {
    ...params,
    position: { line: 7, character: 6 },
  });
  expect(JSON.stringify(key?.contents)).toContain("num_train_epochs");
  const found = await server.connection.sendRequest(HoverRequest.type, { ...params, position: LINE_OF_LR });
  expect(JSON.stringify(found?.contents)).toContain("**C01**");
});

test("hints, symbols, folding, definition, formatting and renaming are answered", async () => {
  const name = "rest.finetune.yaml";
  const text = CONFIG.replace("lr: 0.003", "learning_rate:   0.003");
  await server.open(name, text);
  const { connection } = server;
  const params = { textDocument: { uri: server.uri(name) } };
  const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const hints = await connection.sendRequest(InlayHintRequest.type, { ...params, range });
  expect(hints?.length).toBeGreaterThan(0);
  const symbols = await connection.sendRequest(DocumentSymbolRequest.type, params);
  expect(symbols?.map((symbol) => symbol.name)).toEqual(["version", "task", "model", "data", "train"]);
  const folds = await connection.sendRequest(FoldingRangeRequest.type, params);
  expect(folds).toContainEqual(expect.objectContaining({ startLine: 3, endLine: 5 }));
  const definition = await connection.sendRequest(DefinitionRequest.type, {
    ...params,
    position: { line: 4, character: 10 },
  });
  expect(JSON.stringify(definition)).toContain("toy.csv");
  const formatted = await connection.sendRequest(DocumentFormattingRequest.type, {
    ...params,
    options: { tabSize: 2, insertSpaces: true },
  });
  expect(editedBy(text, formatted ?? [])).toBe(text.replace("learning_rate:   ", "learning_rate: "));
  const renamed = await connection.sendRequest(RenameRequest.type, {
    ...params,
    position: { line: 5, character: 11 },
    newName: "spam",
  });
  const changes = (renamed?.documentChanges ?? []).flatMap((one) => ("edits" in one ? (one.edits as TextEdit[]) : []));
  expect(editedBy(text, changes)).toBe(text.replace("labels: [a,", "labels: [spam,"));
});

test("a question about a file that is not open, or no config, has no answer and no error", async () => {
  const textDocument = { uri: server.uri("nowhere.finetune.yaml") };
  const position = { line: 0, character: 0 };
  expect(await server.connection.sendRequest(HoverRequest.type, { textDocument, position })).toBeNull();
  expect(await server.actions("nowhere.finetune.yaml", { start: position, end: position })).toEqual([]);
});

test("hovers and completions speak the language of the editor: meaning, default and reason of a key, why a check matters", async () => {
  const meaning = "Passes over the training rows; parts of an epoch are allowed.";
  const why = "Elsewhere an unknown key is dropped silently, and the run is not what was asked for.";
  const method = "by method: full and distill 2e-5, lora and qlora 2e-4, freeze 1e-3";
  const texts = { [meaning]: "遍历训练行的次数。", [why]: "未知的键会被悄悄丢弃。", [method]: "按方法" };
  server.write("bundle.l10n.zh-cn.json", JSON.stringify(texts));
  const chinese = await LanguageServer.start({ language: { name: "zh-cn", folder: server.folder } });
  try {
    chinese.write("toy.csv", ROWS);
    const name = "finetune.yaml";
    await chinese.open(name, CONFIG);
    await chinese.diagnostics(name, (all) => all.length > 0);
    const textDocument = { uri: chinese.uri(name) };
    const hover = async (position: { line: number; character: number }): Promise<string> =>
      JSON.stringify((await chinese.connection.sendRequest(HoverRequest.type, { textDocument, position }))?.contents);
    expect(await hover({ line: 7, character: 6 })).toContain("遍历训练行的次数。");
    expect(await hover(LINE_OF_LR)).toContain("**C01** 未知的键会被悄悄丢弃。");
    await chinese.change(name, 2, CONFIG.replace("lr: 0.003", "learning_rate: 0.003"));
    expect(await hover(LINE_OF_LR)).toContain("按方法");
  } finally {
    await chinese.stop();
  }
});

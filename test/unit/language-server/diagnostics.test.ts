import { afterAll, beforeAll, expect, test } from "vitest";
import type { Diagnostic } from "vscode-languageserver/node";
import { LanguageServer, textOf } from "../../support/language-server.ts";

const CONFIG = `version: 1
task: text-classification
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data: { train: toy.csv, eval_fraction: 0.25, max_length: 16 }
train: { num_train_epochs: 3, per_device_train_batch_size: 8, learning_rate: 0.003 }
`;
const ROWS = `text,label\n${Array.from({ length: 40 }, (_, i) => `word${i} other${i},${i % 2 ? "a" : "b"}`).join("\n")}\n`;

let server: LanguageServer;
beforeAll(async () => {
  server = await LanguageServer.start();
  server.write("toy.csv", ROWS);
});
afterAll(() => server.stop());

const texts = (found: readonly Diagnostic[]): string[] => found.map(textOf);
const codes = (found: readonly Diagnostic[]): unknown[] => found.map(({ code }) => code);

test("what the text says is published with its place, its check's id and a link to the check", async () => {
  await server.open("finetune.yaml", CONFIG.replace("learning_rate: 0.003", "learning_rate: fast"));
  const [problem] = await server.diagnostics("finetune.yaml", (found) => codes(found).includes("C62"));
  expect(problem).toMatchObject({
    code: "C62",
    severity: 1,
    source: "Tuning Fork",
    range: { start: { line: 4, character: 77 }, end: { line: 4, character: 81 } },
  });
  expect(problem!.codeDescription?.href).toMatch(/^file:.*\/docs\/config\.md#L\d+$/);
});

test("data, model and machine are looked at after the text, and their results are added to what is shown", async () => {
  const text = CONFIG.replace("toy.csv", "absent.csv").replace("learning_rate: 0.003", "learning_rate: fast");
  await server.open("tiers.finetune.yaml", text);
  const found = await server.diagnostics("tiers.finetune.yaml", (all) => codes(all).includes("C14"));
  expect(codes(found)).toContain("C62");
  const [first] = server.published("tiers.finetune.yaml");
  expect(codes(first!.diagnostics)).toContain("C62");
  expect(codes(first!.diagnostics)).not.toContain("C14");
});

test("a data file that comes or changes on disk is looked at again", async () => {
  await server.open("later.finetune.yaml", CONFIG.replace("toy.csv", "later.csv"));
  await server.diagnostics("later.finetune.yaml", (all) => codes(all).includes("C14"));
  server.write("later.csv", ROWS);
  await server.diagnostics("later.finetune.yaml", (all) => !codes(all).includes("C14"));
  server.write("later.csv", "text,label\nonly one,a\n");
  await server.diagnostics("later.finetune.yaml", (all) => all.some(({ severity }) => severity === 1));
});

test("what slower checks found moves with its line until they have run again, and goes with its line", async () => {
  const name = "moving.finetune.yaml";
  const text = CONFIG.replace("toy.csv", "absent.csv");
  await server.open(name, text);
  const [before] = await server.diagnostics(name, (all) => codes(all).includes("C14"));
  const at = { line: 1, character: 0 };
  await server.change(name, 2, "# a comment\n", { start: at, end: at });
  await server.diagnostics(name, (_all, version) => version === 2);
  const moved = server.published(name).find(({ version }) => version === 2)!.diagnostics;
  expect(moved.find(({ code }) => code === "C14")?.range.start).toEqual({
    ...before!.range.start,
    line: before!.range.start.line + 1,
  });
  await server.change(name, 3, text.replace(/^data.*$/m, "data: { train: other.csv }"));
  await server.diagnostics(name, (_all, version) => version === 3);
  const after = server.published(name).find(({ version }) => version === 3)!.diagnostics;
  expect(codes(after)).not.toContain("C14");
  await server.diagnostics(name, (all) => codes(all).includes("C14"));
});

test("a change ends the check of what was before: nothing older is published after something newer", async () => {
  const name = "typing.finetune.yaml";
  await server.open(name, CONFIG);
  for (let version = 2; version <= 30; version++)
    await server.change(name, version, CONFIG.replace("0.003", `0.003${version}`).replace("toy.csv", "absent.csv"));
  await server.diagnostics(name, (all, version) => version === 30 && codes(all).includes("C14"));
  const versions = server.published(name).map(({ version }) => version!);
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  const withData = server.published(name).filter(({ diagnostics }) => codes(diagnostics).includes("C14"));
  expect(withData.every(({ version }) => version === 30)).toBe(true);
});

test("what could not be checked is said once for each reason, with the checks it is about", async () => {
  const config = CONFIG.replace('"builtin:tiny"', "somebody/some-model").replace("framework: tfjs, ", "");
  await server.open("unknown.finetune.yaml", config);
  const isUnchecked = (text: string): boolean => /^Not checked.*somebody\/some-model/.test(text);
  const found = await server.diagnostics("unknown.finetune.yaml", (all) => texts(all).some(isUnchecked));
  const about = found.filter((one) => texts([one]).some(isUnchecked));
  expect(about).toHaveLength(1);
  expect(texts(about)[0]).toMatch(/^Not checked: C\d\d.*, because .*somebody\/some-model.*\.$/);
  expect(about[0]).toMatchObject({ severity: 3, range: { start: { line: 2 } } });
});

test("a closed document has no diagnostics any more", async () => {
  await server.open("closed.finetune.yaml", CONFIG.replace("version: 1", "version: 2"));
  await server.diagnostics("closed.finetune.yaml", (all) => all.length > 0);
  await server.close("closed.finetune.yaml");
  await server.diagnostics("closed.finetune.yaml", (all) => all.length === 0);
});

test("a file that is no config is left alone", async () => {
  await server.open("docker-compose.yaml", "services: 1\n");
  await server.open("after.finetune.yaml", "");
  await server.diagnostics("after.finetune.yaml", (all) => codes(all).includes("C00"));
  expect(server.published("docker-compose.yaml")).toEqual([]);
});

test.each([
  ["an empty file", ""],
  ["no YAML", "task: [}"],
  ["binary data", "\u0000\u0001PNG\u001a\n\u0000\uFFFD".repeat(50)],
  ["a list", "- 1\n- 2\n"],
  ["aliases that expand without bound", aliases()],
  ["deep nesting", `a: ${"[".repeat(5_000)}`],
  ["more than a megabyte", `${CONFIG}# ${"x".repeat(1_100_000)}\n`],
])("%s gets a diagnostic, and the server goes on", async (name, text) => {
  const file = `${name.replaceAll(" ", "-")}.finetune.yaml`;
  await server.open(file, text);
  await server.diagnostics(file, (all) => codes(all).includes("C00"));
  await server.close(file);
  await server.diagnostics(file, (all) => all.length === 0);
});

test("messages come in the language of the editor", async () => {
  const english =
    "The file is too large to be checked while typing. `tuning-fork validate` and the start of a run check it.";
  server.write("bundle.l10n.zh-cn.json", JSON.stringify({ [english]: "文件太大。" }));
  const chinese = await LanguageServer.start({ language: { name: "zh-cn", folder: server.folder } });
  try {
    await chinese.open("finetune.yaml", `# ${"x".repeat(1_100_000)}`);
    const [problem] = await chinese.diagnostics("finetune.yaml", (all) => all.length > 0);
    expect(problem!.message).toBe("文件太大。");
  } finally {
    await chinese.stop();
  }
});

/** Ten maps of ten aliases each: 10¹⁰ values when written out. */
function aliases(): string {
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(", ")}]`);
  return ["l0: &l0 [x]", ...levels].join("\n");
}

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CliWorkspace } from "../support/cli.ts";
import { expectForm } from "../support/expect-schema.ts";
import { root } from "../support/imports.ts";
import { ErrorSchema, ReportSchema } from "../support/run-schema.ts";

/** Configs that the command line writes: made from another tool's, or for a data file. */

let workspace: CliWorkspace;
beforeEach(() => {
  workspace = new CliWorkspace();
});
afterEach(() => workspace.remove());

const put = (name: string, text: string): void => {
  mkdirSync(dirname(join(workspace.folder, name)), { recursive: true });
  workspace.write(name, text);
};
const read = (name: string): string => readFileSync(join(workspace.folder, name), "utf8");
const sample = (name: string): string => readFileSync(join(root, "test/fixtures/import", name), "utf8");
const names = (): string[] => readdirSync(workspace.folder).toSorted();

describe("import", () => {
  test("writes beside the file, says the tool and what has no equivalent, and checks the result", async () => {
    put("other/axolotl.yml", sample("axolotl.yml"));
    const { code, stdout, stderr } = await workspace.run("import", "other/axolotl.yml");
    // Nothing here trains with PyTorch, and its data is not there.
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("other/axolotl.yml is a config of axolotl. Wrote other/finetune.yaml.");
    expect(stdout).toMatch(/^ {2}\S+: .+ – .+$/m);
    expect(stdout).toMatch(/other\/finetune\.yaml:\d+:\d+: error C52/);
    expect(read("other/finetune.yaml")).toBe(sample("axolotl.expected.yaml"));
  });

  test("a name that is taken stays as it is; the error says which one is free", async () => {
    put("train.yaml", sample("llama-factory.yaml"));
    const before = [names(), read("finetune.yaml")];
    const { code, stderr } = await workspace.run("import", "train.yaml");
    expect(code).toBe(2);
    expect(stderr).toContain("exists already");
    expect(stderr).toContain("--out train.finetune.yaml");
    expect([names(), read("finetune.yaml")]).toEqual(before);
    await workspace.run("import", "train.yaml", "--out", "train.finetune.yaml");
    expect(read("train.finetune.yaml")).toBe(
      sample("llama-factory.expected.yaml")
        .replace("llama-factory.yaml", "train.yaml")
        .replace("Of llama-factory.yaml", "Of train.yaml"),
    );
  });

  test("--json is one document", async () => {
    put("args.json", sample("training_args.json"));
    const { code, stdout } = await workspace.run("import", "args.json", "--out", "x.finetune.yaml", "--json");
    const { file, tool, leftOut, report } = JSON.parse(stdout);
    expect(code).toBe(1);
    expect([file, typeof tool]).toEqual([join(workspace.folder, "x.finetune.yaml"), "string"]);
    expect(leftOut.every((one: object) => "key" in one && "value" in one && "why" in one)).toBe(true);
    expectForm(ReportSchema, report);
  });

  test.each([
    ["ours.yaml", "version: 1\ntask: causal-lm\n"],
    ["unknown.yml", "services: { web: { image: x } }\n"],
    ["broken.json", "{ broken: [\n"],
    ["list.json", "[1, 2]\n"],
    [
      "bomb.yml",
      `a: &a [x, x, x, x]\n${"bcdefgh"
        .split("")
        .map((name, at) => `${name}: &${name} [${`*${"abcdefg"[at]}, `.repeat(9)}]\n`)
        .join("")}`,
    ],
    ["circle.yml", "base_model: a\ndatasets: &d [{ path: a, x: *d }]\n"],
    ["large.json", `{"a": "${"x".repeat(1_100_000)}"}`],
  ])("%s is exit code 2 with a sentence, and nothing is written", async (name, text) => {
    put(name, text);
    const before = names();
    const { code, stdout, stderr } = await workspace.run("import", name, "--out", "out.yaml", "--json");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expectForm(ErrorSchema, JSON.parse(stdout));
    expect(names()).toEqual(before);
  });

  test.skipIf(process.platform === "win32")("a pipe, a folder and a file that is missing are told", async () => {
    execFileSync("mkfifo", [join(workspace.folder, "pipe.yml")]);
    for (const name of ["pipe.yml", ".", "missing.yml"]) {
      expect(await workspace.run("import", name)).toMatchObject({ code: 2, stdout: "" });
    }
  });

  test("a folder that is not there is told", async () => {
    put("a.yml", sample("axolotl.yml"));
    const { code, stderr } = await workspace.run("import", "a.yml", "--out", "no/where.yaml");
    expect([code, stderr]).toEqual([2, expect.stringContaining("There is no folder")]);
  });
});

describe("new", () => {
  test("the only data file here, with what is recommended, starts as it is", async () => {
    const { code, stdout, stderr } = await workspace.run("new");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Wrote toy.finetune.yaml for toy.csv.");
    expect(stdout).toContain("Classify texts (text-classification): by its columns `text`, `label`");
    expect(stdout).toContain("builtin:use-lite");
    expect(read("toy.finetune.yaml")).toContain("framework: tfjs");
    // Again: under the next name.
    expect((await workspace.run("new", "toy.csv")).stdout).toContain("Wrote toy-2.finetune.yaml");
  });

  test("choices are taken, the evaluation half is found, and what has no trainer yet is told", async () => {
    const row = (at: number): string => JSON.stringify({ instruction: `Say ${at}`, output: `${at}.` });
    const rows = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, at) => `${row(from + at)}\n`).join("");
    put("data/chat-train.jsonl", rows(0, 80));
    put("data/chat-dev.jsonl", rows(80, 100));
    const args = [
      "new",
      "data/chat-train.jsonl",
      "--model",
      "org/llm-1B",
      "--method",
      "qlora",
      "--out",
      "sft.finetune.yaml",
    ];
    const { code, stdout } = await workspace.run(...args, "--json");
    const document = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(document).toMatchObject({ task: "causal-lm", model: "org/llm-1B", framework: "torch", method: "qlora" });
    expectForm(ReportSchema, document.report);
    const errors = document.report.diagnostics.filter(({ severity }: { severity: string }) => severity === "error");
    expect(new Set(errors.map(({ id }: { id: string }) => id))).toEqual(new Set(["C52"]));
    expect(read("sft.finetune.yaml")).toContain("eval: data/chat-dev.jsonl");
    const again = await workspace.run(...args);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("exists already")]);
  });

  test.each([
    [["new", "toy.csv", "--task", "preference"], "has no columns for preference"],
    [["new", "toy.csv", "--task", "script"], "It takes one of"],
    [
      ["new", "toy.csv", "--model", "builtin:use-lite", "--method", "lora"],
      "is not trained with lora, but with: full, freeze",
    ],
    [["new", "numbers.csv"], "cannot be told by its columns"],
    [["new", "missing.csv"], "missing.csv does not exist"],
    [["new", "."], "is not a file"],
    [["new"], "several data files here: numbers.csv, toy.csv"],
  ])("%j cannot be done: exit code 2, and nothing is written", async (args, reason) => {
    put("numbers.csv", "a,b\n1,2\n3,4\n");
    const before = names();
    const { code, stdout, stderr } = await workspace.run(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(reason);
    expect(names()).toEqual(before);
    expect(existsSync(join(workspace.folder, ".tuning-fork"))).toBe(false);
  });
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { afterAll, beforeAll, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { commands } from "../../src/cli/commands.ts";
import type { ValidationReport } from "../../src/config/validate.ts";
import { CliWorkspace } from "../support/cli.ts";
import { expectForm } from "../support/expect-schema.ts";
import { DoctorSchema, ErrorSchema, ReportSchema } from "../support/run-schema.ts";

/** How the command line is called, and what it says to wrong calls and wrong configs. */

const HEAD =
  "version: 1\ntask: text-classification\nmodel: { framework: tfjs, name_or_path: 'builtin:tiny' }\ndata: { train: toy.csv }\n";

let workspace: CliWorkspace;
beforeAll(() => (workspace = new CliWorkspace()));
afterAll(() => workspace.remove());

test.each(commands().map(({ name, summary }) => [name, summary]))(
  "%s --help says how it is called",
  async (name, summary) => {
    const { code, stdout, stderr } = await workspace.run(name, "--help");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^Usage: tuning-fork ${name} `));
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(summary.replaceAll(/\s+/g, " "));
    expect(stdout).toContain("--json");
    expect(stdout).toContain("--workspace <dir>");
  },
);

test("--version is the product's", async () => {
  expect((await workspace.run("--version")).stdout).toBe(`${packageJson.version}\n`);
});

test.each([
  [["show"], "missing required argument 'run'"],
  [["bogus"], "unknown command 'bogus'"],
  [["list", "--nope"], "unknown option '--nope'"],
  [["list", "--limit", "0"], "It takes a whole number above 0."],
  [["metrics", "x", "y", "--points", "many"], "It takes a whole number."],
  [["export", "x", "--format", "xml"], "It takes one of: json, csv."],
  [["start", "missing.yaml"], "does not exist"],
  [["start", "."], "is a folder"],
  [["list", "-C", "nowhere"], "is not there"],
])("a wrong call is exit code 2 with a sentence, and a document with --json: %j", async (args, reason) => {
  expect(await workspace.run(...args)).toMatchObject({ code: 2, stdout: "" });
  const { code, stdout, stderr } = await workspace.run(...args, "--json");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).toContain(reason);
  const { error } = expectForm(ErrorSchema, JSON.parse(stdout) as { error: { message: string } });
  expect(error.message).not.toMatch(/^error/);
});

test("what cannot be one JSON value is refused with --json", async () => {
  expect(await workspace.run("log", "-f", "x", "--json")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("cannot follow"),
  });
});

test("no command at all shows the help and is exit code 2", async () => {
  const { code, stdout } = await workspace.run();
  expect(code).toBe(2);
  expect(stdout).toMatch(/^Usage: tuning-fork/);
});

test("a command about runs where there are none says where it looked", async () => {
  const { code, stderr } = await workspace.run("show", "last");
  expect(code).toBe(1);
  expect(stderr).toContain(`There are no runs in ${workspace.folder}`);
  expect(existsSync(join(workspace.folder, ".tuning-fork"))).toBe(false);
});

test("validate gives one report for one file, an array for several; the highest exit code counts", async () => {
  workspace.write(
    "bad.yaml",
    "version: 1\ntask: text-classification\nmodel: { framework: tfjs, name_or_path: 'builtin:tiny' }\ndata: { train: toy.csv }\ntrain: { learning_rat: 3 }\nrun: { seed: 1 }\n",
  );
  const right = await workspace.json<ValidationReport>("validate", "finetune.yaml");
  expect(expectForm(ReportSchema, right)).toMatchObject({
    ok: true,
    diagnostics: [],
    file: join(workspace.folder, "finetune.yaml"),
  });

  const bad = await workspace.run("validate", "bad.yaml", "--json");
  expect(bad.code).toBe(1);
  const report = expectForm(ReportSchema, JSON.parse(bad.stdout) as ValidationReport);
  expect(report.ok).toBe(false);
  expect(report.diagnostics).toMatchObject([
    { id: "C01", severity: "error", line: 5, column: 10, endLine: 5, endColumn: 22 },
  ]);

  const several = await workspace.run("validate", "bad.yaml", "missing.yaml", "finetune.yaml", "--json");
  expect(several.code).toBe(2);
  expect(
    expectForm(Type.Array(ReportSchema), JSON.parse(several.stdout) as ValidationReport[]).map(({ ok }) => ok),
  ).toEqual([false, false, true]);
  expect(several.stderr).toMatch(/missing\.yaml does not exist/);

  const text = await workspace.run("validate", "bad.yaml");
  expect(text.stdout).toMatch(
    /^bad\.yaml:5:10: error C01: .*Did you mean `learning_rate`\?\n {2}5 \| train: \{ learning_rat: 3 \}\n {4}\| {10}\^{12}\n {2}fix \(safe\): Write `train\.learning_rate`\nbad\.yaml: 1 error, 43 rows to train on, .*\n$/,
  );
});

test("validate --fix makes the safe fixes, says what it did and reports what is left", async () => {
  const config = `${HEAD}lr: 3e-3 # tuned\ntrain: { num_train_epochs: 2, lr_scheduler_type: linaer }\nrun: { seed: 1 }\n`;
  const file = workspace.write("pasted.finetune.yaml", config);
  const before = await workspace.json<ValidationReport>("validate", "finetune.yaml", "--fix");
  expect(before).toMatchObject({ ok: true, fixed: [] });

  const { code, stdout } = await workspace.run("validate", "pasted.finetune.yaml", "--fix");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^pasted\.finetune\.yaml:5: fixed C01: Write `train\.learning_rate`\n/);
  expect(stdout).toMatch(/:6: fixed C62: Write `lr_scheduler_type: linear`\n/);
  expect(readFileSync(file, "utf8")).toBe(
    `${HEAD}train: { num_train_epochs: 2, lr_scheduler_type: linear, learning_rate: 3e-3 } # tuned\nrun: { seed: 1 }\n`,
  );
});

test("validate looks at the tiers it is told to, and gives of fixes what they do", async () => {
  workspace.write("gone.yaml", `${HEAD.replace("toy.csv", "gone.csv")}lr: 3e-3\n`);
  const { stdout, code } = await workspace.run("validate", "gone.yaml", "--tiers", "text", "--json");
  const report = JSON.parse(stdout) as ValidationReport;
  expect([code, report.facts.rows]).toEqual([1, null]);
  expect(report.diagnostics.map(({ id, fixes }) => [id, fixes])).toEqual([
    ["C01", [{ title: "Write `train.learning_rate`", safe: true }]],
  ]);
  const wrong = await workspace.run("validate", "gone.yaml", "--tiers", "text,disk");
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
  expect(wrong.stderr).toContain("text, files, model, machine");
});

test("a config with errors does not start, and nothing is made", async () => {
  workspace.write(
    "red.yaml",
    "version: 1\ntask: text-classification\nmodel: { framework: tfjs, name_or_path: 'builtin:tiny' }\ndata: { train: toy.csv, columns: { text: body } }\nrun: { seed: 1 }\n",
  );
  const { code, stdout, stderr } = await workspace.run("start", "red.yaml");
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /^red\.yaml:4:42: error C15: .*\n {2}4 \| .*\n {4}\| +\^{4}\n {2}fix: Write `text: text` in `data\.columns`\nNot started: 1 error\.\n$/,
  );
  const asJson = await workspace.run("start", "red.yaml", "--json");
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    error: { code: "config-refused", file: join(workspace.folder, "red.yaml"), line: 4, diagnostics: [{ id: "C15" }] },
  });
  expect((await workspace.run("start", "finetune.yaml", "--set", "train.learning_rate=fast")).stderr).toContain(
    "In `--set train.learning_rate`",
  );
  expect(existsSync(join(workspace.folder, ".tuning-fork"))).toBe(false);
});

test("secrets in the config file reach no file of the run, and no export", async () => {
  const secret = "hf_abcdefghijklmnopqrstuvwxyz012345";
  workspace.write(
    "secret.yaml",
    `# tuning-fork: ignore C55 because it is known\nversion: 1\ntask: text-classification\nmodel: { framework: tfjs, name_or_path: 'builtin:tiny' }\ndata: { train: toy.csv }\ntrain: { max_steps: 1 }\nhardware: { env: { HF_TOKEN: ${secret} } }\n`,
  );
  const run = await workspace.json("start", "secret.yaml", "--wait");
  await workspace.json("export", run.id, "--out", "secret.json");
  const files = readdirSync(run.dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = [...files.map((entry) => join(entry.parentPath, entry.name)), join(workspace.folder, "secret.json")];
  expect(texts.filter((file) => readFileSync(file).includes(secret))).toEqual([]);
});

test("doctor tells what works here and why the rest does not", async () => {
  const report = expectForm(
    DoctorSchema,
    await workspace.json<{ ok: boolean; findings: { id: string; level: string }[] }>("doctor"),
  );
  expect(report.ok).toBe(true);
  expect(report.findings.find(({ id }) => id === "backend-wasm")?.level).toBe("ok");
  expect(report.findings.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["node", "product", "backend-tensorflow", "disk", "store"]),
  );
  expect((await workspace.run("doctor")).stdout).toMatch(/^ok +Backend wasm +works on the CPU/m);
});

test("what a comment silences is told with its reason, and stands in the run's record", async () => {
  const comment = "# tuning-fork: ignore C13 because it is a test";
  workspace.write("hot.finetune.yaml", `${HEAD}train: { max_steps: 1 } ${comment}\nrun: { seed: 1 }\n`);
  const expected = [{ id: "C13", reason: "it is a test", line: 5 }];
  const report = await workspace.json<ValidationReport>("validate", "hot.finetune.yaml");
  expect([report.diagnostics, report.silenced]).toEqual([[], expected]);
  const run = await workspace.json("start", "hot.finetune.yaml", "--wait");
  expect(run.environment["silenced"]).toEqual(expected);
});

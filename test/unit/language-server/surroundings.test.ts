import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Diagnostic, InlayHintRequest } from "vscode-languageserver/node";
import { writeProgram } from "../../support/fake-python.ts";
import { LanguageServer, textOf } from "../../support/language-server.ts";

/** What the server goes by beside a config's text: the editor's settings, files on disk, trust. */

const CONFIG = `version: 1
task: text-classification
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data: { train: toy.csv, eval_fraction: 0.25, max_length: 16 }
train: { num_train_epochs: 3, per_device_train_batch_size: 8, learning_rate: 0.003 }
`;
const ROWS = `text,label\n${Array.from({ length: 40 }, (_, i) => `word${i} other${i},${i % 2 ? "a" : "b"}`).join("\n")}\n`;
const SWEEP =
  "base: base.finetune.yaml\nmethod: grid\nparameters:\n  train.learning_rate: { values: [0.001, 0.002] }\n";

let server: LanguageServer;
beforeAll(async () => {
  server = await LanguageServer.start(
    {},
    {},
    { "tuningFork.inlayHints": { steps: true, data: false, defaults: false } },
  );
  server.write("toy.csv", ROWS);
});
afterAll(() => server.stop());

const of = (id: string, found: readonly Diagnostic[]): Diagnostic[] => found.filter(({ code }) => code === id);

describe("kinds of inlay hints", () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const hints = async (name: string): Promise<string> => {
    const found = await server.connection.sendRequest(InlayHintRequest.type, {
      textDocument: { uri: server.uri(name) },
      range,
    });
    return (found ?? [])
      .map(({ label }) => (typeof label === "string" ? label : label.map(({ value }) => value).join("")))
      .join("; ");
  };

  test("are those that are switched on, and others as soon as the setting changes", async () => {
    await server.open("hints.finetune.yaml", CONFIG);
    expect(await hints("hints.finetune.yaml")).toMatch(/^\D*4 steps per epoch, 12 in all/);
    expect(await hints("hints.finetune.yaml")).not.toMatch(/rows|default:/);
    await server.configure({ "tuningFork.inlayHints": { steps: false } });
    expect(await hints("hints.finetune.yaml")).toMatch(/30 rows, 2 classes/);
    expect(await hints("hints.finetune.yaml")).toMatch(/default: /);
    expect(await hints("hints.finetune.yaml")).not.toContain("per epoch");
  });

  test("of a sweep are its trials", async () => {
    server.write("base.finetune.yaml", CONFIG);
    await server.open("hints.sweep.yaml", SWEEP);
    await server.configure({});
    expect(await hints("hints.sweep.yaml")).toBe("2 trials");
    await server.configure({ "tuningFork.inlayHints": { steps: false, data: true, defaults: true } });
    expect(await hints("hints.sweep.yaml")).toBe("");
  });
});

test("a script's config is looked at again when the script comes", async () => {
  const name = "script.finetune.yaml";
  await server.open(name, "version: 1\ntask: script\nscript: { entry: later.mjs }\n");
  const [missing] = of("C66", await server.diagnostics(name, (found) => of("C66", found).length > 0));
  expect(textOf(missing!)).toMatch(/The script .*later\.mjs is not there/);
  server.write("later.mjs", "console.log(1);\n");
  await server.diagnostics(name, (found) => of("C66", found).length === 0);
});

test("a sweep is looked at again when its base changes, comes or goes", async () => {
  server.write("base.finetune.yaml", CONFIG);
  await server.open("over.sweep.yaml", SWEEP);
  await server.diagnostics("over.sweep.yaml", (found) => of("C60", found).length === 0);
  server.write("base.finetune.yaml", CONFIG.replace("num_train_epochs: 3", "num_train_epochs: many"));
  const [problem] = of("C60", await server.diagnostics("over.sweep.yaml", (found) => of("C60", found).length > 0));
  expect(textOf(problem!)).toMatch(/^base\.finetune\.yaml has an error: /);
  server.write("base.finetune.yaml", CONFIG);
  await server.diagnostics("over.sweep.yaml", (found) => of("C60", found).length === 0);

  await server.open("later.sweep.yaml", SWEEP.replace("base.finetune", "later.finetune"));
  await server.diagnostics("later.sweep.yaml", (found) => of("C60", found).length > 0);
  server.write("later.finetune.yaml", CONFIG);
  await server.diagnostics("later.sweep.yaml", (found) => of("C60", found).length === 0);
});

test("in a folder that is not trusted everything is checked but what a program of that folder would have to tell", async () => {
  const untrusted = await LanguageServer.start({}, { TUNING_FORK_TRUSTED: "0" });
  const ran = join(untrusted.folder, "ran");
  try {
    for (const name of ["tools/python3", ".venv/bin/python", "tools/nvidia-smi"])
      writeProgram(join(untrusted.folder, name), `echo "$0" >> ${ran}`);
    const config = `version: 1
task: text-classification
model: { name_or_path: org/model, trust_remote_code: true }
data: { train: gone.csv }
train: { lr: 0.1 }
hardware: { python: tools/python3 }
`;
    await untrusted.open("finetune.yaml", config);
    const found = await untrusted.diagnostics("finetune.yaml", (all) =>
      all.some((one) => textOf(one).includes("this folder is not trusted")),
    );
    expect(found.map(({ code }) => code)).toEqual(expect.arrayContaining(["C01", "C14", "C56"]));
    expect(existsSync(ran)).toBe(false);
  } finally {
    await untrusted.stop();
  }

  // The same programs are run where the folder is trusted, so that the silence above is not that of a typo.
  const place = join(server.folder, "programs");
  const trusted = await LanguageServer.start({}, { PATH: [place, process.env["PATH"]].join(delimiter) });
  const log = join(server.folder, "ran-trusted");
  try {
    writeProgram(join(place, "nvidia-smi"), `echo "$0" >> ${log}`);
    writeProgram(join(trusted.folder, "tools/python3"), `echo "$0" >> ${log}`);
    await trusted.open(
      "finetune.yaml",
      "version: 1\ntask: text-classification\nmodel: { name_or_path: org/model }\ndata: { train: gone.csv }\nhardware: { python: tools/python3 }\n",
    );
    await expect.poll(() => existsSync(log), { timeout: 20_000 }).toBe(true);
  } finally {
    await trusted.stop();
  }
});

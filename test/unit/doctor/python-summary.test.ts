import { mkdtempSync, realpathSync, rmSync, symlinkSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pythonSummary } from "../../../src/doctor/python-summary.ts";
import { fakePython, writeProgram } from "../../support/fake-python.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "tuning-fork-summary-")));
  mkdirSync(join(folder, "bin"));
  symlinkSync("/bin/cat", join(folder, "bin/cat"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const CONFIG = "version: 1\ntask: text-classification\nmodel: { name_or_path: org/name }\ndata: { train: t.csv }\n";
const summary = (source = CONFIG, env: NodeJS.ProcessEnv = {}) =>
  pythonSummary(source, folder, { PATH: join(folder, "bin"), HOME: folder, ...env });

test("interpreter, version and why it is this one", async () => {
  const packages = { torch: "2.13.0+cpu", transformers: "5.23.0", accelerate: "1.15.0", peft: "0.21.2" };
  fakePython(join(folder, ".venv/bin/python"), { version: "3.12.4", packages });
  expect(await summary()).toEqual({
    level: "ok",
    text: "Python 3.12.4, torch 2.13.0+cpu",
    detail: `${join(folder, ".venv/bin/python")}, from .venv in ${folder}`,
  });
  expect(await summary(`${CONFIG}method: { type: qlora }\n`)).toMatchObject({
    level: "warning",
    text: "Python 3.12.4, torch 2.13.0+cpu; lacks bitsandbytes>=0.43",
  });
});

test("what is wrong takes the place of the version", async () => {
  expect(await summary()).toMatchObject({ level: "error", text: "no Python" });
  writeProgram(join(folder, "bin/python3"), "exit 3");
  expect(await summary()).toMatchObject({ level: "error", text: "Python ended with 3" });
});

test("nothing is run in a folder that is not trusted, and nothing said where no Python is needed", async () => {
  writeProgram(join(folder, "bin/python3"), `: > ${join(folder, "ran")}`);
  expect(await summary(CONFIG, { TUNING_FORK_TRUSTED: "0" })).toMatchObject({
    level: "ok",
    text: "Python: not looked at",
  });
  expect(await summary(CONFIG.replace("model: {", "model: { framework: tfjs,"))).toBeUndefined();
  expect(await summary("model: [")).toBeUndefined();
});

import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveConfig } from "../../../src/config/resolve.ts";
import type { ResolvedScriptConfig } from "../../../src/config/types.ts";
import { planScript } from "../../../src/launch/script.ts";

let dir: string;
beforeEach(() => (dir = realpathSync(mkdtempSync(join(tmpdir(), "tuning-fork-script-")))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function program(path: string, text = "#!/bin/sh\n"): string {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
  chmodSync(join(dir, path), 0o755);
  return join(dir, path);
}

function plan(written: Record<string, unknown>, env: NodeJS.ProcessEnv = {}, resumeFrom: string | null = null) {
  const { config, diagnostics } = resolveConfig({ version: 1, task: "script", ...written });
  expect(diagnostics).toEqual([]);
  const run = { id: "RUN", name: "mine", dir: "/runs/RUN", resumeFrom };
  return planScript({ config: config as ResolvedScriptConfig, baseDir: dir, env: { PATH: "", ...env } }, run, "/code");
}

describe("what starts a script", () => {
  test("a Python file is run by the interpreter of the workspace, a JavaScript file by Node, others by themselves", () => {
    const python = program("venv/bin/python");
    const files = ["a.py", "b.mjs", "c.sh"].map((name) => program(name));
    expect(plan({ script: { entry: "a.py" } }).command).toEqual([python, files[0]]);
    expect(plan({ script: { entry: "b.mjs" } }).command).toEqual([process.execPath, files[1]]);
    expect(plan({ script: { entry: "./c.sh" } }).command).toEqual([files[2]]);
    expect(plan({ script: { entry: "a.py" } }).python).toMatchObject({ path: python });
  });

  test("a bare name is looked for beside the interpreter, then on PATH; a path starts at the config", () => {
    const torchrun = program("venv/bin/torchrun");
    program("venv/bin/python");
    const other = program("bin/other");
    program("bin/torchrun");
    const env = { PATH: join(dir, "bin") };
    expect(plan({ script: { command: ["torchrun", "--n", 2, "t.py"] } }, env).command).toEqual([
      torchrun,
      "--n",
      "2",
      "t.py",
    ]);
    expect(plan({ script: { command: ["other"] } }, env).command).toEqual([other]);
    expect(plan({ script: { command: ["bin/other"] } }).command).toEqual([other]);
  });

  test("an interpreter that is merely the first on PATH does not put its folder before PATH", () => {
    program("usr/bin/python3");
    program("usr/bin/tool");
    const first = program("first/tool");
    const env = { PATH: `${join(dir, "first")}:${join(dir, "usr/bin")}` };
    expect(plan({ script: { command: ["tool"] } }, env).command).toEqual([first]);
  });

  test.each([
    [{ entry: "gone.py" }, /The script .*gone\.py is not there\..*script\.entry/],
    [{ entry: "." }, /is not a file/],
    [{ command: ["nothing-of-that-name"] }, /The program nothing-of-that-name is not on PATH\..*script\.command/],
    [{ command: ["./gone"] }, /The program .*gone is not there/],
  ])("%j cannot be started, with a sentence", (script, sentence) => {
    expect(() => plan({ script })).toThrow(expect.objectContaining({ sentence: expect.stringMatching(sentence) }));
  });

  test("a Python file without any Python", () => {
    program("a.py");
    expect(() => plan({ script: { entry: "a.py" } })).toThrow(/There is no Python here.*/);
  });
});

describe("what a script is given", () => {
  const script = {
    command: ["/bin/sh", "${params.lr}"],
    args: [
      "--lr=${params.lr}",
      3,
      "${ params.none }|${params.on}",
      "${run.output_dir}/${run.id}-${run.name}-${run.seed}",
    ],
    params: { lr: 2e-5, "warm-up": 3, none: null, on: true, text: "a ${params.lr}" },
  };

  test("arguments with parameters and the run's facts filled in, once", () => {
    expect(plan({ run: { seed: 7 }, script }).command).toEqual([
      "/bin/sh",
      "0.00002",
      "--lr=0.00002",
      "3",
      "|true",
      "/runs/RUN/checkpoints/RUN-mine-7",
    ]);
    const more = { ...script, args: ["${params.text}", "${HOME}", "[${run.resume_from}]"] };
    expect(plan({ script: more }, {}, "/c/1").command.slice(2)).toEqual(["a ${params.lr}", "${HOME}", "[/c/1]"]);
    expect(plan({ script: more }).command.at(-1)).toBe("[]");
  });

  test("variables: parameters as JSON and one by one, the logger's folder before the user's own", () => {
    const { variables } = plan({ script }, { PYTHONPATH: "/mine" });
    expect(JSON.parse(variables["TUNING_FORK_PARAMS"]!)).toEqual(script.params);
    expect(variables).toMatchObject({
      TUNING_FORK_PARAM_LR: "0.00002",
      TUNING_FORK_PARAM_WARM_UP: "3",
      TUNING_FORK_PARAM_NONE: "",
      TUNING_FORK_PARAM_ON: "true",
      TUNING_FORK_OUTPUT_DIR: "/runs/RUN/checkpoints",
      PYTHONPATH: "/code/python:/mine",
      PYTHONUNBUFFERED: "1",
    });
  });

  test("checkpoints are looked for in the output folder, or from the config's folder on", () => {
    const globOf = (checkpoints: string, output?: string) =>
      plan({ run: { output_dir: output ?? null }, script: { command: ["/bin/sh"], checkpoints } }).plan.checkpoints;
    expect(globOf("checkpoint-*")).toBe("/runs/RUN/checkpoints/checkpoint-*");
    expect(globOf("checkpoint-*", "out")).toBe(join(dir, "out/checkpoint-*"));
    expect(globOf("./out/c-*")).toBe(join(dir, "out/c-*"));
    expect(globOf("${run.output_dir}/*.pt")).toBe("/runs/RUN/checkpoints/*.pt");
    expect(globOf("c-*", "a[1]")).toBe(join(dir, "a[[]1]/c-*"));
  });

  test("output is read where patterns say how, after the script's own journal unless it is named before", () => {
    const reads = (more: object) => plan({ script: { command: ["/bin/sh"], patterns: ["(?<a>1)"], ...more } }).plan;
    expect(reads({})).toMatchObject({ patterns: ["(?<a>1)"], patternsFirst: false });
    expect(reads({ metrics: ["stdout", "jsonl"] })).toMatchObject({ patternsFirst: true });
    expect(reads({ metrics: ["stdout"] })).toMatchObject({ patternsFirst: true });
    expect(reads({ metrics: ["jsonl"] })).toMatchObject({ patterns: [] });
  });

  test("a link to an interpreter is run as a link, for it stands for its environment", () => {
    program("a.py");
    mkdirSync(join(dir, ".venv/bin"), { recursive: true });
    symlinkSync("/bin/sh", join(dir, ".venv/bin/python"));
    expect(plan({ script: { entry: "a.py" } }).command[0]).toBe(join(dir, ".venv/bin/python"));
  });
});

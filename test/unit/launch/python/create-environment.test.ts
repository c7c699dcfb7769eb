import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sleep } from "../../../../src/base/clock.ts";
import { requirementsOf } from "../../../../src/config/facts/machine/requirements.ts";
import { resolveConfig } from "../../../../src/config/resolve.ts";
import type { AnyResolvedConfig } from "../../../../src/config/types.ts";
import { createEnvironment, type MakingOptions } from "../../../../src/launch/python/create-environment.ts";
import { markOf, planEnvironment, type EnvironmentPlan } from "../../../../src/launch/python/environment-plan.ts";
import { findPython, programsOnPath } from "../../../../src/launch/python/find.ts";
import { probePackages } from "../../../../src/launch/python/probe.ts";
import { fakeNvidiaSmi } from "../../../support/fake-nvidia-smi.ts";
import { fakePython, writeProgram } from "../../../support/fake-python.ts";
import { testPython } from "../../../support/test-python.ts";

vi.setConfig({ testTimeout: 600_000 });

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "tuning-fork-making-")));
  mkdirSync(join(folder, ".vscode"));
  mkdirSync(join(folder, "bin"));
  symlinkSync("/bin/cat", join(folder, "bin/cat")); // what fake interpreters answer with
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configOf(...overrides: string[]): AnyResolvedConfig {
  const base = ["model.name_or_path=org/name", "data.train=t.csv", "method.type=full"];
  const { config, diagnostics } = resolveConfig(
    { version: 1, task: "text-classification" },
    { overrides: [...base, ...overrides] },
  );
  if (!config) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return config;
}
/** Nothing of this machine but what the test puts there. */
const bare = (): NodeJS.ProcessEnv => ({ PATH: join(folder, "bin"), HOME: folder });
const plan = (env: NodeJS.ProcessEnv, ...overrides: string[]): Promise<EnvironmentPlan> =>
  planEnvironment(configOf(...overrides), folder, { env });
const installs = ({ steps }: EnvironmentPlan): string[] =>
  steps.slice(1).flatMap(({ ways }) => ways.map((way) => way.slice(way.indexOf("install") + 1).join(" ")));

/** A real environment's tools: the tests' own interpreter brings uv where PATH has none. */
function realEnv(): NodeJS.ProcessEnv {
  const path = [process.env["PATH"], dirname(testPython())].join(delimiter);
  // A folder of wheels that pip is told of is one for uv as well.
  const links = process.env["UV_FIND_LINKS"] ?? process.env["PIP_FIND_LINKS"];
  return { ...process.env, PATH: path, ...(links ? { UV_FIND_LINKS: links } : {}) };
}

describe("the plan", () => {
  test("pins what the tests of this product run with", () => {
    const pinned = readFileSync("python/requirements-test.txt", "utf8");
    const setups = [
      configOf("method.type=qlora"),
      configOf("task=preference", "data.train=t.parquet"),
      configOf("data.format=hf"),
    ];
    const needed = setups.flatMap((config) => requirementsOf(config)).filter(({ name }) => name !== "torch");
    expect(new Set(needed.map(({ name }) => name))).toContain("datasets");
    for (const { name, tested } of needed) expect(pinned).toContain(`${name}==${tested}\n`);
    expect(readFileSync("scripts/python.mjs", "utf8")).toContain(`TORCH = "${requirementsOf(configOf())[0]!.tested}"`);
  });

  test("is for uv where there is one, and takes the torch of the machine", async () => {
    writeProgram(join(folder, "bin/uv"), "exit 0");
    const made = await plan(bare(), "method.type=qlora");
    expect(made).toMatchObject({ folder: join(folder, ".venv"), tool: "uv", build: { kind: "cpu" } });
    expect(made.lock).toBe(join(folder, "requirements.lock"));
    expect(installs(made)).toEqual([
      `--compile-bytecode --python ${made.python} --torch-backend=cpu torch==2.13.0`,
      `--compile-bytecode --python ${made.python} transformers==5.23.0 accelerate==1.15.0 peft==0.21.2 bitsandbytes==0.50.2`,
    ]);
    const smi = fakeNvidiaSmi(folder);
    const onGpu = await plan({ ...bare(), PATH: `${bare().PATH}${delimiter}${smi["PATH"]}` });
    expect(onGpu.build).toMatchObject({ kind: "cuda", driver: "550.54.14" });
    expect(installs(onGpu)[0]).toBe(`--compile-bytecode --python ${onGpu.python} --torch-backend=auto torch==2.13.0`);
  });

  test("is for pip where there is no uv; which build an older driver runs only uv knows", async () => {
    fakePython(join(folder, "bin/python3"), { version: "3.9.2" });
    fakePython(join(folder, "bin/python"), { version: "3.12.1" });
    const made = await plan(bare());
    expect(made).toMatchObject({ tool: "pip" });
    expect(made.steps[0]!.ways).toEqual([[join(folder, "bin/python"), "-m", "venv", join(folder, ".venv")]]);
    expect(installs(made)[0]).toBe(
      "--disable-pip-version-check --no-input torch==2.13.0+cpu --extra-index-url https://download.pytorch.org/whl/cpu",
    );
    const PATH = `${bare().PATH}${delimiter}${fakeNvidiaSmi(folder)["PATH"]}`;
    const old = await plan({ ...bare(), PATH });
    expect(installs(old).slice(0, 2)).toEqual([
      "--disable-pip-version-check --no-input uv",
      `--compile-bytecode --python ${old.python} --torch-backend=auto torch==2.13.0`,
    ]);
    rmSync(join(folder, "bin/python"));
    await expect(plan(bare())).rejects.toMatchObject({ code: "python-missing" });
  });

  test("leaves alone what is there, and says how to install into it", async () => {
    fakePython(join(folder, ".venv/bin/python"), { executable: "/w/.venv/bin/python" });
    await expect(plan(bare())).rejects.toMatchObject({
      code: "environment-exists",
      advice: expect.stringContaining("/w/.venv/bin/python -m pip install torch==2.13.0") as string,
    });
    rmSync(join(folder, ".venv"), { recursive: true });
    writeProgram(join(folder, "bin/uv"), "exit 0");
    writeFileSync(join(folder, "requirements.lock"), "torch==1.0\n");
    await expect(plan(bare())).rejects.toMatchObject({ code: "lock-exists" });
  });

  test("a Python of the system is refused, and one that `hardware.python` will name is made there", async () => {
    fakePython(join(folder, "bin/python3"), { isManaged: true });
    writeProgram(join(folder, "bin/uv"), "exit 0");
    await expect(plan(bare(), "hardware.python=python3")).rejects.toMatchObject({ code: "environment-managed" });
    expect((await plan(bare(), "hardware.python=envs/bert/bin/python")).folder).toBe(join(folder, "envs/bert"));
    expect((await plan(bare(), "hardware.python=./envs/bert")).folder).toBe(join(folder, "envs/bert"));
    await expect(plan(bare(), "model.framework=tfjs")).rejects.toMatchObject({ code: "environment-unneeded" });
  });

  test("one that another process is at is not taken from it; one that was killed is made anew", async () => {
    writeProgram(join(folder, "bin/uv"), "exit 0");
    mkdirSync(join(folder, ".venv"));
    writeFileSync(markOf(join(folder, ".venv")), String(process.ppid));
    await expect(plan(bare())).rejects.toMatchObject({ code: "environment-in-the-making" });
    const gone = Number(execFileSync("sh", ["-c", "echo $$"], { encoding: "utf8" }));
    writeFileSync(markOf(join(folder, ".venv")), String(gone));
    expect((await plan(bare())).folder).toBe(join(folder, ".venv"));
  });
});

describe("the making", () => {
  const options = (env: NodeJS.ProcessEnv, more: Partial<MakingOptions> = {}): MakingOptions & { told: string[] } => {
    const told: string[] = [];
    const say = (line: string): void => void told.push(line);
    const signal = AbortSignal.timeout(500_000);
    return { env, signal, told, onLine: say, onStep: (title, at, of) => say(`${at}/${of} ${title}`), ...more };
  };

  test("with uv, for real: what is needed is there in its version, found next time, and listed", async () => {
    const env = realEnv();
    expect(programsOnPath("uv", env), "uv on PATH or beside the tests' interpreter").not.toEqual([]);
    const made = await createEnvironment(await plan(env), options(env));
    expect(made.packages).toMatchObject({ transformers: "5.23.0", accelerate: "1.15.0" });
    expect(made.packages["torch"]).toMatch(/^2\.13\.0/);
    expect(Object.keys(made.packages).filter((name) => name.startsWith("nvidia"))).toEqual([]);
    const { VIRTUAL_ENV: _active, ...quiet } = env;
    expect(findPython({ configured: null, baseDir: folder, env: quiet })).toEqual({
      path: made.python,
      chosenBy: `.venv in ${folder}`,
    });
    const lock = readFileSync(made.lock, "utf8");
    expect(lock).toMatch(/^# Made by Tuning Fork: Python 3\.\d+\.\d+, torch for cpu \(no GPU was found\)\.\n/);
    expect(lock).toContain("\ntransformers==5.23.0\n");
    expect(existsSync(markOf(made.folder))).toBe(false);
  });

  test("with pip, for real, with one small package", async () => {
    const env = realEnv();
    const base = testPython();
    const venv = join(folder, ".venv");
    const python = join(venv, "bin/python");
    const made = await createEnvironment(
      {
        ...(await plan(env)),
        tool: "pip",
        steps: [
          { title: "Making", ways: [[base, "-m", "venv", venv]] },
          {
            title: "Installing",
            ways: [
              [python, "-m", "pip", "install", "no-such-thing==0.0.0"],
              [python, "-m", "pip", "install", "safetensors==0.8.0"],
            ],
          },
        ],
        freeze: [python, "-m", "pip", "freeze"],
      },
      options(env),
    );
    expect(made.packages).toMatchObject({ safetensors: "0.8.0" });
    expect(readFileSync(made.lock, "utf8")).toMatch(/\nsafetensors==0\.8\.0\n$/);
    const { value } = await probePackages(made.python, ["*"], { env, timeoutMs: 60_000 });
    expect(value).toMatchObject({ hasPip: true, isUv: false });
  });

  test("that is cancelled leaves neither files nor processes", async () => {
    writeProgram(
      join(folder, "bin/uv"),
      `if [ "$1" = venv ]; then mkdir -p "$4/bin"; : > "$4/bin/python"; exit 0; fi\necho $$ > ${join(folder, "pid")}\necho downloading\nsleep 600`,
    );
    const env = { ...bare(), PATH: `${bare().PATH}${delimiter}${process.env["PATH"]}` };
    const stop = new AbortController();
    const asked = options(env, { signal: stop.signal });
    const making = createEnvironment(await plan(env), asked);
    making.catch(() => undefined);
    while (!asked.told.includes("downloading")) await sleep(20);
    expect(existsSync(join(folder, ".venv/bin/python"))).toBe(true);
    stop.abort(new Error("enough"));
    await expect(making).rejects.toThrow("enough");
    expect(existsSync(join(folder, ".venv"))).toBe(false);
    expect(existsSync(markOf(join(folder, ".venv")))).toBe(false);
    expect(existsSync(join(folder, "requirements.lock"))).toBe(false);
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  test("that fails says what the tool said, and leaves nothing", async () => {
    writeProgram(
      join(folder, "bin/uv"),
      `[ "$1" = venv ] && exit 0\necho "Resolved 3 packages"\necho "error: No space left on device (os error 28)" >&2\nexit 2`,
    );
    const made = createEnvironment(await plan(bare()), options(bare()));
    await expect(made).rejects.toMatchObject({
      code: "environment-not-made",
      message:
        "Installing torch 2.13.0 for processors (no GPU was found) failed: error: No space left on device (os error 28)",
      advice: "Free some gigabytes, then try again.",
    });
    expect(existsSync(markOf(join(folder, ".venv")))).toBe(false);
  });
});

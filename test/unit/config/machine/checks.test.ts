import { describe, expect, test } from "vitest";
import { c36 } from "../../../../src/config/checks/machine/c36-precision.ts";
import { c43 } from "../../../../src/config/checks/machine/c43-devices.ts";
import { c45 } from "../../../../src/config/checks/machine/c45-several-gpus.ts";
import { c52Packages } from "../../../../src/config/checks/machine/c52-packages.ts";
import type { Check, CheckContext, CheckResult } from "../../../../src/config/checks/check.ts";
import { unknown, type Known, type MachineFacts, type PythonFacts } from "../../../../src/config/facts/facts.ts";
import { resolveConfig } from "../../../../src/config/resolve.ts";
import type { ResolvedConfig } from "../../../../src/config/types.ts";
import { descriptionOf } from "../../../support/fake-python.ts";

/** What depends on this machine's processor or its hardware cannot be a file, so its facts are written here. */
const machine = (more: Partial<MachineFacts> = {}): MachineFacts => ({
  gpus: [],
  accelerator: "cpu",
  cpu: { cores: 8, hasBf16: false },
  memory: { totalBytes: 16e9, freeBytes: 8e9 },
  diskFreeBytes: 1e12,
  python: unknown("not looked at"),
  accelerateConfig: null,
  ...more,
});

const gpu = (index: number): MachineFacts["gpus"][number] => ({
  index,
  uuid: `GPU-${index}`,
  name: "NVIDIA L4",
  memoryBytes: 24e9,
  freeBytes: 23e9,
  utilization: null,
  driver: "570",
  capability: 8.9,
});

function run(check: Check, written: Record<string, unknown>, facts: MachineFacts | string): Promise<CheckResult> {
  const base = { version: 1, task: "text-classification", model: { name_or_path: "org/m" }, data: { train: "a.csv" } };
  const value = { ...base, ...written };
  const { config, origins } = resolveConfig(value);
  const answer: Known<MachineFacts> = typeof facts === "string" ? unknown(facts) : { known: true, facts };
  const context: CheckContext = {
    config: config as ResolvedConfig,
    origins,
    written: value,
    parsed: undefined,
    baseDir: "/",
    env: {},
    facts: {
      data: () => Promise.resolve(unknown("not read")),
      model: () => Promise.resolve(unknown("not read")),
      machine: () => Promise.resolve(answer),
    },
  };
  return Promise.resolve(check.run!(context));
}

describe("C36", () => {
  const bf16 = { train: { precision: "bf16" } };

  test("bf16 on a processor is a warning, unless it computes in it", async () => {
    expect(await run(c36, bf16, machine())).toMatchObject([{ severity: "warning", path: ["train", "precision"] }]);
    expect(await run(c36, bf16, machine({ cpu: { cores: 8, hasBf16: true } }))).toEqual([]);
  });

  test("Apple's GPUs compute in both, AMD's do not tell", async () => {
    expect(await run(c36, bf16, machine({ accelerator: "mps" }))).toEqual([]);
    expect(await run(c36, bf16, machine({ accelerator: "cuda" }))).toHaveProperty("unchecked");
  });

  test("a machine that is not known is said, another precision needs none", async () => {
    expect(await run(c36, bf16, "not looked at")).toEqual({ unchecked: "not looked at" });
    expect(await run(c36, {}, "not looked at")).toEqual([]);
  });
});

test("a run on a cluster is not judged by this machine", async () => {
  for (const check of [c36, c43, c45, c52Packages]) {
    const written = { train: { precision: "bf16" }, hardware: { target: "slurm", devices: 4 } };
    expect(await run(check, written, machine({ gpus: [gpu(0), gpu(1)] }))).toMatchObject({
      unchecked: expect.stringContaining("Slurm") as string,
    });
  }
});

describe("C43", () => {
  test("a GPU that does not tell its load is judged by its memory", async () => {
    const used = { ...gpu(0), freeBytes: 10e9 };
    expect(await run(c43, {}, machine({ accelerator: "cuda", gpus: [used] }))).toMatchObject([
      { message: "GPU 0 (NVIDIA L4) is in use: 13.0 GB of 22.4 GB are taken. Wait, or name another." },
    ]);
  });

  test("the same GPU twice is told without looking for GPUs", async () => {
    const twice = { hardware: { devices: [0, 1, 0] } };
    for (const facts of ["nvidia-smi does not answer", machine({ accelerator: "cuda", gpus: [gpu(0), gpu(1)] })]) {
      expect(await run(c43, twice, facts)).toMatchObject([
        {
          severity: "error",
          path: ["hardware", "devices", 2],
          message: "`hardware.devices` names 0 twice. Remove one.",
        },
      ]);
    }
  });

  test("the embedded trainer does not mind a busy one, but one that is not there", async () => {
    const model = { framework: "tfjs", name_or_path: "builtin:tiny" };
    const busy = machine({ accelerator: "cuda", gpus: [{ ...gpu(0), freeBytes: 0 }] });
    expect(await run(c43, { model }, busy)).toEqual([]);
    expect(await run(c43, { model, hardware: { devices: [0] } }, busy)).toEqual([]);
    expect(await run(c43, { model, hardware: { devices: [3] } }, busy)).toMatchObject([{ severity: "error" }]);
  });
});

test("C45 proposes what the framework has", async () => {
  const two = machine({ accelerator: "cuda", gpus: [gpu(0), gpu(1)] });
  const keras = await run(c45, { model: { framework: "keras", name_or_path: "bert" } }, two);
  expect(keras).toMatchObject([{ fixes: [{ title: "Write `hardware.strategy: mirrored`" }, {}] }]);
});

describe("C52", () => {
  const python = (more: Partial<PythonFacts>): MachineFacts =>
    machine({
      accelerator: "cuda",
      gpus: [gpu(0)],
      python: {
        known: true,
        facts: {
          path: "/opt/python/bin/python3",
          chosenBy: "PATH",
          version: "3.11.9",
          packages: { torch: "2.13.0", transformers: "5.23.0", accelerate: "1.15.0", peft: "0.21.2" },
          cuda: { available: true, built: "12.8", reason: null },
          bitsandbytes: null,
          manager: "pip",
          description: descriptionOf(),
          ...more,
        },
      },
    });

  test("what nobody could find out is said beside what was", async () => {
    const cuda = { available: null, built: "12.8", reason: "loading torch did not answer within 20 s" };
    expect(await run(c52Packages, {}, python({ cuda }))).toEqual({
      findings: [],
      unchecked: "loading torch did not answer within 20 s",
    });
  });

  test("missing and old packages are one sentence with one command", async () => {
    const packages = { torch: "2.1.0", accelerate: "1.15.0", peft: "0.21.2" };
    expect(await run(c52Packages, {}, python({ packages }))).toMatchObject([
      {
        message:
          "The interpreter /opt/python/bin/python3 (PATH) lacks `transformers` and has torch 2.1.0 instead of `torch>=2.4`. Run: `/opt/python/bin/python3 -m pip install 'transformers>=4.50,<6' 'torch>=2.4'`",
      },
    ]);
  });
});

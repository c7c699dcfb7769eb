import { beforeAll, describe, expect, test } from "vitest";
import { corrected } from "../../../../src/config/estimate/corrected.ts";
import { checkpointBytes, checkpointsAtOnce, diskBytes } from "../../../../src/config/estimate/disk.ts";
import { estimate, toRecord } from "../../../../src/config/estimate/estimate.ts";
import { estimateLines } from "../../../../src/config/estimate/lines.ts";
import type { RecordedRun } from "../../../../src/config/estimate/types.ts";
import type { DataFacts, ModelFacts } from "../../../../src/config/facts/facts.ts";
import { machineFacts, modelFacts, MODELS, resolved } from "../../../support/estimate-facts.ts";

const GB = 1e9;
let miniLm: ModelFacts;
let llama: ModelFacts;

beforeAll(async () => {
  miniLm = await modelFacts(MODELS.miniLm);
  llama = await modelFacts(MODELS.llama8b);
});

const data = (train: number): DataFacts =>
  ({
    rows: { train, eval: 10 },
    labels: ["ham", "spam"],
    files: [{ bytes: 1e6 }],
    sample: [],
    characters: { p50: 512, p95: 512, max: 512 },
  }) as unknown as DataFacts;

const earlier = (more: Partial<RecordedRun> = {}): RecordedRun => ({
  framework: "torch",
  family: "lora",
  accelerator: "NVIDIA RTX 4090",
  model: "org/name",
  parameters: 22_700_000,
  estimatedBytes: 10 * GB,
  peakBytes: 8 * GB,
  secondsPerStep: 0.5,
  tokensPerStep: 1024,
  ...more,
});

describe("wall time", () => {
  const time = (history: RecordedRun[]) =>
    estimate(resolved({ train: { num_train_epochs: 1 } }), {
      data: data(800),
      model: miniLm,
      machine: machineFacts(20),
      history,
    }).seconds;

  test("is not known before a run of the same trainer, method, size and card", () => {
    const none = { low: null, high: null, from: "unknown until the first run or a smoke run" };
    expect(time([])).toEqual(none);
    expect(
      time([earlier({ framework: "tfjs" }), earlier({ family: "full" }), earlier({ accelerator: "cpu" })]),
    ).toEqual(none);
    expect(time([earlier({ model: "other", parameters: 100_000_000 })])).toEqual(none);
  });

  test("goes by the tokens of a step: 100 steps of 8 rows of 128 tokens", () => {
    expect(time([earlier()])).toEqual({ low: 40, high: 60, from: "from one earlier run on this machine" });
    const twice = time([earlier(), earlier({ tokensPerStep: 512, model: "other", parameters: 25_000_000 })]);
    expect(twice).toEqual({ low: 40, high: 120, from: "from 2 earlier runs on this machine" });
  });
});

describe("wall time by a smoke run", () => {
  const smoke = (more: Partial<NonNullable<RecordedRun["smoke"]>> = {}): Partial<RecordedRun> => ({
    model: "org/name",
    peakBytes: null,
    estimatedBytes: null,
    smoke: { atMs: Date.UTC(2026, 0, 2, 12), rowsPerStep: 8, maxLength: 256, ...more },
  });
  const time = (...history: RecordedRun[]) =>
    estimate(resolved({ train: { num_train_epochs: 1 } }), {
      data: data(800),
      model: miniLm,
      machine: machineFacts(20),
      history,
    }).seconds;

  test("is half to one and a half times the pace of its step, with its date", () => {
    const { low, high, from } = time(earlier(smoke()));
    expect([low, high]).toEqual([25, 75]);
    expect(from).toMatch(/^from the two-step smoke run of .*Jan/);
  });

  test("only where it had the same model, batch and length; the newest of several", () => {
    for (const other of [{ rowsPerStep: 16 }, { maxLength: 512 }]) expect(time(earlier(smoke(other))).low).toBeNull();
    expect(time(earlier({ ...smoke(), model: "org/other" })).low).toBeNull();
    const newer = earlier({ ...smoke({ atMs: Date.UTC(2026, 1, 2, 12) }), secondsPerStep: 1 });
    expect(time(earlier(smoke()), newer, earlier(smoke())).low).toBe(50);
  });

  test("gives way to a real run", () => {
    expect(time(earlier(smoke()), earlier())).toMatchObject({ from: "from one earlier run on this machine" });
  });
});

describe("correction by recorded peaks", () => {
  const plain = () => estimate(resolved({}), { data: data(800), model: miniLm, machine: machineFacts(20) });
  const kind = { accelerator: "NVIDIA RTX 4090", family: "lora" } as const;
  const peak = (ratio: number) => ({ ...kind, estimatedBytes: 10 * GB, peakBytes: ratio * 10 * GB });

  test("none of another card or method counts, nor one that cannot be", () => {
    expect(corrected(plain(), kind, [])).toEqual(plain());
    expect(
      corrected(plain(), kind, [{ ...peak(0.8), accelerator: "cpu" }, { ...peak(0.8), family: "full" }, peak(3)]),
    ).toEqual(plain());
  });

  test("one run counts half, three narrow the band to ten percent", () => {
    const before = plain().gpuMemory!;
    const one = corrected(plain(), kind, [peak(0.8)]).gpuMemory!;
    expect(one.correction).toEqual({ factor: 0.9, runs: 1 });
    expect(one.peakBytes).toBeCloseTo(0.9 * before.peakBytes, -1);
    const three = corrected(plain(), kind, [peak(0.8), peak(0.8), peak(0.8)]).gpuMemory!;
    expect(three.correction!.factor).toBeCloseTo(0.85);
    expect(three.highBytes / three.peakBytes).toBeCloseTo(1.1, 3);
    expect(three.lowBytes).toBeLessThanOrEqual(0.8 * before.peakBytes);
    expect(Object.values(three.parts).reduce((sum, part) => sum + part, 0)).toBe(three.peakBytes);
  });

  test("what is recorded with a run is the formulas' own figure, so that corrections do not pile up", () => {
    const before = plain();
    const after = estimate(resolved({}), {
      data: data(800),
      model: miniLm,
      machine: machineFacts(20),
      history: [earlier()],
    });
    expect(after.gpuMemory!.correction?.runs).toBe(1);
    expect(toRecord(after).gpuPeakBytes! / toRecord(before).gpuPeakBytes!).toBeCloseTo(1, 6);
  });
});

describe("disk", () => {
  test("a full checkpoint holds 12 bytes a parameter, 4 without the optimizer, one of adapters what trains", () => {
    const full = { method: { type: "full" } };
    // Measured for these 22.7 M parameters: 91 MB of weights, 182 MB of optimizer.
    expect(checkpointBytes(resolved(full), miniLm) / 1e6).toBeCloseTo(272.6, 0);
    expect(checkpointBytes(resolved({ ...full, checkpoint: { save_optimizer: false } }), miniLm) / 1e6).toBeCloseTo(
      90.7,
      0,
    );
    // Rank 16 on query and value of 6 layers: 147,456 and the head.
    expect(checkpointBytes(resolved({}), miniLm)).toBe(12 * (147_456 + 2 * 384));
  });

  test("counts those kept, the best, and the one being written; one alone without evaluation; exports beside them", () => {
    const full = (more: object) => resolved({ method: { type: "full" }, ...more });
    expect(checkpointsAtOnce(full({ checkpoint: { save_total_limit: 3 } }))).toBe(5);
    expect(checkpointsAtOnce(full({ eval: { strategy: "no" } }))).toBe(1);
    const base = diskBytes(full({}), miniLm);
    expect(diskBytes(full({ export: { formats: ["onnx"] } }), miniLm) - base).toBe(4 * miniLm.parameters);
    expect(diskBytes(full({ export: { formats: ["onnx"], quantize: "int8" } }), miniLm) - base).toBe(
      5 * miniLm.parameters,
    );
  });
});

describe("main memory", () => {
  const host = (written: object, model: ModelFacts, gib = 0) =>
    estimate(resolved(written as Record<string, unknown>), { data: data(800), model, machine: machineFacts(gib) })
      .hostMemoryBytes! / GB;

  test("on the CPU: close to what was measured for MiniLM, 16 rows of 128 tokens (1.75 GB full, 1.42 GB with checkpointing)", () => {
    const train = { per_device_train_batch_size: 16 };
    const full = { method: { type: "full" }, train };
    expect(host(full, miniLm)).toBeGreaterThan(1.75 * 0.85);
    expect(host(full, miniLm)).toBeLessThan(1.75 * 1.15);
    const checkpointed = { method: { type: "full" }, train: { ...train, gradient_checkpointing: true } };
    expect(host(checkpointed, miniLm)).toBeLessThan(host(full, miniLm));
    expect(host(checkpointed, miniLm)).toBeGreaterThan(1.42 * 0.75);
  });

  test("the embedded trainer: 1.4 GB with 8 rows of 64 tokens, 2.0 to 2.4 GB with 16", () => {
    const tfjs = (batch: number) =>
      host(
        {
          model: { framework: "tfjs", name_or_path: "m" },
          data: { train: "t.csv", max_length: 64 },
          train: { per_device_train_batch_size: batch },
        },
        miniLm,
      );
    expect(tfjs(8)).toBeGreaterThan(1.2);
    expect(tfjs(8)).toBeLessThan(1.6);
    expect(tfjs(16)).toBeGreaterThan(1.9);
    expect(tfjs(16)).toBeLessThan(2.5);
  });

  test("beside a GPU: the weights twice while they are loaded", () => {
    expect(host({}, llama, 80)).toBeCloseTo(2.5 + 32.1, 0);
  });
});

describe("in words", () => {
  const free = { gpuBytes: 20 * 1024 ** 3, memoryBytes: null, diskBytes: null };

  test("steps, tokens, time, disk, memory, and the GPU with its parts", () => {
    const found = estimate(resolved({}), {
      data: data(800),
      model: miniLm,
      machine: machineFacts(20),
      history: [earlier()],
    });
    const lines = estimateLines(found, free);
    expect(lines.map(({ about }) => about)).toEqual(["steps", "tokens", "time", "disk", "hostMemory", "gpuMemory"]);
    expect(lines[0]!.value).toBe("300, 2,400 rows");
    expect(lines[1]!.detail).toContain("4 characters a token");
    expect(lines[5]!.value).toMatch(/^about [\d.]+ GB \([\d.]+ [MG]B to [\d.]+ GB\), 20\.0 GB free$/);
    expect(lines[5]!.detail).toMatch(
      /weights [\d.]+ MB.*bf16, 8 sequences of 128 tokens, without gradient checkpointing; times 0\.90 by/,
    );
  });

  test("what is not known is said with its reason", () => {
    const found = estimate(resolved({}), { reasons: { model: "org/name is not in the Hugging Face cache" } });
    expect(found).toMatchObject({ gpuMemory: null, hostMemoryBytes: null, diskBytes: null });
    const unknown = estimateLines(found, free).filter(({ about }) => about === "unknown");
    expect(unknown.map(({ title, detail }) => `${title}: ${detail}`)).toEqual([
      "Samples and tokens: the data is not known",
      "GPU memory: org/name is not in the Hugging Face cache",
      "Main memory: org/name is not in the Hugging Face cache",
      "Disk: org/name is not in the Hugging Face cache",
    ]);
  });
});

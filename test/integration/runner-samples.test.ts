import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { describe, expect, test } from "vitest";
import { LocalLauncher } from "../../src/launch/local.ts";
import { chooseGpus, probeGpus } from "../../src/launch/gpus.ts";
import { runFile } from "../../src/runs/layout.ts";
import type { LaunchPlan } from "../../src/runs/model.ts";
import { fakeNvidiaSmi } from "../support/fake-nvidia-smi.ts";
import { makeFakeRun, type FakeTraining } from "../support/fake-trainer.ts";
import { eventsOf, freshStores, untilState } from "../support/processes.ts";

const store = freshStores();
const launcher = new LocalLauncher();

async function sampled(training: FakeTraining, plan: Partial<LaunchPlan>, gpus = false) {
  const root = store();
  const { runDir } = makeFakeRun(root, { steps: 100, stepMs: 15, ...training }, { sampleEveryMs: 200, ...plan });
  await launcher.submit(runDir, gpus ? fakeNvidiaSmi(root) : process.env);
  await untilState(runDir, "finished");
  return { runDir, samples: eventsOf(runDir, "runner", "system") };
}

describe("samples of the machine", () => {
  test("CPU, memory and disk, of the machine and of the trainer's processes", async () => {
    const { samples } = await sampled({ children: 1 }, {});
    expect(samples.length).toBeGreaterThan(1);
    for (const { values } of samples) {
      expect(values["system/cpu"]).toBeGreaterThanOrEqual(0);
      expect(values["system/cpu"]).toBeLessThanOrEqual(100);
      expect(values["system/memory"]).toBeLessThan(totalmem());
      expect(values["system/process.memory"]).toBeGreaterThan(0);
      expect(values["system/process.cpu"]).toBeGreaterThanOrEqual(0);
      expect(values["system/disk.free"]).toBeGreaterThan(0);
      expect(Object.keys(values).some((name) => name.startsWith("system/gpu"))).toBe(false);
    }
    // Two Node processes: the first sample may come before they are up.
    expect(Math.max(...samples.map(({ values }) => Number(values["system/process.memory"])))).toBeGreaterThan(40e6);
  });

  test("processes in sessions of their own count with the trainer", async () => {
    const most = async (children: number): Promise<number> => {
      const { samples } = await sampled({ children, apart: true }, {});
      return Math.max(...samples.map(({ values }) => Number(values["system/process.memory"])));
    };
    // A Node process that does nothing takes 40 MB.
    expect((await most(3)) - (await most(0))).toBeGreaterThan(3 * 25e6);
  });

  test("each GPU's utilisation, memory in bytes, temperature and power; what a card does not tell is absent", async () => {
    const { samples } = await sampled({}, { gpus: null }, true);
    const gpuValues = Object.entries(samples[0]?.values ?? {}).filter(([name]) => name.startsWith("system/gpu"));
    expect(Object.fromEntries(gpuValues)).toEqual({
      "system/gpu.0.utilization": 97,
      "system/gpu.0.memory": 23564 * 1024 * 1024,
      "system/gpu.0.temperature": 71,
      "system/gpu.0.power": 401.25,
      "system/gpu.1.utilization": 3,
      "system/gpu.1.memory": 564 * 1024 * 1024,
      "system/gpu.1.temperature": 38,
    });
  });

  test("the freest GPU is pinned by UUID, and only that one is sampled", async () => {
    const root = store();
    const gpus = chooseGpus("auto", "single", await probeGpus(fakeNvidiaSmi(root)));
    const { runDir, samples } = await sampled(
      { printEnv: ["CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"] },
      { gpus },
      true,
    );
    const output = readFileSync(runFile(runDir, "output"), "utf8");
    expect(output).toContain("CUDA_VISIBLE_DEVICES=GPU-bbbbbbbb-0000-1111-2222-333333333333\n");
    expect(output).toContain("CUDA_DEVICE_ORDER=PCI_BUS_ID\n");
    expect(samples[0]?.values["system/gpu.1.utilization"]).toBe(3);
    expect(samples[0]?.values).not.toHaveProperty("system/gpu.0.utilization");
  });

  test("the output's length is on record with times, the last one after the trainer's end", async () => {
    const { runDir } = await sampled({}, {});
    const offsets = eventsOf(runDir, "runner", "output").map(({ offset }) => offset);
    expect(offsets.length).toBeGreaterThan(1);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    expect(offsets.at(-1)).toBe(readFileSync(runFile(runDir, "output")).length);
  });
});

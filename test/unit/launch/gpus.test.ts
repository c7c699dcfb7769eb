import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../../src/base/errors.ts";
import { chooseGpus, probeGpus, type GpuInfo } from "../../../src/launch/gpus.ts";
import { FAKE_GPUS, fakeNvidiaSmi } from "../../support/fake-nvidia-smi.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-gpus-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const A = "GPU-aaaaaaaa-0000-1111-2222-333333333333";
const B = "GPU-bbbbbbbb-0000-1111-2222-333333333333";
const MIB = 1024 * 1024;

describe("probing", () => {
  test("reads what nvidia-smi prints", async () => {
    expect((await probeGpus(fakeNvidiaSmi(folder)))[0]).toEqual({
      index: 0,
      uuid: A,
      name: "NVIDIA RTX 4090",
      memoryBytes: 24564 * MIB,
      freeBytes: 1000 * MIB,
      utilization: 97,
      driver: "550.54.14",
    });
  });

  test("no nvidia-smi, one that fails, and one that prints something else are no GPUs", async () => {
    expect(await probeGpus({ PATH: folder })).toEqual([]);
    expect(await probeGpus(fakeNvidiaSmi(folder, [{ index: "No devices were found", uuid: "" }]))).toEqual([]);
  });

  test("a card that does not tell its load is still one", async () => {
    const { "utilization.gpu": _, ...quiet } = FAKE_GPUS[0] ?? {};
    expect(await probeGpus(fakeNvidiaSmi(folder, [quiet]))).toMatchObject([{ uuid: A, utilization: null }]);
  });
});

describe("choosing", () => {
  let gpus: GpuInfo[];
  beforeEach(async () => {
    gpus = await probeGpus(fakeNvidiaSmi(folder));
  });

  test("auto is the freest one, and all of them for a strategy over several", () => {
    expect(chooseGpus("auto", "single", gpus)).toEqual([B]);
    expect(chooseGpus("auto", "ddp", gpus)).toEqual([B, A]);
  });

  test("a number takes the freest", () => {
    expect(chooseGpus(1, "single", gpus)).toEqual([B]);
    expect(chooseGpus(0, "single", gpus)).toEqual([]);
    expect(() => chooseGpus(3, "ddp", gpus)).toThrow("hardware.devices asks for 3 GPUs; this machine has 2.");
  });

  test("a list names them by index, UUID or the beginning of one", () => {
    expect(chooseGpus([1, "0", "GPU-bbbb"], "ddp", gpus)).toEqual([B, A, B]);
    expect(chooseGpus([0, 1], null, gpus)).toEqual([A, B]);
    expect(() => chooseGpus([7], "single", gpus)).toThrow("hardware.devices names 7, which is no GPU of this machine.");
    expect(() => chooseGpus(["GPU-"], "single", gpus)).toThrow("which is several GPUs");
    expect(() => chooseGpus(["GPU-x"], "single", [])).toThrow(UserError);
  });

  test("one process gets one GPU whatever was asked for, else it would take all without being told how", () => {
    expect(chooseGpus(2, "single", gpus)).toEqual([B]);
    expect(chooseGpus([0, 1], "single", gpus)).toEqual([A]);
    expect(chooseGpus(2, "ddp", gpus)).toEqual([B, A]);
    expect(chooseGpus(2, null, gpus)).toEqual([B, A]);
  });

  test("without a GPU nothing is restricted", () => {
    expect(chooseGpus("auto", "single", [])).toBeNull();
    expect(chooseGpus(1, "single", [])).toBeNull();
    expect(chooseGpus(2, "ddp", [])).toBeNull();
    expect(() => chooseGpus(2, "fsdp", [])).toThrow("asks for 2 GPUs");
  });
});

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readMachineFacts } from "../../../../src/config/facts/machine.ts";
import { changesLaunch } from "../../../../src/config/facts/machine/accelerate.ts";
import { hasBf16Flag, readDiskFree } from "../../../../src/config/facts/machine/hardware.ts";
import {
  compareVersions,
  isMet,
  requirementsOf,
  specifierOf,
} from "../../../../src/config/facts/machine/requirements.ts";
import { resolveConfig } from "../../../../src/config/resolve.ts";
import type { ResolvedConfig } from "../../../../src/config/types.ts";
import { FAKE_GPUS, fakeNvidiaSmi } from "../../../support/fake-nvidia-smi.ts";
import { fakePython, writeProgram } from "../../../support/fake-python.ts";

let folder: string;
/** Of the machine, not of the folder. */
let programs: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-machine-"));
  programs = mkdtempSync(join(tmpdir(), "tuning-fork-programs-"));
});
afterEach(() => [folder, programs].forEach((one) => rmSync(one, { recursive: true, force: true })));

const config = (more: Record<string, unknown> = {}, task = "text-classification"): ResolvedConfig =>
  resolveConfig({ version: 1, task, model: { name_or_path: "org/model" }, data: { train: "data.csv" }, ...more })
    .config as ResolvedConfig;
const PATH = (): string => [join(folder, "bin"), "/usr/bin", "/bin"].join(delimiter);
const look = async (resolved: ResolvedConfig, env: NodeJS.ProcessEnv = {}, signal?: AbortSignal) => {
  const facts = await readMachineFacts(resolved, folder, { PATH: PATH(), HOME: folder, ...env }, signal);
  if (!facts.known) throw new Error(facts.reason);
  return facts.facts;
};

describe("this machine", () => {
  test("its processor, memory and disk are known without any tool", async () => {
    const facts = await look(config({ model: { framework: "tfjs", name_or_path: "builtin:tiny" } }));
    expect(facts.cpu.cores).toBeGreaterThan(0);
    expect(facts.memory.totalBytes).toBeGreaterThanOrEqual(facts.memory.freeBytes);
    expect(facts.diskFreeBytes).toBeGreaterThan(0);
    expect(facts.gpus).toEqual([]);
    expect(facts.python).toMatchObject({ known: false, reason: "this trainer needs no Python of ours" });
  });

  test("GPUs come with their compute capability", async () => {
    const [gpu] = [{ index: "0", uuid: "GPU-a", name: "T4", "memory.total": "15360", compute_cap: "7.5" }];
    const env = fakeNvidiaSmi(programs, [gpu]);
    const facts = await look(config(), { ...env, TUNING_FORK_TRUSTED: "0" });
    expect(facts).toMatchObject({ accelerator: "cuda", gpus: [{ uuid: "GPU-a", capability: 7.5 }] });
  });

  test("in a folder that is not trusted no nvidia-smi of that folder is run, one of the machine is", async () => {
    fakeNvidiaSmi(folder, [{ ...FAKE_GPUS[0], uuid: "GPU-of-the-folder" }]);
    fakeNvidiaSmi(programs, [{ ...FAKE_GPUS[0], uuid: "GPU-of-the-machine" }]);
    const places = [
      join(folder, "fake-bin"),
      relative(process.cwd(), join(folder, "fake-bin")),
      join(programs, "fake-bin"),
    ];
    const seen = async (trusted: string) => {
      const env = { PATH: [...places, PATH()].join(delimiter), TUNING_FORK_TRUSTED: trusted };
      return (await look(config(), env)).gpus.map(({ uuid }) => uuid);
    };
    expect(await seen("1")).toEqual(["GPU-of-the-folder"]);
    expect(await seen("0")).toEqual(["GPU-of-the-machine"]);
  });

  test("a folder that is not there yet lies on the disk of the one above", async () => {
    expect(await readDiskFree(join(folder, "not/there/yet"))).toBeGreaterThan(0);
  });

  test("bfloat16 is read from the kernel's flags", () => {
    expect(hasBf16Flag("processor : 0\nflags\t\t: fpu avx512f avx512_bf16\n")).toBe(true);
    expect(hasBf16Flag("flags\t\t: fpu avx512f avx512_fp16 amx_tile\n")).toBe(false);
    expect(hasBf16Flag("Features\t: fp asimd bf16 i8mm\n")).toBe(true);
    expect(hasBf16Flag("")).toBe(false);
  });
});

describe("the interpreter", () => {
  const counted = (): string => {
    const log = join(folder, "asked");
    writeProgram(join(folder, "bin/python3"), `echo "$4" >> ${log}`);
    return log;
  };

  test("is asked once a minute", async () => {
    const log = counted();
    await look(config());
    await look(config());
    expect(readFileSync(log, "utf8")).toBe("packages\n");
  });

  test("of a folder that is not trusted is not run", async () => {
    const log = counted();
    const { python } = await look(config(), { TUNING_FORK_TRUSTED: "0" });
    expect(python).toMatchObject({ known: false, reason: "this folder is not trusted" });
    expect(existsSync(log)).toBe(false);
  });

  test("that is broken is a finding of C52, with the reason", async () => {
    writeProgram(join(folder, "bin/python3"), "echo 'Fatal Python error' >&2; exit 3");
    const { python } = await look(config());
    expect(python).toMatchObject({ known: false, problem: { id: "C52", code: "python-broken" } });
    expect(python.known || python.problem?.sentence).toMatch(/python3 \(PATH\) ended with 3: Fatal Python error\.$/);
  });

  test("gets the config's own variables, and torch is loaded only where there is a GPU", async () => {
    const log = join(folder, "asked");
    const env = fakeNvidiaSmi(folder);
    fakePython(
      join(folder, "real"),
      { packages: { torch: "2.13.0" }, torchBuilt: "12.8" },
      {
        cuda: { available: false, reason: "No CUDA GPUs are available" },
        bitsandbytes: null,
      },
    );
    writeProgram(join(folder, "bin/python3"), `echo "$4 $CUDA_VISIBLE_DEVICES" >> ${log}\nexec ${folder}/real "$@"`);
    const wanted = config({ hardware: { env: { CUDA_VISIBLE_DEVICES: "3" } } });
    const without = await look(wanted);
    expect(without.python).toMatchObject({ known: true, facts: { cuda: { built: "12.8", available: null } } });
    const { python } = await look(wanted, { PATH: `${join(folder, "bin")}${delimiter}${env["PATH"]}` });
    expect(python).toMatchObject({
      known: true,
      facts: { cuda: { available: false, reason: "No CUDA GPUs are available" }, chosenBy: "PATH" },
    });
    expect(readFileSync(log, "utf8")).toBe("packages 3\npackages 3\ncuda 3\n");
  });

  test("is left alone when nobody waits", async () => {
    writeProgram(join(folder, "bin/python3"), `touch ${folder}/asked; sleep 600`);
    const stop = new AbortController();
    const answer = look(config(), {}, stop.signal);
    stop.abort(new Error("typed on"));
    await expect(answer).rejects.toThrow("typed on");
  });
});

describe("what a trainer needs", () => {
  const names = (resolved: ResolvedConfig) => requirementsOf(resolved).map(({ name }) => name);

  test("follows from the config", () => {
    expect(names(config())).toEqual(["torch", "transformers", "accelerate", "peft"]);
    expect(names(config({ method: { type: "full" } }))).toEqual(["torch", "transformers", "accelerate"]);
    expect(names(config({ method: { type: "qlora" } }))).toContain("bitsandbytes");
    expect(names(config({ train: { optim: "paged_adamw_8bit" } }))).toContain("bitsandbytes");
    expect(names(config({}, "preference"))).toContain("trl");
    expect(names(config({ model: { framework: "tfjs", name_or_path: "builtin:tiny" } }))).toEqual([]);
  });

  test("versions are compared by their numbers", () => {
    expect(compareVersions("2.13.0+cpu", "2.4")).toBeGreaterThan(0);
    expect(compareVersions("2.4", "2.4.0")).toBe(0);
    const transformers = { name: "transformers", atLeast: "4.50", below: "6" };
    expect(["4.49.1", "4.50.0", "5.23.0", "6.0.0"].map((version) => isMet(transformers, version))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(specifierOf(transformers)).toBe("transformers>=4.50,<6");
  });
});

describe("accelerate's default configuration", () => {
  test.each([
    ["distributed_type: 'NO'\nmixed_precision: 'no'\nnum_processes: 1\n", false],
    ["distributed_type: MULTI_GPU\n", true],
    ["mixed_precision: fp16\n", true],
    ["num_processes: 2\n", true],
    ["use_cpu: true\n", true],
    ["", false],
    ["[", true],
  ])("%j changes how a run is launched: %s", (text, changes) => {
    expect(changesLaunch(text)).toBe(changes);
  });

  test("is found where HF_HOME says", async () => {
    const place = join(folder, "hf/accelerate");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "default_config.yaml"), "num_processes: 8\n");
    const facts = await look(config(), { HF_HOME: join(folder, "hf"), TUNING_FORK_TRUSTED: "0" });
    expect(facts.accelerateConfig).toBe(join(place, "default_config.yaml"));
  });
});

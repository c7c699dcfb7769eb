import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configToExamine } from "../../../src/doctor/config.ts";
import { finding, shortened, type HealthFinding } from "../../../src/doctor/finding.ts";
import { gpuFindings } from "../../../src/doctor/gpus.ts";
import { pythonFindings, type PythonQuestion } from "../../../src/doctor/python.ts";
import { reportOf } from "../../../src/doctor/report.ts";
import { fakeNvidiaSmi } from "../../support/fake-nvidia-smi.ts";
import { fakePython, writeProgram } from "../../support/fake-python.ts";
import { gpusIn } from "../../../src/launch/gpus.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tuning-fork-doctor-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bin = (): string => join(folder, "bin");
const env = (): NodeJS.ProcessEnv => ({ PATH: [bin(), "/usr/bin", "/bin"].join(delimiter), HOME: folder });
const GPU = gpusIn({
  how: "done",
  stdout: "0, GPU-a, Tesla T4, 15360, 15000, 0, 550.54.14\n",
  stderr: "",
  code: 0,
});
const TORCH = { torch: "2.13.0", transformers: "5.23.0", accelerate: "1.15.0" };

describe("GPUs", () => {
  test("each with its memory, after the question and its answer", async () => {
    const { findings, gpus } = await gpuFindings(fakeNvidiaSmi(folder));
    expect(gpus).toHaveLength(2);
    expect(findings[0]).toMatchObject({
      id: "nvidia-smi",
      level: "ok",
      detail: "GPUs: 2, driver 550.54.14",
      fix: null,
    });
    expect(findings[0]?.command).toMatch(/^nvidia-smi --query-gpu=index,uuid/);
    expect(findings[0]?.answer).toMatch(/^0, GPU-aaaaaaaa.* ⏎ 1, GPU-bbbbbbbb/);
    expect(findings[2]?.detail).toMatch(/^NVIDIA RTX 4090, 23\.4 GB of 24\.0 GB free, 3 % busy/);
  });

  test.each([
    ["exit 9", "warning", /^ended with 9: the driver does not work/],
    ["exit 0", "information", /lists no GPU/],
  ])("nvidia-smi that does %j is said", async (script, level, detail) => {
    writeProgram(join(bin(), "nvidia-smi"), script);
    const { findings } = await gpuFindings(env());
    expect(findings).toMatchObject([{ level, detail: expect.stringMatching(detail) as string }]);
  });

  test("none at all is no fault", async () => {
    expect((await gpuFindings({ PATH: folder })).findings).toMatchObject([
      { level: "information", answer: "spawn nvidia-smi ENOENT" },
    ]);
  });
});

describe("Python", () => {
  const config = (more = ""): PythonQuestion["config"] => {
    const file = join(folder, "finetune.yaml");
    const text = "version: 1\ntask: text-classification\nmodel: { name_or_path: org/model }\ndata: { train: a.csv }\n";
    writeFileSync(file, text + more);
    return configToExamine(file).resolved;
  };
  const look = async (question: Partial<PythonQuestion> = {}): Promise<Record<string, HealthFinding>> => {
    const found = await pythonFindings({
      config: null,
      file: null,
      baseDir: folder,
      env: env(),
      gpus: [],
      ...question,
    });
    return Object.fromEntries(found.map((one) => [one.id, one]));
  };

  test("what is missing is an error only where a config needs it", async () => {
    fakePython(join(bin(), "python3"), { packages: TORCH });
    const inGeneral = await look();
    expect(inGeneral["python"]).toMatchObject({ level: "ok", detail: expect.stringContaining("from PATH") as string });
    expect(inGeneral["python"]?.command).toMatch(/bin\/python3 -I -c … packages torch/);
    expect(inGeneral["packages-torch"]).toMatchObject({ level: "ok" });
    expect(inGeneral["packages-keras"]).toMatchObject({ level: "information" });
    expect(inGeneral["packages-keras"]?.fix).toContain("-m pip install 'tensorflow>=2.16'");
    const forLora = await look({ config: config() });
    expect(forLora["packages-torch"]).toMatchObject({
      level: "error",
      detail: "torch 2.13.0, transformers 5.23.0, accelerate 1.15.0; lacks peft>=0.14",
      fix: "/opt/python/bin/python3 -m pip install 'peft>=0.14'",
    });
    expect(forLora["packages-keras"]).toBeUndefined();
  });

  test("what only some configs need is told with them: data sets of the hub, Parquet, preferences, DeepSpeed", async () => {
    fakePython(join(bin(), "python3"), { packages: TORCH });
    const full = "method: { type: full }\n";
    const lacks = async (more: string, base = config(`${full}${more}`)): Promise<string> =>
      (await look({ config: base }))["packages-torch"]!.detail.replace(/^.*; lacks /, "");
    expect(await lacks("hardware: { strategy: deepspeed }\n")).toBe("deepspeed>=0.9.3");
    writeFileSync(
      join(folder, "dpo.finetune.yaml"),
      `version: 1\ntask: preference\nmodel: { name_or_path: org/model }\ndata: { train: [a.jsonl, b.parquet] }\n${full}`,
    );
    const { resolved } = configToExamine(join(folder, "dpo.finetune.yaml"));
    expect(await lacks("", resolved)).toBe("trl>=1.16,<2, pyarrow and datasets");
  });

  test("without any Python, a config comes with the command that makes an environment for it", async () => {
    const file = join(folder, "finetune.yaml");
    const bare = { PATH: bin(), HOME: folder };
    expect((await look({ config: config(), file, env: bare }))["python"]).toMatchObject({
      level: "error",
      fix: `tuning-fork create-environment ${file}`,
    });
    expect((await look({ env: bare }))["python"]).toMatchObject({ level: "information", fix: null });
  });

  test("a version that does not do is said with the one that is there", async () => {
    fakePython(join(bin(), "python3"), { packages: { ...TORCH, transformers: "4.30.0" } });
    const found = await look({ config: config("method: { type: full }\n") });
    expect(found["packages-torch"]?.detail).toContain("lacks transformers>=4.50,<6 (there is 4.30.0)");
  });

  test("the interpreter the config names is the one looked at, and its absence an error", async () => {
    fakePython(join(folder, "env/bin/python"), { packages: TORCH });
    const wanted = config("hardware: { python: env/bin/python }\n");
    expect((await look({ config: wanted }))["python"]?.detail).toContain("from `hardware.python`");
    rmSync(join(folder, "env"), { recursive: true });
    expect((await look({ config: wanted }))["python"]).toMatchObject({
      level: "error",
      detail: expect.stringMatching(/which is not there\.$/) as string,
    });
  });

  test("torch built for processors beside a GPU comes with the command that replaces it", async () => {
    const cuda = { cuda: { available: false, reason: null }, bitsandbytes: null };
    fakePython(join(bin(), "python3"), { packages: TORCH, isUv: true }, cuda);
    expect((await look({ gpus: GPU }))["cuda"]).toMatchObject({
      level: "warning",
      detail: "torch 2.13.0 is built for processors; GPUs: 1",
      fix: expect.stringContaining("--torch-backend=auto torch") as string,
    });
    expect((await look())["cuda"]).toMatchObject({ level: "information", fix: null });
  });

  test("CUDA that torch does not see, and bitsandbytes that does not load, come with the reason", async () => {
    fakePython(
      join(bin(), "python3"),
      { packages: { ...TORCH, bitsandbytes: "0.50.2" }, torchBuilt: "12.8" },
      {
        cuda: { available: false, reason: "No CUDA GPUs are available" },
        bitsandbytes: { usable: false, reason: "libcusparse is missing" },
      },
    );
    const found = await look({ gpus: GPU, env: { ...env(), CUDA_VISIBLE_DEVICES: "7" } });
    expect(found["cuda"]?.detail).toBe(
      "torch 2.13.0 (CUDA 12.8) sees no GPU: No CUDA GPUs are available; CUDA_VISIBLE_DEVICES=7",
    );
    expect(found["bitsandbytes"]?.detail).toBe("0.50.2 does not work: libcusparse is missing");
  });

  test("packages that every start compiles anew come with the command that compiles them once", async () => {
    fakePython(join(bin(), "python3"), { packages: TORCH, uncompiled: "/opt/my env/site-packages" });
    expect((await look())["bytecode"]).toBeUndefined();
    const found = await look({ env: { ...env(), PYTHONDONTWRITEBYTECODE: "1" } });
    expect(found["bytecode"]).toMatchObject({
      level: "warning",
      fix: `${join(bin(), "python3")} -m compileall -q -j 0 '/opt/my env/site-packages'`,
    });
  });

  test("nothing of a folder that is not trusted is run; the embedded trainer asks for no Python", async () => {
    const proof = join(folder, "ran");
    writeProgram(join(bin(), "python3"), `touch ${proof}`);
    expect(await look({ env: { ...env(), TUNING_FORK_TRUSTED: "0" } })).toMatchObject({
      python: { level: "information", detail: "not looked at: this folder is not trusted" },
    });
    const file = join(folder, "tfjs.finetune.yaml");
    writeFileSync(
      file,
      "version: 1\ntask: text-classification\nmodel: { framework: tfjs, name_or_path: builtin:tiny }\ndata: { train: a.csv }\n",
    );
    expect(await look({ config: configToExamine(file).resolved })).toEqual({});
    expect(existsSync(proof)).toBe(false);
  });

  test("accelerate's own configuration is a warning", async () => {
    fakePython(join(bin(), "python3"), { packages: TORCH });
    mkdirSync(join(folder, ".cache/huggingface/accelerate"), { recursive: true });
    writeFileSync(join(folder, ".cache/huggingface/accelerate/default_config.yaml"), "num_processes: 4\n");
    expect((await look())["accelerate"]).toMatchObject({ level: "warning" });
  });
});

test("a config without a task cannot be asked for", () => {
  writeFileSync(join(folder, "finetune.yaml"), "version: 1\n");
  expect(() => configToExamine(join(folder, "finetune.yaml"))).toThrow("does not say which task it is for");
});

test("an answer is one line", () => {
  expect(shortened({ stdout: "a\n  b\n", stderr: "c" })).toBe("a ⏎ b");
  expect(shortened({ stdout: "", stderr: "c\n" })).toBe("c");
  expect(shortened({ stdout: "x".repeat(500), stderr: "" })).toHaveLength(160);
});

test("the report has what is wrong first, and knows where its commands stand", () => {
  const fine = finding("disk", "ok", "Disk", "plenty");
  const bad = finding("packages", "error", "Packages", "lacks peft", {
    command: "python",
    answer: "no",
    fix: "pip install peft",
  });
  const { text, fixes } = reportOf([fine, bad], "This machine");
  expect(text.indexOf("Packages")).toBeLessThan(text.indexOf("Disk"));
  expect(fixes).toHaveLength(1);
  expect(text.split("\n")[fixes[0]!.line]).toBe("    pip install peft");
});

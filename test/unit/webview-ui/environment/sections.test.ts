import { describe, expect, test } from "vitest";
import {
  dataFilesOf,
  packagesOf,
  sectionsOf,
  sectionText,
  type Environment,
} from "../../../../webview-ui/environment/sections.ts";
import { ENVIRONMENT } from "../../../support/pages/seed/surroundings.ts";
import { CHAT } from "../../../support/pages/seed/trainer.ts";

const PROCESS = { runnerPid: 100, trainerPid: 123456, exitCode: 137, signal: "SIGKILL", exitUnknown: false };
const environment = (more: Partial<Environment> = {}): Environment => ({
  environment: ENVIRONMENT,
  facts: {},
  process: PROCESS,
  patchBytes: 0,
  patchFiles: 0,
  ...more,
});
/** Values of a section by their labels. */
const values = (id: string, from: Environment): Record<string, string> =>
  Object.fromEntries(
    sectionsOf(from)
      .find((section) => section.id === id)!
      .items.map(({ label, value }) => [label, value]),
  );

describe("the sections of the environment", () => {
  test("machine and process, in words and units", () => {
    expect(values("machine", environment())).toMatchObject({
      System: "Linux 6.8.0-51-generic x64",
      Memory: "64.0 GB",
      "GPU 0": "NVIDIA GeForce RTX 4090, 24.0 GB",
    });
    expect(values("process", environment())).toMatchObject({
      Command: "/usr/bin/python3 -m tuning_fork.train --config config.json",
      "Trainer's process": "123456",
      "Exit code": "137",
      Signal: "SIGKILL",
    });
  });

  test("an argument with blanks can be pasted into a shell", () => {
    const command = ["/a b/python", "-c", "it's"];
    const { Command } = values("process", environment({ environment: { ...ENVIRONMENT, command } }));
    expect(Command).toBe("'/a b/python' -c 'it'\\''s'");
  });

  test("an end nobody saw is not given a code", () => {
    const process = { ...PROCESS, exitCode: null, exitUnknown: true };
    expect(values("process", environment({ process }))["Exit code"]).toBe("not known: nobody could wait for it");
  });

  test.each([
    [{ patchBytes: 1200, patchFiles: 3 }, {}, "3 files, 1.2 kB"],
    [{}, { dirty: false }, "none"],
    [{}, { dirty: true, patchLeftOut: true }, "yes, too large to be kept"],
  ])("uncommitted changes: %j %j", (patch, git, words) => {
    const from = environment({ ...patch, environment: { ...ENVIRONMENT, git: { ...ENVIRONMENT.git, ...git } } });
    expect(values("code", from)["Uncommitted changes"]).toBe(words);
  });

  test("without git it says so; before the first commit and on no branch too", () => {
    const of = (git: unknown) => values("code", environment({ environment: { ...ENVIRONMENT, git } }));
    expect(of(null)["Git"]).toBe("The config lies in no git repository.");
    expect(of({ commit: null, branch: null, dirty: true })).toMatchObject({
      Commit: "none yet",
      Branch: "none (detached)",
    });
  });

  test("facts have words where there are some; nothing recorded is hidden", () => {
    const facts = {
      trainRows: 24_310,
      totalParameters: 184_422_661,
      trainableParameters: 1_181_957,
      model: { layers: 12, kind: "bert", experts: 4 },
    };
    expect(values("facts", environment({ facts }))).toEqual({
      "Training rows": "24,310",
      Parameters: "184,422,661",
      "Trainable parameters": "1,181,957 (0.64 %)",
      Layers: "12",
      Model: "bert",
      "model.experts": "4",
    });
    const later = environment({ environment: { ...ENVIRONMENT, container: { image: "cuda:12.8" } } });
    expect(values("other", later)).toEqual({ "container.image": "cuda:12.8" });
  });

  test("a PyTorch run: the interpreter and why it was taken, its variables, what computed and what was adapted", () => {
    const run = environment({ environment: { ...ENVIRONMENT, ...CHAT.environment }, facts: CHAT.facts });
    expect(values("process", run)).toMatchObject({
      Python: "3.12.4",
      Interpreter: "/home/ada/support-nlp/.venv/bin/python",
      "Chosen by": ".venv in /home/ada/support-nlp",
      "Installs with": "uv",
      "PyTorch built for": "CUDA or ROCm 12.8",
    });
    expect(values("variables", run)).toMatchObject({ OMP_WAIT_POLICY: "PASSIVE" });
    expect(values("facts", run)).toMatchObject({
      Device: "cuda",
      Precision: "fp16",
      Threads: "8",
      "Processes that share a step": "1",
      Method: "qlora",
      "Trainable parameters": "33,030,144 (0.81 %)",
      "Layers with adapters": "q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj",
      "Gradient checkpointing": "yes",
    });
  });

  test("an interpreter that did not answer is still named; torch for processors is told", () => {
    const of = (python: unknown) => values("process", environment({ environment: { ...ENVIRONMENT, python } }));
    const python = { path: "/bin/python3", chosenBy: "PATH", version: null, manager: null, torchBuilt: null };
    expect(of(python)).toMatchObject({ Python: "did not answer", Interpreter: "/bin/python3" });
    expect(of(python)).not.toHaveProperty("PyTorch built for");
    expect(of({ ...python, version: "3.11.4" })["PyTorch built for"]).toBe("processors");
  });

  test("data files have the rows the trainer read in them; packages are in order", () => {
    const facts = {
      files: [
        { path: "data/dev.jsonl", rows: 2702 },
        { path: "data/extra.csv", bytes: 5, rows: 1, sha256: "aa" },
      ],
    };
    expect(dataFilesOf(environment({ facts })).map(({ path, rows, bytes }) => [path, rows, bytes])).toEqual([
      ["data/train.jsonl", undefined, 4_812_331],
      ["data/dev.jsonl", 2702, 531_020],
      ["data/extra.csv", 1, 5],
    ]);
    expect(packagesOf(environment()).map(([name]) => name)).toEqual([
      "accelerate",
      "datasets",
      "peft",
      "torch",
      "transformers",
    ]);
  });

  test("a record of almost nothing shows what there is", () => {
    const sections = sectionsOf({ environment: {}, facts: {}, process: {}, patchBytes: 0, patchFiles: 0 });
    expect(sections.map(({ id, items }) => [id, items.map(({ label }) => label)])).toEqual([["machine", ["GPU"]]]);
  });

  test("copied, a shortened commit is whole", () => {
    const code = sectionsOf(environment()).find(({ id }) => id === "code")!;
    expect(sectionText(code)).toContain(`Commit: ${ENVIRONMENT.git.commit}`);
  });
});

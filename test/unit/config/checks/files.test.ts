import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RecordedRun } from "../../../../src/config/estimate/types.ts";
import { runKey } from "../../../../src/config/run-key.ts";
import { checkText, type ValidateOptions } from "../../../../src/config/validate.ts";
import { dataFolder } from "../../../support/data-folder.ts";

const ROWS = `text,label\n${Array.from({ length: 80 }, (_, row) => `text ${row},${row % 2 ? "ham" : "spam"}`).join("\n")}\n`;
const CONFIG = `version: 1
task: text-classification
run: { name: mine, seed: 7 }
model: { framework: tfjs, name_or_path: "builtin:tiny" }
data: { train: t.csv }
`;

async function check(folder: string, text: string, options: ValidateOptions = {}) {
  const tiers = ["text", "files"] as const;
  return checkText(text, join(folder, "finetune.yaml"), { env: {}, tiers, ...options });
}

describe("a run that was made before", () => {
  const record = (key: string): RecordedRun => ({
    framework: "tfjs",
    family: "full",
    accelerator: "cpu",
    model: "builtin:tiny",
    parameters: null,
    estimatedBytes: null,
    peakBytes: null,
    secondsPerStep: null,
    tokensPerStep: null,
    name: "first try",
    key,
  });

  test("is told by its name, whatever the new one is called; not when data or seed differ", async () => {
    const folder = dataFolder({ "t.csv": ROWS });
    const { config, data } = await check(folder, CONFIG);
    const history = [record(runKey(config!, data!.files))];
    const told = async (text: string) =>
      (await check(folder, text, { history })).report.diagnostics.filter(({ id }) => id === "C59");
    const [found, ...more] = await told(CONFIG.replace("mine", "another"));
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      severity: "information",
      line: 3,
      message: expect.stringMatching(/^The run first try /),
    });
    expect(await told(CONFIG.replace("seed: 7", "seed: 8"))).toEqual([]);
    const other = dataFolder({ "t.csv": `${ROWS}one more,ham\n` });
    expect((await check(other, CONFIG, { history })).report.diagnostics).toEqual([]);
  });
});

test("what lies where files are looked for, and is none, keeps nobody waiting", async () => {
  const folder = dataFolder({ "old/checkpoint-5/weights.bin": "" });
  for (const name of ["pipe.csv", "out/checkpoints/step-5/tuning-fork.json", "old/checkpoint-5/trainer_state.json"]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    execFileSync("mkfifo", [join(folder, name)]);
  }
  symlinkSync("loop", join(folder, "loop"));
  const ids = async (resume: string, out: string) => {
    const text = CONFIG.replace("t.csv", "pipe.csv").replace("seed: 7", `seed: 7, output_dir: ${out}`);
    const { report } = await check(folder, `${text}checkpoint: { resume: ${resume} }\n`);
    return report.diagnostics.map(({ id }) => id);
  };
  // A folder with the name of a checkpoint is taken, whatever is in it: the trainers refuse it too.
  expect(await ids("never", "out")).toEqual(["C50", "C14"]);
  expect(await ids("never", "loop")).toEqual(["C14"]);
  expect(await ids("old/checkpoint-5", "pipe.csv")).toEqual(["C14"]);
  expect(await ids("loop", "out")).toEqual(["C50", "C14", "C51"]);
});

test("a check whose data cannot be read is silent, where another tells why", async () => {
  const folder = dataFolder({ "t.csv": "text,label\na,x\n" });
  const { report } = await check(folder, CONFIG.replace("t.csv", "gone.csv"));
  expect(report.diagnostics.map(({ id }) => id)).toEqual(["C14"]);
});

test("what was not read is said by every check that needs it", async () => {
  const text = CONFIG.replace("framework: tfjs, ", "").replace("builtin:tiny", "org/name");
  const { report } = await check(dataFolder(), text.replace("t.csv", "imdb, format: hf"));
  const skipped = new Map(report.skipped.map(({ id, reason }) => [id, reason]));
  for (const id of ["C10", "C12", "C13", "C14", "C15", "C17", "C18", "C19", "C20", "C22"]) {
    expect(skipped.get(id), id).toBe("imdb is a data set of the hub, which is not read here");
  }
});

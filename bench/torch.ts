/** Time of one optimizer step of the PyTorch trainer beside that of a bare Trainer: MiniLM, 8 rows of 64 tokens. */
import { execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";
import type { Report } from "./lib/report.ts";

const AREA = "torch";
/** Blocks of each of the two, by turns. */
const PAIRS = 7;
const TIMEOUT_MS = 30 * 60_000;
const MS_PER_S = 1000;
/** The same for both, as a run's launcher sets them. */
const VARIABLES = {
  HF_HUB_OFFLINE: "1",
  OMP_WAIT_POLICY: "PASSIVE",
  TOKENIZERS_PARALLELISM: "false",
  TRANSFORMERS_VERBOSITY: "error",
};

interface StepTimes {
  bare: number[];
  ours: number[];
}

export async function bench(report: Report): Promise<void> {
  const python = process.env["TUNING_FORK_TEST_PYTHON"];
  const model = process.env["TUNING_FORK_MINILM"];
  if (!python || !model) throw new Error("scripts/bench.mjs names the interpreter and the model of this part.");
  const root = process.cwd();
  const script = join(root, "bench/python/step_time.py");
  const PYTHONPATH = ["python", "test/python"].map((folder) => join(root, folder)).join(delimiter);
  const output = execFileSync(python, ["-X", "utf8", script, model, String(PAIRS)], {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    env: { ...process.env, ...VARIABLES, PYTHONPATH },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { bare, ours } = JSON.parse(output) as StepTimes;
  const inMs = (seconds: number[]): number[] => seconds.map((one) => one * MS_PER_S);
  report.add({ area: AREA, name: "step of MiniLM, bare Trainer", unit: "ms", samples: inMs(bare) });
  report.add({ area: AREA, name: "step of MiniLM, ours, every step recorded", unit: "ms", samples: inMs(ours) });
  const ratios = ours.map((seconds, pair) => seconds / bare[pair]!);
  report.add({ area: AREA, name: "our step over the bare Trainer's", unit: "×", samples: ratios, goal: "≤ 1.02" });
}

/** Time of one optimizer step of `builtin:use-lite`, 8 rows of 64 tokens, on each backend that works here. */
import { execFileSync } from "node:child_process";
import { createRandom } from "../src/base/random.ts";
import { type BackendName, loadBackend } from "../src/trainers/tfjs/backends/load.ts";
import { probeAll } from "../src/trainers/tfjs/backends/probes.ts";
import { createModel } from "../src/trainers/tfjs/models/create.ts";
import { createOptimizer } from "../src/trainers/tfjs/optim/create.ts";
import { TokenRows } from "../src/trainers/tfjs/train/rows.ts";
import { trainStep } from "../src/trainers/tfjs/train/step.ts";
import { median, type Report } from "./lib/report.ts";

const AREA = "trainer";
const ROWS = 8;
const TOKENS = 64;
const STEPS = 20;
const WARM_UPS = 3;
const TIMEOUT_MS = 300_000;

export async function bench(report: Report): Promise<void> {
  const steps = new Map<BackendName, number[]>();
  for (const { name, result } of await probeAll()) {
    if (!result.works || name === "cpu") continue;
    // Each in a process of its own, as in a run: a backend's threads and memory would weigh on the next.
    const output = execFileSync(process.execPath, [process.argv[1]!, "--trainer-step", name], {
      encoding: "utf8",
      timeout: TIMEOUT_MS,
    });
    const samples = JSON.parse(output) as number[];
    steps.set(name, samples);
    report.add({ area: AREA, name: `step of use-lite, ${name} (${result.backend.device})`, unit: "ms", samples });
  }
  const native = steps.get("tensorflow");
  const wasm = steps.get("wasm");
  if (native && wasm) {
    const ratios = wasm.map((ms) => ms / median(native));
    report.add({ area: AREA, name: "wasm step over native step", unit: "×", samples: ratios, goal: "≤ 2.7" });
  }
}

async function measure(backend: BackendName): Promise<number[]> {
  await loadBackend(backend);
  const settings = { nameOrPath: "builtin:use-lite", pooling: "auto", dropout: 0.1, freeze: null } as const;
  const random = createRandom(1);
  const tools = { random, baseDir: process.cwd(), onProgress: () => undefined, signal: new AbortController().signal };
  const model = await createModel(settings, ["ham", "spam"], tools);
  const optimizer = createOptimizer(
    "adamw_torch",
    model.parameters.filter(({ trainable }) => trainable),
    0.01,
  );
  const text = Array.from({ length: TOKENS }, (_, index) => `word${index}`).join(" ");
  const examples = Array.from({ length: ROWS }, (_, row) => ({ text, label: row % 2, file: "", row }));
  const data = new TokenRows(model, examples, TOKENS);
  const batches = [examples.map(({ row }) => row)];
  const samples: number[] = [];
  for (let step = -WARM_UPS; step < STEPS; step++) {
    const startMs = performance.now();
    await trainStep(model, optimizer, data, batches, random, { rate: 1e-4, maxNorm: 1 });
    if (step >= 0) samples.push(performance.now() - startMs);
  }
  return samples;
}

if (process.argv[2] === "--trainer-step") {
  void measure(process.argv[3] as BackendName).then((samples) => process.stdout.write(JSON.stringify(samples)));
}

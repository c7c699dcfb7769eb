import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../../src/base/random.ts";
import { metricKey, metricsLine } from "../../src/journal/metrics-line.ts";
import { newRunId } from "../../src/runs/id.ts";
import { RUN_FILES, storePaths } from "../../src/runs/layout.ts";

export interface RunData {
  /** Metrics of each line. */
  metrics: number;
  steps: number;
  /** Values that float32 holds exactly, as most trainers log them; else all 53 bits are used. */
  single?: boolean;
}

let serial = 0;

/** Writes the folder of a finished run with a noisy falling curve for each metric; returns its id. */
export function writeRun(root: string, { metrics, steps, single = false }: RunData): string {
  const createdMs = 1_760_000_000_000 + serial++;
  const id = newRunId(createdMs);
  const dir = storePaths(root).run(id);
  mkdirSync(dir, { recursive: true });
  const json = (file: keyof typeof RUN_FILES, value: unknown): void =>
    writeFileSync(join(dir, RUN_FILES[file]), JSON.stringify(value));
  json("manifest", {
    version: 1,
    id,
    name: `bench ${serial}`,
    createdMs,
    parent: null,
    configFile: "/project/finetune.yaml",
    baseDir: "/project",
    project: "bench",
    slot: 1,
    tags: [],
    starter: { pid: 1, startTime: "1", bootId: "", pidNamespace: "", host: "" },
  });
  json("config", { version: 1, task: "text-classification", train: { learning_rate: 2e-5, num_train_epochs: 3 } });
  const header = (writer: string): string =>
    `${JSON.stringify({ t: "journal", timeMs: createdMs, version: 1, writer, run: id, segment: 1, fromStep: 0 })}\n`;
  const state = (name: string): string =>
    `${JSON.stringify({ t: "state", timeMs: createdMs, state: name, cause: "" })}\n`;
  writeFileSync(join(dir, RUN_FILES.runner), header("runner") + state("running") + state("finished"));
  writeCurves(join(dir, RUN_FILES.events), header("trainer"), { metrics, steps, single, createdMs });
  return id;
}

function writeCurves(
  path: string,
  header: string,
  { metrics, steps, single, createdMs }: Required<RunData> & { createdMs: number },
): void {
  const keys = Array.from({ length: metrics }, (_, i) => metricKey(`train/metric_${i}`));
  const random = createRandom(steps + metrics);
  // Two draws, because one has 32 bits and a float64 has 53.
  const noise = (): number => random.next() + random.next() * 2 ** -32;
  const fd = openSync(path, "w");
  let text = header;
  let timeMs = createdMs;
  for (let step = 1; step <= steps; step++) {
    timeMs += 8 + random.int(5);
    const value = (): number => {
      const plain = 2 * Math.exp(-step / steps) + 0.1 * noise();
      return single ? Math.fround(plain) : plain;
    };
    text += `${metricsLine("metrics", timeMs, step, metrics, (i) => keys[i]!, value)}\n`;
    if (text.length > 1 << 20) {
      writeSync(fd, text);
      text = "";
    }
  }
  writeSync(fd, text);
  closeSync(fd);
}

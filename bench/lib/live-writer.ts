/** A process of its own that logs like trainers do, so that what it costs is not counted with what is measured. */
import { spawn } from "node:child_process";
import { sleep } from "../../src/base/clock.ts";
import { JournalWriter } from "../../src/journal/writer.ts";
import { runFile } from "../../src/runs/layout.ts";

/** What is logged: each of the runs gets `metrics` values at once, `hz` times a second, for `seconds`. */
export interface LiveLogging {
  runs: { id: string; dir: string }[];
  metrics: number;
  hz: number;
  seconds: number;
  fromStep: number;
}

const FLAG = "--live-writer";

/** Starts it; resolves when everything is logged, rejects when it fails. `stop` ends it early. */
export function logInOtherProcess(logging: LiveLogging): { done: Promise<void>; stop: () => void } {
  const child = spawn(process.execPath, [process.argv[1]!, FLAG, JSON.stringify(logging)], { stdio: "inherit" });
  const done = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      code === 0 || signal === "SIGTERM" ? resolve() : reject(new Error(`The logging process ended with ${code}.`)),
    );
  });
  return { done, stop: () => void child.kill() };
}

async function log({ runs, metrics, hz, seconds, fromStep }: LiveLogging): Promise<void> {
  const writers = runs.map(
    ({ id, dir }) => new JournalWriter(runFile(dir, "events"), { writer: "trainer", run: id, segment: 1, fromStep: 0 }),
  );
  const startMs = performance.now();
  for (let tick = 0; tick < hz * seconds; tick++) {
    const waitMs = startMs + (tick * 1000) / hz - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const step = fromStep + tick;
    for (const writer of writers) {
      const values = Object.fromEntries(
        Array.from({ length: metrics }, (_, i) => [`train/metric_${i}`, Math.exp(-step / 5000) + Math.random() * 0.1]),
      );
      writer.write({ t: "metrics", step, values });
    }
  }
  await Promise.all(writers.map((writer) => writer.close()));
}

if (process.argv[2] === FLAG) void log(JSON.parse(process.argv[3]!) as LiveLogging);

import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { writeJsonAtomic } from "../../../src/base/files.ts";
import { runKey } from "../../../src/config/run-key.ts";
import { runFile, storePaths } from "../../../src/runs/layout.ts";
import { recordedRuns, recordedRunsIn } from "../../../src/runs/recorded-peaks.ts";
import { makeStoreFolder, RunFolder } from "../../support/run-folder.ts";
import { storePair } from "../../support/store-pair.ts";
import { resolved } from "../../support/estimate-facts.ts";

const pair = storePair();
const GPUS = [
  { index: 0, uuid: "GPU-a", name: "Card A" },
  { index: 1, uuid: "GPU-b", name: "Card B" },
];

/** A run of five steps, two seconds each, that finished. */
function finished(environment: Record<string, unknown>, config: Record<string, unknown> = {}): RunFolder {
  const run = new RunFolder(pair.root, {}, resolved(config) as unknown as Record<string, unknown>);
  writeJsonAtomic(runFile(run.dir, "environment"), {
    host: hostname(),
    gpus: GPUS,
    visibleGpus: ["GPU-b"],
    ...environment,
  });
  run.segment(1, 0).state("running");
  const facts = { parameters: 1 };
  run.events({ t: "start", timeMs: run.tick(), total: 5, epochs: 1, stepsPerEpoch: 5, facts });
  for (let step = 1; step <= 5; step++) {
    run.tick(1990);
    run.metrics(step, { "train/loss": 1 });
    const values = { "system/gpu.0.memory": 9e9, "system/gpu.1.memory": step === 3 ? 7e9 : 2e9 };
    run.runner({ t: "system", timeMs: run.timeMs, step, values });
    run.events({ t: "progress", timeMs: run.timeMs, step, total: 5, epoch: 1, samplesPerSecond: null, etaMs: null });
  }
  return run.state("finished");
}

const ofRun = async () => {
  await pair.store.sync();
  return recordedRuns({ store: pair.store, paths: storePaths(pair.root) });
};

test("a finished run tells peak, pace and what was estimated; the peak is that of the GPUs it saw", async () => {
  const dataFiles = [{ path: "/data/t.csv", bytes: 1, sha256: "a".repeat(64) }];
  finished({ estimate: { gpuPeakBytes: 8e9, tokensPerStep: 512 }, dataFiles }, { method: { type: "qlora" } });
  expect(await ofRun()).toEqual([
    {
      framework: "torch",
      family: "qlora",
      accelerator: "Card B",
      model: "org/name",
      parameters: null,
      estimatedBytes: 8e9,
      peakBytes: 7e9,
      secondsPerStep: 2,
      tokensPerStep: 512,
      name: expect.any(String) as string,
      key: runKey(resolved({ method: { type: "qlora" } }), dataFiles),
    },
  ]);
  expect(await recordedRunsIn(pair.root)).toEqual(await ofRun());
});

test("runs of other machines, of other scripts and those that did not end well are left out", async () => {
  const before = (await ofRun()).length;
  finished({ host: "elsewhere" });
  finished({}).state("failed");
  new RunFolder(pair.root, {}, { task: "script" }).segment(1, 0).state("finished");
  expect(await ofRun()).toHaveLength(before);
});

test("the embedded trainer takes no GPU, and an older record without an estimate has none", async () => {
  finished({}, { model: { framework: "tfjs", name_or_path: "builtin:tiny" } });
  const [newest] = await ofRun();
  expect(newest).toMatchObject({
    framework: "tfjs",
    accelerator: "cpu",
    peakBytes: null,
    estimatedBytes: null,
    tokensPerStep: 8 * 256,
  });
});

test("there is no history where there is no store", async () => {
  expect(await recordedRunsIn("/nowhere/.tuning-fork")).toEqual([]);
});

test("a store that has no database yet, or one that cannot be read, has no history", async () => {
  const { root, remove } = makeStoreFolder();
  try {
    expect(await recordedRunsIn(root)).toEqual([]);
    writeFileSync(storePaths(root).database, "this is no database");
    expect(await recordedRunsIn(root)).toEqual([]);
  } finally {
    remove();
  }
});

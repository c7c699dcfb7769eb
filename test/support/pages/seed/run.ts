import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeJsonAtomic } from "../../../../src/base/files.ts";
import type { AnyEvent, RunState } from "../../../../src/journal/events.ts";
import { runFile } from "../../../../src/runs/layout.ts";
import type { RunManifest } from "../../../../src/runs/model.ts";
import { RunFolder } from "../../run-folder.ts";
import { randomNumbers } from "../../seeded.ts";
import { evalValues, systemEvent, trainValues, type Learning } from "./curves.ts";
import type { TrainerSeed } from "./trainer.ts";
import { CHECKPOINT_BYTES, seedCheckpoint } from "./checkpoint.ts";
import { seedEvaluation, type EvaluationSeed } from "./evaluation.ts";
import { evalTables } from "./tables.ts";
import { CONFIG_TEXT, resolvedConfig, ENVIRONMENT, originsOf, OUTPUT_HEAD } from "./surroundings.ts";

/** One run as runner and trainer would have left it; times end now (or `endedAgoMs` ago). */
export interface SeedRun {
  seed: number;
  name: string;
  slot?: number;
  learning?: Partial<Learning>;
  state?: RunState;
  cause?: string;
  endedAgoMs?: number;
  tags?: string[];
  parent?: { run: string; step: number };
  /** Changes of the resolved config, dotted. */
  config?: Record<string, unknown>;
  /** The run was stopped at this step and resumed from the checkpoint before it. */
  resumedAt?: { stoppedAt: number; from: number };
  alerts?: { step: number; code: string; level: "info" | "warning" | "error"; message: string }[];
  /** Lines after the usual ones of `output.log`. */
  output?: string[];
  /** Metrics beside the usual ones: their names. */
  extraMetrics?: string[];
  /** What another trainer or task than the usual classification records. */
  trainer?: TrainerSeed;
  /** What checkpoints reached on other files, which are relative to the config, so long before now. */
  evaluations?: (Omit<EvaluationSeed, "timeMs"> & { agoMs: number })[];
  /** Steps of pinned checkpoints. */
  pins?: number[];
  /** Commit of the environment; uncommitted files. */
  commit?: string;
  dirty?: boolean;
}

export const LEARNING: Learning = {
  total: 1140,
  done: 1140,
  stepsPerEpoch: 380,
  evalEvery: 95,
  learningRate: 2e-4,
  f1: 0.921,
  msPerStep: 633,
  gpu: true,
};

/** Makes the folder; returns the run, ready to grow further. */
export function seedRun(root: string, seed: SeedRun): RunFolder {
  const learning: Learning = { ...LEARNING, ...seed.learning };
  const random = randomNumbers(seed.seed);
  const endMs = Date.now() - (seed.endedAgoMs ?? 0);
  const tookMs = 4000 + learning.done * learning.msPerStep;
  const manifest: Partial<RunManifest> = {
    createdMs: endMs - tookMs,
    name: seed.name,
    slot: seed.slot ?? 1,
    tags: seed.tags ?? [],
    parent: seed.parent ?? null,
    project: "support-nlp",
    configFile: join(root, "..", "finetune.yaml"),
    baseDir: join(root, ".."),
  };
  const config = resolvedConfig(learning, seed.config);
  const run = new RunFolder(root, manifest, config);
  if (seed.pins) run.meta({ pins: seed.pins });
  writeJsonAtomic(runFile(run.dir, "origins"), originsOf(config));
  writeFileSync(runFile(run.dir, "configSource"), CONFIG_TEXT);
  const git = { ...ENVIRONMENT.git, ...(seed.commit ? { commit: seed.commit } : {}), dirty: seed.dirty ?? true };
  const gpus = learning.gpu ? ENVIRONMENT.gpus : [];
  writeJsonAtomic(runFile(run.dir, "environment"), { ...ENVIRONMENT, git, gpus, ...seed.trainer?.environment });
  writeFileSync(
    runFile(run.dir, "codePatch"),
    "diff --git a/train.py b/train.py\n--- a/train.py\n+++ b/train.py\n@@ -1 +1 @@\n-a\n+b\n",
  );
  run
    .segment(1, seed.parent?.step ?? 0)
    .state("preparing")
    .state("running");
  run.timeMs += 4000;
  run.events({
    t: "start",
    timeMs: run.timeMs,
    total: learning.total,
    epochs: 3,
    stepsPerEpoch: learning.stepsPerEpoch,
    facts: seed.trainer?.facts ?? {
      trainRows: 24_310,
      evalRows: 2702,
      classes: 5,
      backend: "cuda",
      totalParameters: 184_422_661,
      trainableParameters: 1_181_957,
    },
  });
  if (!seed.trainer)
    run.events({
      t: "baseline",
      timeMs: run.timeMs,
      name: "majority",
      metrics: { "eval/f1_macro": 0.0812, "eval/accuracy": 0.2547 },
    });
  for (const { file, agoMs, ...evaluation } of seed.evaluations ?? [])
    seedEvaluation(run, { ...evaluation, file: join(root, "..", file), timeMs: Date.now() - agoMs });
  writeOutput(run, [...OUTPUT_HEAD]);
  const first = seed.parent?.step ?? 0;
  if (seed.resumedAt) {
    trainSteps(run, first + 1, seed.resumedAt.stoppedAt, learning, random, seed);
    run.state("stopping").state("stopped", "Stopped by user root.").tick(40_000);
    run.segment(2, seed.resumedAt.from).state("preparing").state("running");
    trainSteps(run, seed.resumedAt.from + 1, learning.done, learning, random, seed);
  } else trainSteps(run, first + 1, learning.done, learning, random, seed);
  if (seed.output) writeOutput(run, seed.output);
  const state = seed.state ?? "finished";
  if (state === "finished") run.events({ t: "end", timeMs: run.tick(), outcome: "finished", step: learning.done });
  if (state === "failed")
    run.events({
      t: "end",
      timeMs: run.tick(),
      outcome: "failed",
      step: learning.done,
      reason: seed.cause ?? "",
      code: "out-of-memory",
    });
  if (state !== "running") run.state(state, seed.cause ?? "");
  return run;
}

export function writeOutput(run: RunFolder, lines: readonly string[]): void {
  appendFileSync(runFile(run.dir, "output"), lines.map((line) => `${line}\n`).join(""));
}

/** Appends what the trainer and runner write while steps `from` to `to` are made. */
export function trainSteps(
  run: RunFolder,
  from: number,
  to: number,
  learning: Learning,
  random: ReturnType<typeof randomNumbers>,
  seed: Pick<SeedRun, "alerts" | "extraMetrics" | "pins" | "trainer">,
): void {
  const events: AnyEvent[] = [];
  const runner: AnyEvent[] = [];
  const output: string[] = [];
  const startMs = run.timeMs - (from - 1) * learning.msPerStep;
  const { trainer } = seed;
  let best = Number.NEGATIVE_INFINITY;
  let bestStep = -1;
  let sampledMs = run.timeMs;
  for (let step = from; step <= to; step++) {
    const timeMs = run.tick(learning.msPerStep);
    const extra = Object.fromEntries(
      (seed.extraMetrics ?? []).map((name, index) => [name, Math.sin(step / (20 + index)) + 0.1 * random.next()]),
    );
    const trained = { ...trainValues(step, learning, random), ...trainer?.train(step, learning, random) };
    events.push({ t: "metrics", timeMs, step, values: { ...trained, ...extra } });
    for (const alert of (seed.alerts ?? []).filter((one) => one.step === step))
      events.push({ t: "alert", timeMs, ...alert });
    while (sampledMs < timeMs) {
      runner.push(systemEvent(Math.max(0, Math.round((sampledMs - startMs) / 1000)), sampledMs, learning.gpu, random));
      sampledMs += 2000;
    }
    if (step % learning.evalEvery === 0 || step === learning.total) {
      const values = trainer?.evaluate(step, learning) ?? evalValues(step, learning, random);
      events.push({ t: "metrics", timeMs, step, values });
      if (trainer) events.push(...trainer.tables(step, learning).map((table) => ({ ...table, timeMs, step })));
      else events.push(...evalTables(step, timeMs, Math.min(0.97, values["eval/accuracy"]!), random));
      const score = trainer ? -values["eval/loss"]! : values["eval/f1_macro"]!;
      const isBest = score > best;
      if (isBest) [best, bestStep] = [score, step];
      const path = `checkpoints/step-${step}`;
      events.push({ t: "checkpoint", timeMs, step, path, bytes: CHECKPOINT_BYTES, metrics: values, best: isBest });
      seedCheckpoint(join(run.dir, path), step / learning.stepsPerEpoch);
      const old = step - 3 * learning.evalEvery;
      if (old > 0 && old % learning.evalEvery === 0 && old !== bestStep && !seed.pins?.includes(old)) {
        events.push({ t: "checkpoint-removed", timeMs, step: old, path: `checkpoints/step-${old}` });
        rmSync(join(run.dir, `checkpoints/step-${old}`), { recursive: true, force: true });
      }
      const said = Object.entries(values).filter(([name]) => /f1_macro|loss$|perplexity/.test(name));
      const figures = said.map(([name, value]) => `${name} ${value.toFixed(4)}`).toReversed();
      output.push(`\u001b[32mINFO\u001b[0m step ${step}: ${figures.join(" ")}`);
    }
    if (step % 10 === 0)
      output.push(
        `Training: ${Math.round((100 * step) / learning.total)}%|█████     | ${step}/${learning.total} [${Math.round((step * learning.msPerStep) / 1000)}s, ${(1000 / learning.msPerStep).toFixed(2)}it/s]`,
      );
  }
  const etaMs = (learning.total - to) * learning.msPerStep;
  events.push({
    t: "progress",
    timeMs: run.timeMs,
    step: to,
    total: learning.total,
    epoch: to / learning.stepsPerEpoch,
    samplesPerSecond: 64_000 / learning.msPerStep,
    etaMs,
  });
  run.events(...events).runner(...runner);
  writeOutput(run, output);
}

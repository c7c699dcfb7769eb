import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeJsonAtomic } from "../../src/base/files.ts";
import { identifySelf } from "../../src/base/identity.ts";
import { newRunId } from "../../src/runs/id.ts";
import { runFile, storePaths } from "../../src/runs/layout.ts";
import type { LaunchPlan, RunManifest } from "../../src/runs/model.ts";

/** What the fake trainer does. Without anything it makes five quick steps and finishes; a stop saves a checkpoint. */
export interface FakeTraining {
  steps?: number;
  stepMs?: number;
  /** Before its `start` event. */
  prepareMs?: number;
  onStop?: "ignore";
  /** Default: the same as a stop. */
  onSigterm?: "ignore" | "die";
  /** Processes of its group that would outlive it; they ignore SIGTERM when it does. */
  children?: number;
  /** Those are in sessions of their own, as the processes of PyTorch's launcher. */
  apart?: boolean;
  /** Step after which it sends itself `signal` (default SIGKILL). */
  crashAt?: number | "start";
  signal?: NodeJS.Signals;
  /** Step after which it fails with a reason. */
  failAt?: number;
  /** Step after which it exits with `exitCode` and no last word. */
  exitAt?: number;
  exitCode?: number;
  /** Step after which it says nothing for `silentMs`. */
  silentAt?: number;
  silentMs?: number;
  /** Variables of its environment to print. */
  printEnv?: string[];
}

const SCRIPT = resolve(import.meta.dirname, "fake-trainer.mjs");
const DIST = resolve(import.meta.dirname, "../../dist");

/** Makes the folder of a run whose trainer is the fake one, ready to be submitted. */
export function makeFakeRun(
  root: string,
  training: FakeTraining = {},
  plan: Partial<LaunchPlan> = {},
): { id: string; runDir: string } {
  const id = newRunId(Date.now());
  const runDir = storePaths(root).run(id);
  mkdirSync(join(runDir, "checkpoints"), { recursive: true });
  const manifest: RunManifest = {
    version: 1,
    id,
    name: `fake-${id.slice(-4)}`,
    createdMs: Date.now(),
    parent: null,
    configFile: join(root, "finetune.yaml"),
    baseDir: root,
    project: "test",
    slot: 1,
    tags: [],
    starter: identifySelf(),
  };
  writeJsonAtomic(runFile(runDir, "manifest"), manifest);
  writeJsonAtomic(runFile(runDir, "config"), {});
  writePlan(runDir, training, { segment: 1, fromStep: 0, resumeFrom: null, ...plan });
  return { id, runDir };
}

/** Writes the launch plan of a segment. */
export function writePlan(
  runDir: string,
  training: FakeTraining,
  plan: Partial<LaunchPlan> & Pick<LaunchPlan, "segment" | "fromStep" | "resumeFrom">,
): void {
  const whole: LaunchPlan = {
    command: [process.execPath, SCRIPT, JSON.stringify(training)],
    cwd: runDir,
    codeDir: DIST,
    gpus: null,
    gracePeriodMs: 20_000,
    sampleEveryMs: 60_000,
    by: "test",
    ...plan,
  };
  writeJsonAtomic(runFile(runDir, "launch"), whole);
}

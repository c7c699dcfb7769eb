import type { RunView } from "../../../../src/messages/run-view.ts";

/** A live run at step 846 of 1,140, as the host would tell it, with some of it changed. */
export function viewOf(changes: Partial<RunView> = {}): RunView {
  const metric = (last: number, more: Partial<RunView["metrics"][string]> = {}) => ({
    last,
    lastStep: 846,
    min: last,
    minStep: 846,
    max: last,
    maxStep: 846,
    count: 846,
    goal: null,
    ...more,
  });
  return {
    id: "01K00000000000000000000000",
    name: "deberta-r16-lr2e-4",
    slot: 1,
    state: "running",
    cause: "",
    createdMs: 0,
    startedMs: 1000,
    endedMs: null,
    tags: [],
    note: "",
    starred: false,
    trashed: false,
    task: "text-classification",
    model: "m",
    method: "lora",
    configFile: "/project/finetune.yaml",
    parent: null,
    progress: { step: 846, total: 1140, epoch: 2.23 },
    epochs: 3,
    stepsPerEpoch: 380,
    metrics: {
      "train/loss": metric(0.2145, { goal: "min" }),
      "eval/f1_macro": metric(0.9168, { goal: "max", lastStep: 760, maxStep: 760 }),
      "system/cpu": metric(31),
      "system/memory": metric(14.2 * 2 ** 30),
      "system/gpu.0.utilization": metric(94),
      "system/gpu.0.memory": metric(6.8 * 2 ** 30, { max: 7 * 2 ** 30 }),
      "system/gpu.0.temperature": metric(66.4),
      "system/gpu.0.power": metric(402),
    },
    segments: [{ segment: 1, fromStep: 0, cutStep: null, startedMs: 1000 }],
    checkpoints: [checkpoint(665), checkpoint(760)],
    best: { metric: "eval/f1_macro", value: 0.9168, step: 760, timeMs: 482_000 },
    dir: "/project/.tuning-fork/runs/x",
    phase: null,
    phaseMs: null,
    ranMs: 0,
    beganMs: 1000,
    etaMs: 186_000,
    stepsPerSecond: 1.58,
    samplesPerSecond: 101.1,
    lastDataMs: 536_000,
    usualGapMs: 633,
    forcedAtMs: null,
    alerts: [],
    tables: [],
    baselines: [],
    reference: null,
    isBaseline: false,
    git: null,
    machine: {
      cores: 16,
      memoryBytes: 64 * 2 ** 30,
      gpus: [{ index: 0, name: "NVIDIA GeForce RTX 4090", memoryBytes: 24 * 2 ** 30 }],
    },
    plan: { learningRate: 2e-4, scheduler: "linear", warmupSteps: 69, maxGradNorm: 1 },
    checkpointLimit: 2,
    notUsable: null,
    evaluations: [],
    failure: null,
    remedy: null,
    readOnly: null,
    ...changes,
  };
}

export const checkpoint = (step: number, present = true): RunView["checkpoints"][number] => ({
  step,
  path: `/project/checkpoints/step-${step}`,
  bytes: 18_900_000,
  metrics: {},
  tags: [],
  present,
  segment: 1,
  timeMs: 482_000,
});

export const alert = (
  step: number | null,
  changes: Partial<RunView["alerts"][number]> = {},
): RunView["alerts"][number] => ({
  timeMs: 500_000,
  level: "warning",
  code: "loss-spike",
  message: "Loss spiked ×9 at step 812 (0.187 → 1.69). Gradient norm 14.2.",
  step,
  muted: false,
  ...changes,
});

/** The moment the view is of. */
export const NOW_MS = 536_000;

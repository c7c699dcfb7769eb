import type { AnyEvent } from "../../../../src/journal/events.ts";
import type { RandomNumbers } from "../../seeded.ts";

/** How a seeded run learns. */
export interface Learning {
  total: number;
  /** Steps made. */
  done: number;
  stepsPerEpoch: number;
  evalEvery: number;
  learningRate: number;
  /** Where eval/f1_macro ends up, 0–1. */
  f1: number;
  /** Step of a loss spike with a large gradient; absent = none. */
  spikeAt?: number;
  /** From this step on the loss is NaN. */
  nanFrom?: number;
  msPerStep: number;
  gpu: boolean;
}

const normal = (random: RandomNumbers): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** Learning rate of a linear schedule with a warm-up of 6 %. */
export function rateAt(step: number, { total, learningRate }: Learning): number {
  const warm = Math.ceil(total * 0.06);
  return learningRate * (step <= warm ? step / warm : Math.max(0, (total - step) / (total - warm)));
}

/** What the trainer logs at a training step. */
export function trainValues(step: number, learning: Learning, random: RandomNumbers): Record<string, number> {
  const { spikeAt, nanFrom, msPerStep } = learning;
  const since = spikeAt === undefined ? -1 : step - spikeAt;
  const spike = since >= 0 && since < 7 ? Math.exp(-since / 2) : 0;
  const base = 0.16 + 2.1 * Math.exp(-step / (learning.total * 0.11));
  const loss = base * (1 + 0.18 * normal(random)) + spike * 1.5;
  return {
    "train/loss": nanFrom !== undefined && step >= nanFrom ? Number.NaN : Math.max(0.02, loss),
    "train/learning_rate": rateAt(step, learning),
    "train/grad_norm": Math.max(0.3, 1.1 + 2.2 * Math.exp(-step / 40) + 0.15 * normal(random)) + spike * 13,
    "train/epoch": step / learning.stepsPerEpoch,
    "train/samples_per_second": 64_000 / msPerStep + normal(random),
  };
}

/** What an evaluation gives. */
export function evalValues(step: number, { total, f1 }: Learning, random: RandomNumbers): Record<string, number> {
  const progress = 1 - Math.exp((-4.5 * step) / total);
  const score = 0.32 + (f1 - 0.32) * progress + 0.001 * normal(random);
  return {
    "eval/loss": 0.245 + 0.62 * (1 - progress) + 0.002 * normal(random),
    "eval/f1_macro": Math.min(0.999, score),
    "eval/accuracy": Math.min(0.999, score + 0.0072),
    "eval/precision_macro": Math.min(0.999, score + 0.003),
    "eval/recall_macro": Math.min(0.999, score - 0.004),
  };
}

/** A sample of the machine, `seconds` after the start. */
export function systemEvent(seconds: number, timeMs: number, gpu: boolean, random: RandomNumbers): AnyEvent {
  const evaluating = seconds % 66 < 3 && seconds > 10;
  const values: Record<string, number> = {
    "system/cpu": Math.max(2, 31 + 5 * normal(random)),
    "system/memory": 14.2e9 + 2e8 * normal(random),
    "system/process.cpu": 104 + 6 * normal(random),
    "system/process.memory": 3.1e9,
    "system/disk.free": 312e9,
  };
  if (gpu) {
    values["system/gpu.0.utilization"] = Math.min(100, (evaluating ? 72 : 94) + 2 * normal(random));
    values["system/gpu.0.memory"] = (seconds < 4 ? 2.1 : 6.8) * 2 ** 30 + (evaluating ? 0.2 * 2 ** 30 : 0);
    values["system/gpu.0.temperature"] = 66 + normal(random);
    values["system/gpu.0.power"] = 402 + 6 * normal(random);
  }
  return { t: "system", timeMs, step: seconds, values };
}

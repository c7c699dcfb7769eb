import type { ResolvedConfig } from "./types.ts";

/**
 * How many steps a run has: the arithmetic of Hugging Face's `Trainer`, which the embedded trainer follows too.
 * All functions are pure; rows are rows, batches are forward passes, steps are optimizer steps.
 */

const DEFAULT_BATCH = 8;

/** Rows held out for evaluation. The product is freed of binary noise first: 0.07 × 100 is 7, not 7.000000000000001. */
export const evalRows = (rows: number, fraction: number): number => Math.ceil(withoutNoise(rows * fraction));

/** Rows that count for one optimizer step. */
export const effectiveBatch = (perDevice: number, accumulation: number, devices: number): number =>
  perDevice * accumulation * devices;

export interface StepPlan {
  /** Forward passes in an epoch; the last may have fewer rows. */
  batchesPerEpoch: number;
  stepsPerEpoch: number;
  totalSteps: number;
  warmupSteps: number;
  /** Rows of a full step. */
  effectiveBatch: number;
}

export interface StepInput {
  trainRows: number;
  perDevice: number;
  accumulation: number;
  devices: number;
  epochs: number;
  maxSteps: number | null;
  /** Steps, or a percentage of all steps (`"6%"`). */
  warmup: string | number;
}

export function planSteps(input: StepInput): StepPlan {
  const batchesPerEpoch = Math.ceil(input.trainRows / (input.perDevice * input.devices));
  const stepsPerEpoch = Math.max(1, Math.ceil(batchesPerEpoch / input.accumulation));
  const totalSteps = input.maxSteps ?? Math.ceil(input.epochs * stepsPerEpoch);
  return {
    batchesPerEpoch,
    stepsPerEpoch,
    totalSteps,
    warmupSteps: warmupSteps(input.warmup, totalSteps),
    effectiveBatch: effectiveBatch(input.perDevice, input.accumulation, input.devices),
  };
}

/** Steps of warm-up: a percentage is of all steps, rounded up, binary noise included: as the Trainer has it, 7 % of 100 are 8. */
export function warmupSteps(warmup: string | number, totalSteps: number): number {
  return typeof warmup === "number" ? warmup : Math.ceil(totalSteps * (Number.parseFloat(warmup) / 100));
}

/** Rows of a forward pass on one device. `auto` counts as the default where no device tells what fits. */
export const perDeviceBatch = ({ per_device_train_batch_size: size }: ResolvedConfig["train"]): number =>
  size === "auto" ? DEFAULT_BATCH : size;

/** The plan of a config for so many training rows. */
export function planOf(config: ResolvedConfig, trainRows: number): StepPlan {
  const { train, hardware } = config;
  return planSteps({
    trainRows,
    perDevice: perDeviceBatch(train),
    accumulation: train.gradient_accumulation_steps,
    devices: deviceCount(hardware),
    epochs: train.num_train_epochs,
    maxSteps: train.max_steps,
    warmup: train.warmup,
  });
}

/** Devices that share a batch. Without a strategy for several, one is used (`auto` too). */
export function deviceCount(hardware: ResolvedConfig["hardware"]): number {
  if (hardware.strategy === "single" || hardware.devices === "auto") return 1;
  return Array.isArray(hardware.devices) ? hardware.devices.length : hardware.devices;
}

const withoutNoise = (value: number): number => Number(value.toPrecision(12));

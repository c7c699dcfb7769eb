import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { fromJsonNumber } from "../base/numbers.ts";
import { deviceCount, effectiveBatch, perDeviceBatch } from "../config/arithmetic.ts";
import { familyOf } from "../config/estimate/recipe.ts";
import type { RecordedRun } from "../config/estimate/types.ts";
import type { ResolvedConfig } from "../config/types.ts";
import { runKey } from "../config/run-key.ts";
import type { DataFileFacts } from "../launch/environment.ts";
import type { RunStore } from "../store/port.ts";
import type { RunRecord } from "./model.ts";
import { openRunsToRead, type RunsHome } from "./open.ts";
import { rememberedPaces } from "./smoke/paces.ts";

/** Newest runs that are looked at. */
const LIMIT = 60;
/** A run that ended before says little of its peak and its pace. */
const FEWEST_STEPS = 3;

/**
 * What earlier runs on this machine took: the newest that ended well. Their peak is the most memory their GPUs had in use while
 * they ran, as `nvidia-smi` told the runner; other programs on the same GPU count with it. Smoke runs come after them.
 */
export async function recordedRuns({ store, paths }: Pick<RunsHome, "store" | "paths">): Promise<RecordedRun[]> {
  const ended = (await store.list({ limit: LIMIT })).filter(
    ({ state, progress, task }) =>
      (state === "finished" || state === "stopped") && progress.step >= FEWEST_STEPS && task !== "script",
  );
  const records = await Promise.all(ended.map(({ id }) => store.get(id)));
  const here = records.filter((record) => record !== undefined && record.environment["host"] === hostname());
  const recorded = await Promise.all(here.map((record) => recordedRun(record!, store)));
  return [...recorded, ...rememberedPaces(paths.root)];
}

/** The same of a store that is not open; none where there is no store. Nothing is ingested or put right for it. */
export async function recordedRunsIn(root: string): Promise<RecordedRun[]> {
  if (!existsSync(root)) return [];
  const home = await openRunsToRead(root, { readOnly: true });
  try {
    return await recordedRuns(home);
  } finally {
    await home.close();
  }
}

/** What one run took. */
export async function recordedRun(record: RunRecord, store: Pick<RunStore, "clock">): Promise<RecordedRun> {
  const config = record.config as unknown as ResolvedConfig; // of a trained task, written by this program
  const { gpuPeakBytes, tokensPerStep } = estimateIn(record);
  const files = (record.environment["dataFiles"] ?? []) as DataFileFacts[];
  const isOnGpu = config.model.framework !== "tfjs";
  return {
    framework: config.model.framework,
    family: familyOf(config),
    accelerator: (isOnGpu ? gpusOf(record)[0]?.name : undefined) ?? "cpu",
    model: config.model.name_or_path,
    parameters: record.totalParameters,
    estimatedBytes: gpuPeakBytes,
    peakBytes: isOnGpu ? measuredPeak(record) : null,
    secondsPerStep: await secondsPerStep(record.id, store),
    tokensPerStep: tokensPerStep ?? fullStep(config),
    name: record.name,
    ...(record.state === "finished" && files.length > 0 ? { key: runKey(config, files) } : {}),
  };
}

/** Tokens of a step whose rows are all as long as may be: what is known of a run whose estimate was not recorded. */
const fullStep = ({ train, hardware, data }: ResolvedConfig): number =>
  effectiveBatch(perDeviceBatch(train), train.gradient_accumulation_steps, deviceCount(hardware)) * data.max_length;

interface KnownGpu {
  index: number;
  uuid: string;
  name: string;
}

/** The GPUs the run could see. */
function gpusOf({ environment }: RunRecord): KnownGpu[] {
  const gpus = (environment["gpus"] ?? []) as KnownGpu[];
  const visible = environment["visibleGpus"] as string[] | null | undefined;
  return visible ? gpus.filter(({ uuid }) => visible.includes(uuid)) : gpus;
}

function measuredPeak(record: RunRecord): number | null {
  const peaks = gpusOf(record).flatMap(({ index }) => {
    const most = record.metrics[`system/gpu.${index}.memory`]?.max;
    const bytes = most === undefined || most === null ? undefined : fromJsonNumber(most);
    return bytes === undefined || !Number.isFinite(bytes) ? [] : [bytes];
  });
  return peaks.length === 0 ? null : Math.max(...peaks);
}

/** What the record keeps of the estimate that was made before the run. */
function estimateIn({ environment }: RunRecord): { gpuPeakBytes: number | null; tokensPerStep: number | null } {
  const { gpuPeakBytes, tokensPerStep } = (environment["estimate"] ?? {}) as Record<string, unknown>;
  const number = (value: unknown): number | null => (typeof value === "number" && value > 0 ? value : null);
  return { gpuPeakBytes: number(gpuPeakBytes), tokensPerStep: number(tokensPerStep) };
}

/** Wall time of a step, from the first to the last step that was logged: evaluations and saving count, loading does not. */
async function secondsPerStep(run: string, store: Pick<RunStore, "clock">): Promise<number | null> {
  const { steps, timesMs } = await store.clock(run);
  const took = (timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0);
  const made = (steps.at(-1) ?? 0) - (steps[0] ?? 0);
  return made > 0 && took > 0 ? took / made / 1000 : null;
}

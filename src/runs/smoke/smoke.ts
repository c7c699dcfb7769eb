import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import type { JsonNumber } from "../../base/numbers.ts";
import { UserError } from "../../base/errors.ts";
import { t } from "../../base/l10n.ts";
import { deviceCount, effectiveBatch, perDeviceBatch, planOf } from "../../config/arithmetic.ts";
import { isScriptConfig, type ResolvedConfig } from "../../config/types.ts";
import { checkFile } from "../../config/validate.ts";
import { forkRun } from "../fork.ts";
import { followRun } from "../follow.ts";
import { STORE_FOLDER } from "../layout.ts";
import { isTerminal, type RunRecord } from "../model.ts";
import { openRuns, type RunsHome } from "../open.ts";
import { recordedRun } from "../recorded-peaks.ts";
import { startableFile } from "../start-config.ts";
import { startRun } from "../start.ts";
import { stopRun } from "../stop.ts";
import { comparePredictions, type ReloadComparison } from "./compare.ts";
import { rememberPace } from "./paces.ts";

/** Optimizer steps of a smoke run. */
export const SMOKE_STEPS = 2;
/** A smoke run that has not ended by then will not. */
const TIMEOUT_MS = 30 * 60_000;
const STOP_TIMEOUT_MS = 20_000;

/** Everything but length, place and what follows training is the config's own. */
const OVERRIDES = [
  `train.max_steps=${SMOKE_STEPS}`,
  "eval.strategy=steps",
  `eval.steps=${SMOKE_STEPS}`,
  "eval.early_stopping_patience=null",
  "checkpoint.save_total_limit=1",
  "checkpoint.resume=never",
  "run.output_dir=null",
  "export.formats=[]",
  "track.report_to=[]",
];

/** What two steps, one evaluation, one save and one reload of a config showed. */
export interface SmokeResult {
  /** Everything worked, and the reloaded model predicts the same. */
  ok: boolean;
  /** Losses of the steps. */
  losses: number[];
  /** Metrics of the evaluation by name (`eval/loss`). */
  metrics: Record<string, JsonNumber>;
  /** Bytes of the checkpoint. */
  checkpointBytes: number | null;
  /**
   * Milliseconds from the start to the first step, of the second step, of this trial, and what the real run's steps will
   * take at that pace (without its evaluations).
   */
  timesMs: { untilFirstStep: number | null; step: number | null; whole: number; realRun: number | null };
  /** What the model predicted before it was saved and after it was loaded again by a new process. */
  reload: ReloadComparison;
  /** Why it is not ok, one sentence; null when it is. */
  problem: string | null;
}

export type SmokeStage = "training" | "reloading";

export interface SmokeOptions {
  env: NodeJS.ProcessEnv;
  /** `key=value` texts, as a start takes them. */
  overrides?: readonly string[];
  signal?: AbortSignal;
  /** Store that keeps the pace, for estimates; kept nowhere when left out. */
  storeRoot?: string;
  onStage?: (stage: SmokeStage) => void;
}

/**
 * Tries a config with its own data, model and batches: two optimizer steps, an evaluation, a checkpoint, and that
 * checkpoint loaded by a new process, whose predictions must be the same. It is a run in a folder of its own, which is
 * removed afterwards whatever happens; only its pace is kept, where a store is named. Throws `ConfigRefused` for a config with errors, a `UserError` for a trainer that
 * fails, with its reason, and the signal's reason when it is cancelled.
 */
export async function smokeRun(file: string, options: SmokeOptions): Promise<SmokeResult> {
  const { env, overrides = [], signal } = options;
  await refuseScript(file, overrides, env);
  const startable = await startableFile(file, {
    overrides: [...overrides, ...OVERRIDES],
    env,
    ...(signal ? { signal } : {}),
  });
  const scratch = mkdtempSync(join(tmpdir(), "tuning-fork-smoke-"));
  const home = await openRuns(join(scratch, STORE_FOLDER));
  const startedMs = systemClock();
  try {
    options.onStage?.("training");
    const request = { ...startable, configFile: file, baseDir: dirname(file), name: "smoke run", by: "smoke run", env };
    const trained = await ended(home, await startRun(home, request), signal);
    options.onStage?.("reloading");
    const { run } = await forkRun(home, trained, { at: "last", overrides: [], by: "smoke run", env });
    const reloaded = await ended(home, run, signal);
    const result = await resultOf(home, trained, reloaded, startedMs);
    if (options.storeRoot !== undefined) await remember(options.storeRoot, home, trained, result);
    const steps = await realSteps(file, overrides, env, trained);
    if (steps !== null && result.timesMs.step !== null) result.timesMs.realRun = steps * result.timesMs.step;
    return result;
  } finally {
    await home.close();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function refuseScript(file: string, overrides: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { config } = await checkFile(file, { overrides, env, tiers: [] });
  if (!config || !isScriptConfig(config)) return;
  throw new UserError(
    "smoke-run-script",
    t("A script of your own is not tried in two steps: how many it makes is its own affair."),
    { file, advice: t("Start it with a parameter that makes it short.") },
  );
}

/** Waits for the end of a run. One that is given up, by the signal or the clock, is stopped first: no process is left. */
async function ended(home: RunsHome, run: RunRecord, signal: AbortSignal | undefined): Promise<RunRecord> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const until = signal ? AbortSignal.any([signal, limit]) : limit;
  const following = followRun(home, run, { fromSegment: 1, signal: until });
  let next = await following.next();
  while (!next.done) next = await following.next();
  const record = next.value;
  if (record && isTerminal(record.state)) {
    if (record.state === "finished") return record;
    throw new UserError("smoke-run-failed", t("The two steps failed: {0}", record.cause));
  }
  await stopRun(home, run, { by: "smoke run", force: true, timeoutMs: STOP_TIMEOUT_MS }).catch(() => undefined);
  signal?.throwIfAborted();
  throw new UserError("smoke-run-slow", t("The two steps have not ended within {0} minutes.", TIMEOUT_MS / 60_000));
}

/** Keeps what a step took for estimates of the same config, until a real run tells more. */
async function remember(root: string, { store }: RunsHome, run: RunRecord, { timesMs }: SmokeResult): Promise<void> {
  if (timesMs.step === null) return;
  const { train, hardware, data } = run.config as unknown as ResolvedConfig; // of a trained task, written by this program
  const rowsPerStep = effectiveBatch(perDeviceBatch(train), train.gradient_accumulation_steps, deviceCount(hardware));
  rememberPace(root, {
    ...(await recordedRun(run, store)),
    secondsPerStep: timesMs.step / 1000,
    smoke: { atMs: systemClock(), rowsPerStep, maxLength: data.max_length },
  });
}

/** Optimizer steps of the run the config is for; the trial has counted the rows. */
async function realSteps(
  file: string,
  overrides: readonly string[],
  env: NodeJS.ProcessEnv,
  { facts }: RunRecord,
): Promise<number | null> {
  const { config } = await checkFile(file, { overrides, env, tiers: ["text"] });
  const rows = facts["trainRows"];
  return config && !isScriptConfig(config) && typeof rows === "number" ? planOf(config, rows).totalSteps : null;
}

async function resultOf(
  { store }: RunsHome,
  trained: RunRecord,
  reloaded: RunRecord,
  startedMs: number,
): Promise<SmokeResult> {
  const [before, after] = await Promise.all([trained, reloaded].map(({ id }) => store.table(id, "eval/samples")));
  const [loss] = (await store.seriesMany([{ run: trained.id, metric: "train/loss" }])) as {
    values: Float64Array;
    timesMs: Float64Array;
  }[];
  const reload = comparePredictions(before, after);
  const times = loss ? Array.from(loss.timesMs) : [];
  const metrics = Object.entries(trained.metrics).filter(([name]) => name.startsWith("eval/"));
  const wrong = metrics.find(([, { last }]) => typeof last !== "number");
  const notFinite =
    wrong && t("After two steps {0} is {1}. A lower learning rate keeps it finite.", wrong[0], wrong[1].last);
  const problem = notFinite ?? reload.problem;
  return {
    ok: problem === null,
    losses: loss ? Array.from(loss.values) : [],
    metrics: Object.fromEntries(metrics.map(([name, { last }]) => [name, last])),
    checkpointBytes: trained.checkpoints.at(-1)?.bytes ?? null,
    timesMs: {
      untilFirstStep: times[0] === undefined ? null : times[0] - startedMs,
      step: times.length < 2 ? null : times[1]! - times[0]!,
      whole: systemClock() - startedMs,
      realRun: null,
    },
    reload,
    problem,
  };
}

import { bestOf } from "../../runs/headline.ts";
import { readJson } from "../../base/files.ts";
import { fromJsonNumber } from "../../base/numbers.ts";
import { warmupSteps } from "../../config/arithmetic.ts";
import type { RunView } from "../../messages/run-view.ts";
import { runFile } from "../../runs/layout.ts";
import type { LaunchPlan, RunManifest, RunRecord } from "../../runs/model.ts";
import { whyNotUsable } from "../../runs/using/use.ts";
import type { EvaluationReader } from "./evaluations.ts";
import type { FailureReader } from "./failure.ts";
import { listIn, numberOr, objectIn, setting, textOr } from "./record.ts";
import { remedyOf } from "./remedy.ts";
import { runHead, type HeadStore } from "./run-head.ts";
import type { RunSurroundings } from "./surroundings.ts";

export { runHead } from "./run-head.ts";

/** Everything the run page shows at once. */
export async function runView(
  record: RunRecord,
  store: HeadStore,
  around: RunSurroundings,
  failure: Pick<FailureReader, "read">,
  evaluations: Pick<EvaluationReader, "read">,
): Promise<RunView> {
  const head = await runHead(record, store);
  const { activity } = record;
  const muted = around.mutedAlerts();
  const hasFailed = record.state === "failed" || record.state === "crashed" || record.state === "lost";
  return {
    ...head,
    dir: record.dir,
    phase: activity.phase,
    phaseMs: activity.phaseMs,
    ranMs: activity.ranMs,
    beganMs: activity.beganMs,
    etaMs: record.etaMs,
    stepsPerSecond: numberOr(fromJsonNumber(record.metrics["train/steps_per_second"]?.last)) ?? activity.stepsPerSecond,
    samplesPerSecond: activity.samplesPerSecond,
    lastDataMs: activity.lastDataMs,
    usualGapMs: activity.usualGapMs,
    forcedAtMs: forcedAt(record),
    alerts: record.alerts.map((alert) => ({
      ...alert,
      level: alert.level === "error" || alert.level === "info" ? alert.level : "warning",
      muted: muted.includes(alert.code),
    })),
    tables: record.tables,
    baselines: record.baselines,
    reference: await referenceOf(record, head.best?.metric, store, around.baseline()),
    isBaseline: around.baseline() === record.id,
    git: gitOf(record),
    machine: machineOf(record),
    plan: planOf(record),
    checkpointLimit: numberOr(setting(record, "checkpoint", "save_total_limit")),
    notUsable: whyNotUsable(textOr(setting(record, "model", "framework"))),
    evaluations: await evaluations.read(),
    failure: hasFailed ? await failure.read() : null,
    remedy: hasFailed ? remedyOf({ ...record, baseDir: baseDirOf(record) }) : null,
    readOnly: around.readOnly(),
  };
}

/** When a stop turns to force: the end of the grace period, or the moment it did. */
function forcedAt({ dir, state, activity }: RunRecord): number | null {
  if (state !== "stopping" || !activity.stop) return null;
  const { stage, timeMs } = activity.stop;
  if (stage !== "asked") return timeMs;
  const graceMs = readJson<LaunchPlan>(runFile(dir, "launch"))?.gracePeriodMs;
  return typeof graceMs === "number" ? timeMs + graceMs : null;
}

/** The run to compare with: the chosen one, else the parent. Null without a value of the same metric. */
async function referenceOf(
  record: RunRecord,
  metric: string | undefined,
  store: HeadStore,
  chosen: string | undefined,
): Promise<RunView["reference"]> {
  const isParent = chosen === undefined || chosen === record.id;
  const id = isParent ? record.parent?.run : chosen;
  const other = metric && id ? await store.get(id) : undefined;
  const best = other && bestOf(other.metrics, metric!);
  return best ? { run: other.id, name: other.name, value: best.value, isParent } : null;
}

function gitOf({ environment }: RunRecord): RunView["git"] {
  const git = objectIn(environment, "git");
  const commit = textOr(git["commit"]);
  return commit ? { commit, dirty: git["dirty"] === true, branch: textOr(git["branch"]) } : null;
}

function machineOf({ environment }: RunRecord): RunView["machine"] {
  return {
    cores: numberOr(objectIn(environment, "cpu")["cores"]) ?? 0,
    memoryBytes: numberOr(environment["memoryBytes"]) ?? 0,
    gpus: listIn(environment, "gpus").map((gpu, index) => ({
      index: numberOr(gpu["index"]) ?? index,
      name: textOr(gpu["name"]) ?? "",
      memoryBytes: numberOr(gpu["memoryBytes"]) ?? 0,
    })),
  };
}

function planOf(record: RunRecord): RunView["plan"] {
  const warmup = setting(record, "train", "warmup");
  const { total } = record.progress;
  const isKnown = typeof warmup === "number" || (typeof warmup === "string" && total !== null);
  return {
    learningRate: numberOr(setting(record, "train", "learning_rate")),
    scheduler: textOr(setting(record, "train", "lr_scheduler_type")),
    warmupSteps: isKnown ? numberOr(warmupSteps(warmup, total ?? 0)) : null,
    maxGradNorm: numberOr(setting(record, "train", "max_grad_norm")),
  };
}

const baseDirOf = ({ dir }: RunRecord): string => readJson<RunManifest>(runFile(dir, "manifest"))?.baseDir ?? dir;

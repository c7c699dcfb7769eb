import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import type { ResolvedConfig } from "../../../config/types.ts";
import type { ClassificationData } from "../../../data/types.ts";
import type { EventWriter } from "../../../journal/writer.ts";
import { RUN_FILES } from "../../../runs/layout.ts";
import type { RunManifest } from "../../../runs/model.ts";
import type { LoadedBackend } from "../backends/load.ts";
import type { StateSettings } from "../checkpoint/format.ts";
import { CheckpointKeeper, type KeeperSettings } from "../checkpoint/keeper.ts";
import type { ClassifierModel } from "../models/model.ts";
import { createOptimizer } from "../optim/create.ts";
import { Schedule } from "../optim/schedule.ts";
import { writeBaselines } from "./baselines.ts";
import { BestTracker } from "./best.ts";
import type { TrainerContext } from "./context.ts";
import { chooseMetrics, Evaluator } from "./evaluator.ts";
import { TrainingLoop } from "./loop.ts";
import { Pace } from "./pace.ts";
import { requireWithinPlan, type TrainingPlan } from "./plan.ts";
import type { ProgressReport } from "./progress-report.ts";
import { freshStart, restore } from "./restore.ts";
import { TokenRows } from "./rows.ts";
import type { StopRequest } from "./stop.ts";

/** What a session gets from outside. */
export interface SessionTools {
  context: TrainerContext;
  journal: EventWriter;
  stop: StopRequest;
  /** Version of the product, for the checkpoints. */
  version: string;
}

/** What a session has loaded. */
export interface Loaded {
  config: ResolvedConfig;
  manifest: RunManifest;
  data: ClassificationData;
  model: ClassifierModel;
  plan: TrainingPlan;
  backend: LoadedBackend;
}

/**
 * Puts the loop together and, when the session goes on from a checkpoint, brings all its parts to where that stands.
 * @throws UserError for settings that do not exist here and checkpoints that do not fit
 */
export function assemble(tools: SessionTools, progress: ProgressReport, loaded: Loaded): TrainingLoop {
  const { context, journal, stop } = tools;
  const { config, data, model, plan } = loaded;
  const { train } = config;
  const metrics = chooseMetrics(config.eval.metrics, config.checkpoint.metric_for_best_model);
  const { greaterIsBetter } = metrics;
  const trained = model.parameters.filter(({ trainable }) => trainable);
  const optimizer = createOptimizer(train.optim, trained, train.weight_decay);
  const schedule = new Schedule({
    type: train.lr_scheduler_type,
    rate: train.learning_rate,
    total: plan.total,
    warmup: plan.warmup,
    greaterIsBetter,
  });
  const best = new BestTracker(greaterIsBetter, config.eval.early_stopping_patience);
  const settings: StateSettings = {
    seed: plan.seed,
    optim: train.optim,
    scheduler: train.lr_scheduler_type,
    metric: metrics.deciding,
  };
  const start = context.resumeFrom
    ? restore(context.resumeFrom, { run: context.run, settings, model, optimizer, schedule, best })
    : freshStart(plan.seed);
  for (const message of start.remarks) {
    journal.write({ t: "alert", level: "warning", code: "state-not-restored", message, step: start.step });
  }
  requireWithinPlan(plan, start);
  const evaluates = data.eval.length > 0 && config.eval.strategy !== "no";
  const evalRows = new TokenRows(model, data.eval, config.data.max_length);
  const parts = {
    plan,
    rows: new TokenRows(model, data.train, config.data.max_length),
    model,
    optimizer,
    schedule,
    dropout: start.dropout,
    best,
    evaluator: evaluates ? new Evaluator(model, evalRows, metrics, journal, progress) : null,
    keeper: new CheckpointKeeper(keeperSettings(tools, loaded, settings), model, optimizer, journal, start.savedStep),
    journal,
    progress,
    pace: new Pace(evaluates ? data.eval.length : 0),
    stop,
    afterFirstStep: () => {
      // A resumed run has them in its journal already.
      if (evaluates && start.savedStep === undefined) writeBaselines(journal, data, metrics);
    },
  };
  // A fork of the last checkpoint has nothing to train, but its own evaluation and checkpoint to make.
  const isForkAtEnd = context.resumeFrom !== null && start.savedStep === undefined && start.step === plan.total;
  return new TrainingLoop(parts, start.step, start.evaluationDue || isForkAtEnd);
}

function keeperSettings(
  { context, version }: SessionTools,
  { config, manifest, model, plan, backend }: Loaded,
  settings: StateSettings,
): KeeperSettings {
  const place = config.run.output_dir === null ? context.runDir : resolve(manifest.baseDir, config.run.output_dir);
  return {
    runDir: context.runDir,
    folder: join(place, RUN_FILES.checkpoints),
    limit: config.checkpoint.save_total_limit,
    saveOptimizer: config.checkpoint.save_optimizer,
    fixed: {
      version: 1,
      run: context.run,
      total: plan.total,
      configHash: createHash("sha256").update(JSON.stringify(config)).digest("hex"),
      labels: [...model.labels],
      versions: { "tuning-fork": version, node: process.version, backend: backend.version },
      settings,
    },
  };
}

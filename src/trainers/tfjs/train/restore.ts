import { createRandom, randomFromState, type Random } from "../../../base/random.ts";
import { UserError } from "../../../base/errors.ts";
import type { StateSettings } from "../checkpoint/format.ts";
import { readOptimizer, requireManifest } from "../checkpoint/load.ts";
import type { ClassifierModel } from "../models/model.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { Schedule } from "../optim/schedule.ts";
import type { BestTracker } from "./best.ts";
import { STREAMS, streamSeed } from "./rows.ts";

/** Where training goes on. */
export interface StartingPoint {
  /** Optimizer steps behind us. */
  step: number;
  dropout: Random;
  evaluationDue: boolean;
  /** The step whose checkpoint in the run's own folder holds these weights. */
  savedStep: number | undefined;
  /** What could not be taken over from the checkpoint, one sentence each. */
  remarks: string[];
}

export interface Restorable {
  run: string;
  settings: StateSettings;
  model: ClassifierModel;
  optimizer: Optimizer;
  schedule: Schedule;
  best: BestTracker;
}

/** The start of a run that goes on from nothing. */
export const freshStart = (seed: number): StartingPoint => ({
  step: 0,
  dropout: createRandom(streamSeed(seed, STREAMS.dropout)),
  evaluationDue: false,
  savedStep: undefined,
  remarks: [],
});

/**
 * Brings everything to where a checkpoint left it.
 *
 * The run's own checkpoint is a resume: all of the state is taken over, and the losses that follow are those of a run that
 * was never interrupted. Another run's checkpoint is a fork: weights, step and therewith place in data and schedule are
 * taken over; the optimizer's arrays where optimizer and trained parameters are the same; the dropout generator where
 * the seed is the same; the plateau's memory where schedule and metric are the same. So a fork without changes trains
 * like a resume, and one with changes follows its own settings' schedule from that step on. Which evaluation was best
 * starts anew: the best checkpoint must be one of the run itself.
 * @throws UserError when the folder is no checkpoint or does not fit the model
 */
export function restore(dir: string, parts: Restorable): StartingPoint {
  const manifest = requireManifest(dir);
  const { settings, state } = manifest;
  const own = manifest.run === parts.run;
  const remarks: string[] = [];
  parts.model.loadFolder(dir);

  const optimizer = settings.optim === parts.settings.optim ? readOptimizer(dir, manifest) : undefined;
  if (!optimizer) {
    remarks.push(
      settings.optim === parts.settings.optim
        ? "The checkpoint was saved without the optimizer's state, so its averages start anew: losses will differ from an uninterrupted run's."
        : `The optimizer changed from ${settings.optim} to ${parts.settings.optim}, so its state starts anew.`,
    );
  } else {
    try {
      parts.optimizer.load(optimizer);
    } catch (error) {
      if (own || !(error instanceof UserError) || error.code !== "optimizer-state-mismatch") throw error;
      remarks.push("Other parameters are trained than in the parent run, so the optimizer's state starts anew.");
    }
  }
  const sameSeed = settings.seed === parts.settings.seed;
  if (settings.scheduler === parts.settings.scheduler && settings.metric === parts.settings.metric) {
    parts.schedule.load(state.schedule);
  }
  if (own) parts.best.load(state.best);
  return {
    step: manifest.step,
    dropout: sameSeed ? randomFromState(state.dropout) : freshStart(parts.settings.seed).dropout,
    evaluationDue: own && state.evaluationDue,
    savedStep: own ? manifest.step : undefined,
    remarks,
  };
}

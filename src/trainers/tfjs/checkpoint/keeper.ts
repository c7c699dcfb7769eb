import { join, relative } from "node:path";
import { systemClock } from "../../../base/clock.ts";
import { readJson } from "../../../base/files.ts";
import { toJsonNumber } from "../../../base/numbers.ts";
import type { EventWriter } from "../../../journal/writer.ts";
import { runFile } from "../../../runs/layout.ts";
import type { RunMeta } from "../../../runs/model.ts";
import type { ClassifierModel } from "../models/model.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { requireWritableFolder } from "./disk.ts";
import { checkpointName, type CheckpointManifest, type TrainingState } from "./format.ts";
import { removeCheckpoint, requireOwnFolder, storedCheckpoints, surplus } from "./retention.ts";
import { amendCheckpoint, removeLeftovers, saveCheckpoint } from "./save.ts";

export interface KeeperSettings {
  runDir: string;
  /** Folder of the `step-N` folders. */
  folder: string;
  /** Checkpoints kept beside the best and the pinned ones. */
  limit: number;
  saveOptimizer: boolean;
  /** The part of every manifest that does not change. */
  fixed: Omit<CheckpointManifest, "step" | "epoch" | "savedMs" | "metrics" | "state">;
}

/** Saves and prunes the checkpoints of one run, and writes both into its journal. */
export class CheckpointKeeper {
  private readonly settings: KeeperSettings;
  private readonly model: ClassifierModel;
  private readonly optimizer: Optimizer;
  private readonly journal: EventWriter;
  private lastSaved: number | undefined;

  /**
   * @param savedStep the step of this run's own checkpoint that training goes on from, if it does
   * @throws UserError when the folder cannot be written to or holds checkpoints of other runs
   */
  constructor(
    settings: KeeperSettings,
    model: ClassifierModel,
    optimizer: Optimizer,
    journal: EventWriter,
    savedStep: number | undefined,
  ) {
    this.settings = settings;
    this.model = model;
    this.optimizer = optimizer;
    this.journal = journal;
    this.lastSaved = savedStep;
    requireWritableFolder(settings.folder);
    requireOwnFolder(settings.folder, settings.fixed.run);
    removeLeftovers(settings.folder);
  }

  /** The step whose weights lie in the newest checkpoint. */
  get savedStep(): number | undefined {
    return this.lastSaved;
  }

  /**
   * Saves the present weights and state as the checkpoint of `step`, then prunes. When that step's weights are on disk
   * already (saved at a stop, evaluated after the resume), only what it says of itself is replaced.
   * @throws UserError when the disk does not take it
   */
  save(step: number, epoch: number, state: TrainingState, metrics: Record<string, number>, best: boolean): void {
    const { folder, fixed, runDir } = this.settings;
    const manifest: CheckpointManifest = {
      ...fixed,
      step,
      epoch,
      savedMs: systemClock(),
      metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, toJsonNumber(value)])),
      state,
    };
    const optimizer = this.settings.saveOptimizer ? this.optimizer.state() : null;
    const { path, bytes } =
      this.lastSaved === step
        ? amendCheckpoint(join(folder, checkpointName(step)), manifest)
        : saveCheckpoint(folder, { manifest, model: this.model, optimizer });
    this.lastSaved = step;
    this.journal.write({ t: "checkpoint", step, path: shownPath(runDir, path), bytes, metrics, best });
    this.prune(step, state.best.best?.step ?? null);
  }

  private prune(currentStep: number, best: number | null): void {
    const { folder, limit, runDir, fixed } = this.settings;
    const pins = readJson<RunMeta>(runFile(runDir, "meta"))?.pins ?? [];
    for (const checkpoint of surplus(storedCheckpoints(folder, fixed.run), { limit, currentStep, best, pins })) {
      removeCheckpoint(checkpoint);
      this.journal.write({ t: "checkpoint-removed", step: checkpoint.step, path: shownPath(runDir, checkpoint.path) });
    }
  }
}

/** Relative to the run's folder, or absolute when it lies elsewhere. */
function shownPath(runDir: string, path: string): string {
  const inside = relative(runDir, path);
  return inside.startsWith("..") ? path : inside.replaceAll("\\", "/");
}

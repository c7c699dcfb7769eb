import { systemClock } from "../../../base/clock.ts";
import { createRandom } from "../../../base/random.ts";
import { loadClassificationData } from "../../../data/classification.ts";
import { selectBackend } from "../backends/select.ts";
import { createModel, modelSettings } from "../models/create.ts";
import { assemble, type SessionTools } from "./assemble.ts";
import { readRunFiles } from "./context.ts";
import { startFacts } from "./facts.ts";
import type { MemoryContext } from "./failure.ts";
import type { LoopEnd, TrainingLoop } from "./loop.ts";
import { trainingPlan } from "./plan.ts";
import { ProgressReport } from "./progress-report.ts";
import { STREAMS, streamSeed } from "./rows.ts";

/** One segment of a run in this process: everything is loaded, brought to its starting point, and trained to an end. */
export class Session {
  private readonly tools: SessionTools;
  private readonly progress: ProgressReport;
  private loop: TrainingLoop | undefined;
  /** Sizes to give advice on, once they are known. */
  memory: MemoryContext | undefined;

  constructor(tools: SessionTools) {
    this.tools = tools;
    this.progress = new ProgressReport(tools.journal, systemClock, tools.context.fromStep);
  }

  /** Optimizer steps done so far, counted from the start of the run. */
  get step(): number {
    return this.loop?.step ?? this.tools.context.fromStep;
  }

  async run(): Promise<LoopEnd> {
    const { stop } = this.tools;
    try {
      this.loop = await this.prepare();
    } catch (error) {
      // What a stop interrupted (a download, reading) ends with an error of its own.
      if (!stop.requested) throw error;
    }
    if (!this.loop || stop.requested) return { outcome: "stopped" };
    return this.loop.run();
  }

  private async prepare(): Promise<TrainingLoop> {
    const { context, stop, journal } = this.tools;
    const { config, manifest } = readRunFiles(context);
    this.progress.enter("choosing a backend");
    const selected = await selectBackend(config.hardware.backend, { signal: stop.signal });
    this.progress.enter("loading data");
    const data = await loadClassificationData(config, manifest.baseDir, {
      signal: stop.signal,
      onProgress: () => this.progress.update({}),
    });
    this.progress.enter("loading the model");
    const model = await createModel(modelSettings(config), data.labels, {
      random: createRandom(streamSeed(config.run.seed, STREAMS.weights)),
      baseDir: manifest.baseDir,
      onProgress: ({ text }) => this.progress.update({}, text),
      signal: stop.signal,
    });
    const plan = trainingPlan(config, data.train.length);
    this.memory = { batchSize: plan.batchSize, maxLength: config.data.max_length };
    const loop = assemble(this.tools, this.progress, {
      config,
      manifest,
      data,
      model,
      plan,
      backend: selected.backend,
    });
    journal.write({
      t: "start",
      total: plan.total,
      epochs: plan.total / plan.stepsPerEpoch,
      stepsPerEpoch: plan.stepsPerEpoch,
      facts: startFacts(data, selected.facts, model, plan),
    });
    return loop;
  }
}

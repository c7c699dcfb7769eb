import { statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { JournalTail } from "../journal/reader.ts";
import { runFile } from "../runs/layout.ts";
import type { LaunchPlan } from "../runs/model.ts";
import { ActivityWatch, STALL_MS } from "./activity.ts";
import { ControlReader } from "./control.ts";
import { concludeSegment } from "./conclude.ts";
import { HEARTBEAT_EVERY_MS } from "./heartbeat.ts";
import { oomKills } from "./oom.ts";
import { ProcessTree } from "./process-tree.ts";
import type { Recorder } from "./recorder.ts";
import { Sampler } from "./sample.ts";
import { ScriptWatch } from "./script/script-watch.ts";
import { StopLadder, TERM_MS } from "./stop.ts";
import type { Trainer, TrainerExit } from "./trainer.ts";

const TICK_MS = 100;
const OUTPUT_EVERY_MS = 1000;

/** What a supervisor watches over. */
export interface Watched {
  runDir: string;
  run: string;
  plan: LaunchPlan;
  /** Where this segment begins in `events.jsonl`. */
  eventsFrom: number;
  /** First start of the run, epoch milliseconds. */
  startedMs: number;
  trainer: Trainer;
}

/** Stands behind one trainer until its end: control, stop, heartbeat, output offsets, stall, samples, final state. */
export class Supervisor {
  readonly stop: StopLadder;
  readonly #watched: Watched;
  readonly #tree: ProcessTree;
  readonly #recorder: Recorder;
  readonly #control: ControlReader;
  readonly #activity: ActivityWatch;
  readonly #events: JournalTail;
  /** Of the user's own script. */
  readonly #script: ScriptWatch | undefined;
  readonly #oomKillsBefore = oomKills();
  #outputSize = -1;
  #outputSeenMs = 0;

  constructor(watched: Watched, recorder: Recorder, stallMs = STALL_MS) {
    const { runDir, run, plan, trainer, eventsFrom } = watched;
    this.#watched = watched;
    this.#tree = new ProcessTree(trainer.identity.pid, run);
    this.#recorder = recorder;
    const { script, gracePeriodMs } = plan;
    this.#script = script && new ScriptWatch(watched, script, (event) => recorder.write(event));
    const patience = () => this.#script?.patience(gracePeriodMs) ?? { graceMs: gracePeriodMs, termMs: TERM_MS };
    this.stop = new StopLadder(runDir, this.#tree, patience, recorder);
    this.#control = new ControlReader(runDir);
    this.#activity = new ActivityWatch(performance.now(), stallMs);
    this.#events = new JournalTail(runFile(runDir, "events"), eventsFrom);
  }

  /** Resolves when the trainer has ended and the final state is on record. */
  async watch(): Promise<void> {
    const ended = new AbortController();
    const sampling = this.#sample(ended.signal);
    let exit: TrainerExit | undefined;
    for (;;) {
      exit = this.#watched.trainer.exit();
      if (exit) break;
      this.#tick(Date.now());
      await delay(TICK_MS);
    }
    ended.abort();
    await sampling;
    this.#lookForStart();
    this.#script?.finish(exit, Date.now());
    this.#markOutput(Date.now());
    await this.#conclude(exit);
  }

  #tick(nowMs: number): void {
    for (const command of this.#control.read()) this.stop.request(command);
    this.stop.advance(nowMs);
    this.#lookForStart();
    this.#script?.look(nowMs);
    if (nowMs - this.#outputSeenMs >= OUTPUT_EVERY_MS) this.#markOutput(nowMs);
    this.#watchActivity();
    if (nowMs - this.#recorder.lastWriteMs >= HEARTBEAT_EVERY_MS) this.#recorder.write({ t: "heartbeat" });
  }

  /** A run prepares until its trainer says that it starts; a script need not say so. */
  #lookForStart(): void {
    if (this.#recorder.state !== "preparing") return;
    if (this.#script) return this.#recorder.changeState("running");
    const { events } = this.#events.read();
    if (events.some(({ t }) => t === "start" || t === "metrics")) this.#recorder.changeState("running");
  }

  #watchActivity(): void {
    const { state } = this.#recorder;
    if (state !== "running" && state !== "stalled") return;
    const size = sizeOf(runFile(this.#watched.runDir, "events")) + sizeOf(runFile(this.#watched.runDir, "output"));
    if (this.#script && size === 0) return; // a script may have nothing to say
    const answer = this.#activity.observe(size, performance.now());
    if (answer === "stalled")
      this.#recorder.changeState("stalled", "No event and no output for much longer than before.");
    else this.#recorder.changeState("running", "Events or output come again.");
  }

  #markOutput(nowMs: number): void {
    const size = sizeOf(runFile(this.#watched.runDir, "output"));
    this.#outputSeenMs = nowMs;
    if (size === Math.max(0, this.#outputSize)) return;
    this.#outputSize = size;
    this.#recorder.write({ t: "output", offset: size });
  }

  async #sample(signal: AbortSignal): Promise<void> {
    const { runDir, plan, startedMs } = this.#watched;
    const sampler = new Sampler(runDir, plan.gpus, () => this.#tree.members());
    while (!signal.aborted) {
      await delay(plan.sampleEveryMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const values = await sampler.sample(signal);
      const step = Math.max(0, Math.round((Date.now() - startedMs) / 1000));
      if (!signal.aborted) this.#recorder.write({ t: "system", step, values });
    }
  }

  async #conclude(exit: TrainerExit): Promise<void> {
    const kills = oomKills();
    await concludeSegment({
      ...this.#watched,
      trainer: this.#watched.trainer.identity,
      tree: this.#tree,
      recorder: this.#recorder,
      exit,
      stop: this.stop.progress,
      isScript: this.#script !== undefined,
      oomKills: kills === undefined || this.#oomKillsBefore === undefined ? undefined : kills - this.#oomKillsBefore,
    });
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

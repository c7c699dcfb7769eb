import { rmSync } from "node:fs";
import { writeJsonAtomic } from "../base/files.ts";
import type { StopEvent } from "../journal/events.ts";
import { runFile } from "../runs/layout.ts";
import type { ControlCommand } from "../runs/model.ts";
import type { ProcessTree } from "./process-tree.ts";
import type { Recorder } from "./recorder.ts";

/** How long a trainer may take to end after SIGTERM before SIGKILL follows, when it was asked before that. */
export const TERM_MS = 5000;
const FORCED_TERM_MS = 1000;
/** SIGKILL is repeated while members come to light (a child born while its parent was being killed). */
const KILL_AGAIN_MS = 1000;

/** How long each rung of a stop waits. */
export interface Patience {
  /** After the request. */
  graceMs: number;
  /** After SIGTERM. */
  termMs: number;
}

/**
 * The ladder of a stop: ask the trainer → grace period → SIGTERM to its processes → SIGKILL to them. Each rung is an
 * event. Time moves it (`advance`); the trainer's end, verified by the supervisor, is its foot.
 */
export class StopLadder {
  readonly #runDir: string;
  readonly #tree: ProcessTree;
  readonly #patience: () => Patience;
  readonly #recorder: Recorder;
  #stage: StopEvent["stage"] | undefined;
  #by = "";
  #nextMs = 0;
  #forced = false;

  /** @param patience asked at each rung. */
  constructor(runDir: string, tree: ProcessTree, patience: () => Patience, recorder: Recorder) {
    this.#runDir = runDir;
    this.#tree = tree;
    this.#patience = patience;
    this.#recorder = recorder;
  }

  /** Who asked and how far it went; null when nobody asked. */
  get progress(): { by: string; stage: StopEvent["stage"] } | null {
    return this.#stage === undefined ? null : { by: this.#by, stage: this.#stage };
  }

  /** Goes on with a stop that a dead runner had begun. */
  resume(by: string, askedMs: number, stage: StopEvent["stage"]): void {
    this.#by = by;
    this.#stage = stage;
    this.#nextMs = stage === "asked" ? askedMs + this.#patience().graceMs : 0;
  }

  /** A first request asks the trainer; a later one changes nothing unless it is forced. */
  request(command: Pick<ControlCommand, "by" | "force" | "timeMs">): void {
    if (this.#stage === undefined) this.#ask(command);
    if (!command.force || this.#forced) return;
    this.#forced = true;
    this.#nextMs = 0;
  }

  /** Climbs when it is time. */
  advance(nowMs: number): void {
    if (this.#stage === undefined || nowMs < this.#nextMs) return;
    const signal = this.#stage === "asked" ? "SIGTERM" : "SIGKILL";
    const pids = this.#tree.members().map(({ pid }) => pid);
    if (this.#stage !== "sigkill") {
      this.#stage = signal === "SIGTERM" ? "sigterm" : "sigkill";
      this.#recorder.write({ t: "stop", stage: this.#stage, by: this.#by, pids });
    }
    this.#tree.signal(signal);
    this.#nextMs =
      nowMs + (signal === "SIGKILL" ? KILL_AGAIN_MS : this.#forced ? FORCED_TERM_MS : this.#patience().termMs);
  }

  #ask({ by, force, timeMs }: Pick<ControlCommand, "by" | "force" | "timeMs">): void {
    this.#by = by;
    this.#stage = "asked";
    this.#nextMs = timeMs + this.#patience().graceMs;
    this.#recorder.changeState("stopping", `Stop asked for by ${by}.`, by);
    this.#recorder.write({ t: "stop", stage: "asked", by });
    try {
      writeJsonAtomic(runFile(this.#runDir, "stopRequest"), { timeMs, by, force });
    } catch {
      this.#nextMs = 0; // no room for the request (disk full): SIGTERM asks the same thing
    }
  }
}

/** A new segment begins without the request that ended the last one. */
export const clearStopRequest = (runDir: string): void => rmSync(runFile(runDir, "stopRequest"), { force: true });

import {
  formatCount,
  formatDuration,
  formatEnd,
  formatFileSize,
  formatMetric,
  formatPercent,
  formatSpeed,
  formatSteps,
} from "../base/format.ts";
import { t } from "../base/l10n.ts";
import type { AnyEvent, MetricsEvent, ProgressEvent, StateEvent } from "../journal/events.ts";
import { isTerminal } from "../runs/model.ts";
import { StatusLine } from "./status-line.ts";
import { printable, type Terminal } from "./terminal.ts";

const BAR_WIDTH = 24;

/** Shows a run while it goes on: a bar with step, total, loss and time left; evaluations, alerts and states as lines. */
export class RunView {
  readonly #terminal: Terminal;
  readonly #status: StatusLine;
  #phase: { name: string; sinceMs: number };
  #progress: ProgressEvent | undefined;
  #loss: number | undefined;
  #training = false;

  constructor(terminal: Terminal, nowMs: number) {
    this.#terminal = terminal;
    this.#status = new StatusLine(terminal);
    this.#phase = { name: t("starting the trainer"), sinceMs: nowMs };
  }

  /** Takes in what the journals gained and redraws. */
  update(events: AnyEvent[], nowMs: number): void {
    for (const event of events) this.#take(event);
    this.#status.show(this.#line(nowMs), nowMs);
  }

  /** Takes in what happened before anybody looked, without a line for it. */
  catchUp(events: AnyEvent[]): void {
    for (const event of events) {
      if (event.t === "progress") this.#takeProgress(event);
      else if (event.t === "metrics") this.#loss = event.values["train/loss"] ?? this.#loss;
    }
  }

  close(): void {
    this.#status.clear();
  }

  #take(event: AnyEvent): void {
    const { dim, yellow, red } = this.#terminal.colours;
    if (event.t === "progress") this.#takeProgress(event);
    else if (event.t === "metrics") this.#takeMetrics(event);
    else if (event.t === "start") {
      if (event.total !== null) this.#status.log(t("Training begins: {0} steps.", formatCount(event.total)));
    } else if (event.t === "checkpoint") {
      const best = event.best ? t(", the best so far") : "";
      this.#status.log(
        dim(t("Checkpoint at step {0}, {1}{2}", formatCount(event.step), formatFileSize(event.bytes), best)),
      );
    } else if (event.t === "alert") {
      const style = event.level === "error" ? red : event.level === "warning" ? yellow : dim;
      this.#status.log(style(printable(event.message)));
    } else if (event.t === "state") this.#takeState(event);
  }

  #takeState({ state, cause, timeMs }: StateEvent): void {
    // A script runs without a word about it.
    if (state === "running" && this.#phase.name === t("starting the trainer"))
      this.#phase = { name: "", sinceMs: timeMs };
    if (cause !== "" && !isTerminal(state)) {
      this.#status.log(`${this.#terminal.colours.bold(state)}: ${printable(cause)}`);
    }
  }

  #takeProgress(event: ProgressEvent): void {
    this.#progress = event;
    if (event.step > 0) this.#training = true;
    const name = event.phase ?? "";
    if (name !== this.#phase.name) {
      this.#phase = { name, sinceMs: event.timeMs };
    }
  }

  #takeMetrics(event: MetricsEvent): void {
    this.#loss = event.values["train/loss"] ?? this.#loss;
    const measured = Object.entries(event.values).filter(([name]) => name.startsWith("eval/"));
    if (measured.length === 0) return;
    const figures = measured.map(([name, value]) => `${name.slice(5)} ${formatMetric(value, name)}`).join("  ");
    this.#status.log(
      `${this.#terminal.colours.bold(t("Evaluation at step {0}", formatCount(event.step)))}  ${figures}`,
    );
  }

  #line(nowMs: number): string {
    const progress = this.#progress;
    if (!this.#training || !progress) return this.#phaseText(nowMs);
    const parts = [formatSteps(progress.step, progress.total)];
    if (progress.total)
      parts.unshift(`${bar(progress.step / progress.total)} ${formatPercent(progress.step / progress.total)}`);
    if (this.#loss !== undefined) parts.push(t("loss {0}", formatMetric(this.#loss, "train/loss")));
    if (this.#phase.name !== "") parts.push(this.#phaseText(nowMs));
    else {
      if (progress.samplesPerSecond !== null) parts.push(formatSpeed(progress.samplesPerSecond, t("samples")));
      parts.push(
        progress.etaMs === null
          ? t("time left –")
          : t("{0} left, {1}", formatDuration(progress.etaMs), formatEnd(progress.timeMs + progress.etaMs)),
      );
    }
    return parts.join("  ");
  }

  /** `Preparing the model, 3s`. */
  #phaseText(nowMs: number): string {
    const name = printable(this.#phase.name || t("training"));
    return `${name.charAt(0).toUpperCase()}${name.slice(1)}, ${formatDuration(nowMs - this.#phase.sinceMs)}`;
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  return "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
}

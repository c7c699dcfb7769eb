import { formatClock, formatCount, formatDuration, formatFileSize } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { PageAction } from "../../src/messages/actions.ts";
import type { PageAlert, RunView } from "../../src/messages/run-view.ts";
import { isResumable } from "../shared/state-words.ts";
import { checkpointBefore, keptSteps } from "./actions.ts";
import type { GoTo } from "./places.ts";

/** What a link of a strip does: an action of the editor, or a place of this page. */
export type NoticeLink = { label: string } & ({ action: PageAction } | { go: GoTo });

/** A strip below the figures. */
export interface Notice {
  kind: "error" | "warning" | "info";
  /** Said first and in bold. */
  lead: string;
  text: string;
  /** A line of output, as it was written. */
  code?: string;
  links: NoticeLink[];
}

/** What the state itself has to say; undefined when it is plain. */
export function stateNotice(view: RunView, nowMs: number): Notice | undefined {
  switch (view.state) {
    case "stopping":
      return stopping(view, nowMs);
    case "stalled":
      return stalled(view, nowMs);
    case "queued":
      return { kind: "info", lead: t("Queued."), text: view.cause, links: [] };
    case "preparing":
      return preparing(view, nowMs);
    case "failed":
    case "crashed":
    case "lost":
      return failed(view);
    default:
      return view.progress.step === 0 && view.state === "running" ? preparing(view, nowMs) : undefined;
  }
}

function stopping({ id, forcedAtMs, cause, readOnly }: RunView, nowMs: number): Notice {
  const leftMs = forcedAtMs === null ? undefined : forcedAtMs - nowMs;
  const lead =
    leftMs === undefined
      ? t("Stopping.")
      : leftMs > 0
        ? t("Stopping, forced in {0}.", formatDuration(leftMs))
        : t("Stopping by force.");
  const stopNow: NoticeLink = { label: t("Stop now"), action: { do: "stopRun", run: id, force: true } };
  const mayForce = readOnly === null && (leftMs === undefined || leftMs > 0);
  return { kind: "info", lead, text: cause, links: mayForce ? [stopNow] : [] };
}

function stalled({ lastDataMs, usualGapMs, cause }: RunView, nowMs: number): Notice {
  const since = lastDataMs === null ? undefined : formatDuration(nowMs - lastDataMs);
  const lead =
    since === undefined
      ? cause
      : usualGapMs === null
        ? t("No data for {0}.", since)
        : t("No data for {0}; usual gap {1}.", since, formatDuration(Math.max(1000, usualGapMs)));
  const log: NoticeLink = { label: t("Open log"), go: { tab: "log" } };
  return { kind: "warning", lead, text: t("The process is alive."), links: [log] };
}

function preparing({ phase, phaseMs, beganMs, createdMs, state }: RunView, nowMs: number): Notice {
  const forMs = nowMs - (phaseMs ?? beganMs ?? createdMs);
  const what = phase
    ? phaseWords(phase)
    : state === "running"
      ? t("Waiting for the first step")
      : t("Starting the trainer");
  return { kind: "info", lead: t("{0}, {1} so far.", what, formatDuration(forMs)), text: "", links: [] };
}

/** A trainer's phase as the beginning of a sentence. Those of other trainers are shown as they come. */
export function phaseWords(phase: string): string {
  switch (phase) {
    case "choosing a backend":
      return t("Choosing a backend");
    case "loading data":
      return t("Loading the data");
    case "loading the model":
      return t("Loading the model");
    case "evaluating":
      return t("Evaluating");
    case "saving a checkpoint":
      return t("Saving a checkpoint");
    default:
      return phase.charAt(0).toLocaleUpperCase() + phase.slice(1);
  }
}

function failed(view: RunView): Notice {
  const { id, cause, failure, remedy, state } = view;
  const line = errorLine(failure?.lines ?? []);
  const links: NoticeLink[] = [];
  if (failure) links.push({ label: t("Open log"), go: { tab: "log", ...lineOf(failure) } });
  if (remedy?.kind === "config")
    links.push({ label: t("Fix in config"), action: { do: "openConfig", run: id, key: remedy.key } });
  if (remedy?.kind === "file")
    links.push({ label: t("Open file"), action: { do: "openFile", run: id, file: remedy.file, line: remedy.line } });
  const unnamed = state === "lost" ? t("Nothing is left that tells how it ended.") : t("It ended without a reason.");
  const lead = cause === "" ? unnamed : cause;
  return { kind: "error", lead, text: "", links, ...(line && !lead.includes(line) ? { code: line } : {}) };
}

/** The last line, when it tells of an error: that of a traceback, or one that says so. */
function errorLine(lines: readonly string[]): string | undefined {
  const last = lines.at(-1);
  const tells = lines[0]?.includes("Traceback") === true || /error|exception|killed|abort|fatal/i.test(last ?? "");
  return tells ? last?.trim() : undefined;
}

const lineOf = ({ lines, logLine }: NonNullable<RunView["failure"]>): { line?: number } =>
  logLine === null ? {} : { line: logLine + lines.length - 1 };

/** An alert as a strip: what happened, and what can be done about it. */
export function alertNotice(view: RunView, alert: PageAlert): Notice {
  const { step, message, level, code } = alert;
  const [lead, text] = leadOf(message);
  const links: NoticeLink[] = [];
  if (step !== null) {
    links.push({ label: t("Show"), go: { tab: "charts", step } });
    const from = checkpointBefore(view, step);
    if (from !== undefined && view.readOnly === null)
      links.push({
        label: t("Fork from step {0}", formatCount(from)),
        action: { do: "forkRun", run: view.id, step: from },
      });
  }
  links.push({
    label: alert.muted ? t("Unmute") : t("Mute this rule"),
    action: { do: "muteAlert", run: view.id, code, muted: !alert.muted },
  });
  return { kind: level, lead, text, links };
}

/** The first clause stands in bold: up to a bracket, or the first sentence. */
function leadOf(message: string): [string, string] {
  const at = message.search(/ \(|(?<=[.!?。]) /);
  return at < 0 ? [message, ""] : [message.slice(0, at), message.slice(at + 1)];
}

/** Names an alert among all of a run. */
export const alertKey = ({ timeMs, code, step }: PageAlert): string => `${timeMs} ${code} ${step ?? ""}`;

/** Facts worth a quiet line: a resume, a note, why nothing can be done. */
export function quietFacts(view: RunView): string[] {
  const facts: string[] = [];
  if (view.trashed) facts.push(t("This run is in the trash."));
  if (view.readOnly !== null) facts.push(view.readOnly);
  const resume = view.segments.length > 1 ? view.segments.at(-1) : undefined;
  if (resume) {
    const at = formatClock(resume.startedMs, { withDate: Date.now() - resume.startedMs > 864e5 });
    facts.push(
      t(
        "Resumed from step {0} at {1}; what came after that step before is drawn faint.",
        formatCount(resume.fromStep),
        at,
      ),
    );
  }
  if (view.state === "stopped") facts.push(view.cause);
  if (isResumable(view) && keptSteps(view).length > 0) facts.push(resumeFact(view));
  return facts.filter((fact) => fact !== "");
}

function resumeFact(view: RunView): string {
  const last = view.checkpoints.findLast(({ present }) => present)!;
  return t("It can go on from step {0} ({1}).", formatCount(last.step), formatFileSize(last.bytes));
}

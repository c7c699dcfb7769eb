import { formatDuration, formatMetric, formatPercent, formatSteps } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { fromJsonNumber } from "../../base/numbers.ts";
import { headlineOf } from "../../runs/headline.ts";
import type { RunListItem } from "../../runs/model.ts";
import { stateWord } from "../../runs/state-word.ts";

/** Metric names without their group: `f1_macro`; a loss keeps it, for there are two. */
export const shortMetric = (name: string): string => (name.endsWith("/loss") ? name : name.replace(/^eval\//, ""));

/** The best result so far: `f1_macro 0.9141`; undefined before the first evaluation. */
export function resultText(run: RunListItem): string | undefined {
  const best = headlineOf(run);
  return best && `${shortMetric(best.metric)} ${formatMetric(fromJsonNumber(best.value), best.metric)}`;
}

/** Share done between 0 and 1; undefined when the end is unknown. */
export const shareDone = ({ progress: { step, total } }: RunListItem): number | undefined =>
  total === null || total === 0 ? undefined : step / total;

/** Steps before which a speed tells little. */
const TELLING_STEPS = 20;

/** Milliseconds to the planned end; null when unknown, and before enough steps were made to tell. */
export const etaOf = ({ etaMs, progress: { step } }: RunListItem): number | null =>
  step < TELLING_STEPS ? null : etaMs;

/** How far a live run is: `74 % · 3m 06s`, `120 steps`, `preparing`; a script need not count steps. */
export function progressText(run: RunListItem): string {
  const share = shareDone(run);
  if (run.progress.step === 0) return run.task === "script" ? t("running") : t("preparing");
  const done = share === undefined ? formatSteps(run.progress.step, null) : formatPercent(share);
  const etaMs = etaOf(run);
  return etaMs === null ? done : `${done} · ${formatDuration(etaMs)}`;
}

/** The one fact a list says of a run beside its name. */
export function factOf(run: RunListItem): string {
  const result = resultText(run);
  switch (run.state) {
    case "queued":
      return t("queued");
    case "preparing":
      return t("preparing");
    case "running": {
      const progress = progressText(run);
      return result ? `${progress} · ${result}` : progress;
    }
    case "stalled":
      return run.cause || t("stalled");
    case "stopping":
      return t("stopping");
    case "finished":
      return result ?? t("finished");
    case "stopped": {
      const share = shareDone(run);
      return share === undefined ? t("stopped") : t("stopped at {0}", formatPercent(share));
    }
    case "failed":
    case "crashed":
    case "lost":
      return run.cause || stateWord(run.state);
  }
}

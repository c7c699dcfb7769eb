import { formatCount, formatDuration, formatPast, formatSteps } from "../../src/base/format.ts";
import { t } from "../../src/base/l10n.ts";
import type { RunView } from "../../src/messages/run-view.ts";

type Aged = Pick<
  RunView,
  "state" | "createdMs" | "startedMs" | "endedMs" | "beganMs" | "ranMs" | "progress" | "lastDataMs" | "forcedAtMs"
>;

/** How long a run has been at work, pauses between a stop and a resume left out. */
export const ranFor = ({ ranMs, beganMs }: Pick<RunView, "ranMs" | "beganMs">, nowMs: number): number =>
  ranMs + (beganMs === null ? 0 : Math.max(0, nowMs - beganMs));

/** What stands behind the state's word in the header: how long, how far. */
export function ageText(view: Aged, nowMs: number): string {
  const { state, createdMs, endedMs, progress } = view;
  const ran = formatDuration(ranFor(view, nowMs));
  switch (state) {
    case "queued":
      return t("waiting {0}", formatDuration(nowMs - createdMs));
    case "preparing":
      return t("preparing {0}", formatDuration(nowMs - (view.beganMs ?? createdMs)));
    case "running":
    case "stalled":
    case "stopping":
      return t("running {0}", ran);
    case "finished":
      return progress.step === 1
        ? t("1 step in {0}, {1}", ran, formatPast(endedMs, nowMs))
        : t("{0} steps in {1}, {2}", formatCount(progress.step), ran, formatPast(endedMs, nowMs));
    case "failed":
    case "crashed":
    case "stopped":
    case "lost":
      return t("{0} in {1}, {2}", formatSteps(progress.step, progress.total), ran, formatPast(endedMs, nowMs));
  }
}

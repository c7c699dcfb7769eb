import { t } from "../base/l10n.ts";
import type { RunState } from "../journal/events.ts";

/** A state as a word. */
export function stateWord(state: RunState): string {
  switch (state) {
    case "queued":
      return t("queued");
    case "preparing":
      return t("preparing");
    case "running":
      return t("running");
    case "stalled":
      return t("stalled");
    case "stopping":
      return t("stopping");
    case "finished":
      return t("finished");
    case "failed":
      return t("failed");
    case "stopped":
      return t("stopped");
    case "crashed":
      return t("crashed");
    case "lost":
      return t("lost");
  }
}

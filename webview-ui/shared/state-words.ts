import { t } from "../../src/base/l10n.ts";
import type { RunState } from "../../src/base/run-states.ts";
import type { IconName } from "./icon.ts";

export interface StateLook {
  word: string;
  icon: IconName;
  /** CSS colour; too pale for words in light themes (`signalText` in `styles.ts`). */
  color: string;
  spins: boolean;
}

const look = (word: string, icon: IconName, color: string, spins = false): StateLook => ({
  word,
  icon,
  color: `var(--vscode-${color})`,
  spins,
});

/** How a state looks: icon, word and colour, everywhere the same. */
export function stateLook(state: RunState): StateLook {
  switch (state) {
    case "queued":
      return look(t("Queued"), "history", "testing-iconQueued");
    case "preparing":
      return look(t("Preparing"), "loading", "charts-blue", true);
    case "running":
      return look(t("Running"), "loading", "charts-blue", true);
    case "stalled":
      return look(t("Stalled"), "warning", "editorWarning-foreground");
    case "stopping":
      return look(t("Stopping"), "loading", "descriptionForeground", true);
    case "finished":
      return look(t("Finished"), "pass", "testing-iconPassed");
    case "failed":
      return look(t("Failed"), "error", "testing-iconFailed");
    case "crashed":
      return look(t("Crashed"), "error", "testing-iconFailed");
    case "stopped":
      return look(t("Stopped"), "circle-slash", "descriptionForeground");
    case "lost":
      return look(t("Lost"), "question", "descriptionForeground");
  }
}

const ENDED: readonly RunState[] = ["finished", "failed", "crashed", "stopped", "lost"];

/** Whether anything may still come of a run without somebody resuming it. */
export const isLive = ({ state }: { state: RunState }): boolean => !ENDED.includes(state);

/** Whether a run that ended so can go on from its last checkpoint. */
export const isResumable = ({ state }: { state: RunState }): boolean => ENDED.includes(state) && state !== "finished";

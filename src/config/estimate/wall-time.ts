import { formatCount } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import type { MachineFacts, ModelFacts } from "../facts/facts.ts";
import type { ResolvedConfig } from "../types.ts";
import { familyOf, tightestGpu } from "./recipe.ts";
import type { Estimate, RecordedRun, Work } from "./types.ts";

/** Sizes that count as the same: a quarter apart at most. */
const SAME_SIZE = 1.25;
/** How far one earlier run alone may be off: other programs, other texts. */
const SPREAD = 0.2;

/** Name of what a run computes on, as recorded runs name it. */
export const acceleratorOf = (config: ResolvedConfig, machine: MachineFacts | undefined): string =>
  (config.model.framework === "tfjs" ? undefined : machine && tightestGpu(config, machine)?.name) ?? "cpu";

/** Earlier runs with the same trainer, method, machine and size of model. */
function alike(
  config: ResolvedConfig,
  model: ModelFacts,
  accelerator: string,
  history: readonly RecordedRun[],
): RecordedRun[] {
  const isSameSize = (run: RecordedRun): boolean =>
    run.model === config.model.name_or_path ||
    (run.parameters !== null &&
      Math.max(run.parameters, model.parameters) <= SAME_SIZE * Math.min(run.parameters, model.parameters));
  return history.filter(
    (run) =>
      run.framework === config.model.framework &&
      run.family === familyOf(config) &&
      run.accelerator === accelerator &&
      isSameSize(run),
  );
}

/**
 * Wall time from the pace of earlier runs: their time of a step, by the tokens of a step where both are known, times the steps
 * of this one.
 */
export function wallTime(
  config: ResolvedConfig,
  { model, machine, work }: { model: ModelFacts | undefined; machine: MachineFacts | undefined; work: Work },
  history: readonly RecordedRun[],
): Estimate["seconds"] {
  const none = { low: null, high: null, from: t("unknown until the first run or a smoke run") };
  const { steps } = work;
  if (!model || steps === null) return none;
  const seconds = alike(config, model, acceleratorOf(config, machine), history).flatMap((run) => {
    if (run.secondsPerStep === null) return [];
    return [steps * run.secondsPerStep * (run.tokensPerStep ? work.tokensPerStep / run.tokensPerStep : 1)];
  });
  if (seconds.length === 0) return none;
  const from =
    seconds.length === 1
      ? t("from one earlier run on this machine")
      : t("from {0} earlier runs on this machine", formatCount(seconds.length));
  return { low: Math.min(...seconds) * (1 - SPREAD), high: Math.max(...seconds) * (1 + SPREAD), from };
}

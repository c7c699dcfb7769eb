import { formatClock, formatCount } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import type { MachineFacts, ModelFacts } from "../facts/facts.ts";
import type { ResolvedConfig } from "../types.ts";
import { deviceCount, effectiveBatch, perDeviceBatch } from "../arithmetic.ts";
import { familyOf, tightestGpu } from "./recipe.ts";
import type { Estimate, RecordedRun, Work } from "./types.ts";

/** Sizes that count as the same: a quarter apart at most. */
const SAME_SIZE = 1.25;
/** How far one earlier run alone may be off: other programs, other texts. */
const SPREAD = 0.2;
/** How far the second step of a smoke run may be off: it is one step, and evaluations and saving come on top. */
const SMOKE_SPREAD = 0.5;

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
 * of this one. Where there is no such run, the newest smoke run of the same model, batch and length tells.
 */
export function wallTime(
  config: ResolvedConfig,
  { model, machine, work }: { model: ModelFacts | undefined; machine: MachineFacts | undefined; work: Work },
  history: readonly RecordedRun[],
): Estimate["seconds"] {
  const none = { low: null, high: null, from: t("unknown until the first run or a smoke run") };
  const { steps } = work;
  if (!model || steps === null) return none;
  const known = alike(config, model, acceleratorOf(config, machine), history).flatMap((run) => {
    if (run.secondsPerStep === null) return [];
    const byTokens = run.tokensPerStep ? work.tokensPerStep / run.tokensPerStep : 1;
    return [{ run, seconds: steps * run.secondsPerStep * byTokens }];
  });
  const seconds = known.filter(({ run }) => !run.smoke).map((one) => one.seconds);
  if (seconds.length === 0) return bySmokeRun(config, known) ?? none;
  const from =
    seconds.length === 1
      ? t("from one earlier run on this machine")
      : t("from {0} earlier runs on this machine", formatCount(seconds.length));
  return { low: Math.min(...seconds) * (1 - SPREAD), high: Math.max(...seconds) * (1 + SPREAD), from };
}

function bySmokeRun(
  { model, train, hardware, data }: ResolvedConfig,
  known: readonly { run: RecordedRun; seconds: number }[],
): Estimate["seconds"] | undefined {
  const rows = effectiveBatch(perDeviceBatch(train), train.gradient_accumulation_steps, deviceCount(hardware));
  const same = known.flatMap(({ run: { smoke, model: name }, seconds }) =>
    smoke && name === model.name_or_path && smoke.rowsPerStep === rows && smoke.maxLength === data.max_length
      ? [{ atMs: smoke.atMs, seconds }]
      : [],
  );
  const newest = same.toSorted((a, b) => b.atMs - a.atMs)[0];
  if (!newest) return undefined;
  const { atMs, seconds } = newest;
  const from = t("from the two-step smoke run of {0}", formatClock(atMs, { withDate: true }));
  return { low: seconds * (1 - SMOKE_SPREAD), high: seconds * (1 + SMOKE_SPREAD), from };
}

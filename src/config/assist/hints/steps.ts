import { formatCount } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { perDeviceBatch, type StepPlan } from "../../arithmetic.ts";
import { trainedConfig } from "../known.ts";
import { rowsInWords, stepPlan, stepsInWords } from "../plan.ts";
import type { AssistDocument, AssistOptions, Hint } from "../types.ts";
import type { ResolvedConfig } from "../../types.ts";
import { anchorOf } from "./anchor.ts";

/** What the batch, the length and the warm-up come to. */
export async function stepHints(document: AssistDocument, options: AssistOptions): Promise<Hint[]> {
  const config = trainedConfig(document);
  const { value: plan } = await stepPlan(document, options);
  if (!config || !plan) return [];
  return [
    batchHint(document, config, plan),
    lengthHint(document, config, plan),
    warmupHint(document, config, plan),
  ].flat();
}

function hint(document: AssistDocument, keys: readonly string[], text: string, tooltip: string): Hint[] {
  const offset = keys.map((key) => anchorOf(document, key)).find((at) => at !== undefined);
  return offset === undefined ? [] : [{ offset, text, kind: "steps", tooltip }];
}

function batchHint(document: AssistDocument, { train }: ResolvedConfig, plan: StepPlan): Hint[] {
  const perDevice = perDeviceBatch(train);
  const accumulation = train.gradient_accumulation_steps;
  const devices = plan.effectiveBatch / (perDevice * accumulation);
  const tooltip = t(
    "{0} for one optimizer step: {1} on each device × {2} accumulated × {3} devices.",
    rowsInWords(plan.effectiveBatch),
    formatCount(perDevice),
    formatCount(accumulation),
    formatCount(devices),
  );
  const text = t("effective batch {0}", formatCount(plan.effectiveBatch));
  return hint(document, ["train.gradient_accumulation_steps", "train.per_device_train_batch_size"], text, tooltip);
}

function lengthHint(document: AssistDocument, { train }: ResolvedConfig, plan: StepPlan): Hint[] {
  const inAll = stepsInWords(plan.totalSteps);
  const text = t("{0} per epoch, {1} in all", stepsInWords(plan.stepsPerEpoch), formatCount(plan.totalSteps));
  const tooltip = t(
    "An epoch has {0} of up to {1}, and {2}; {3} in all.",
    plan.batchesPerEpoch === 1 ? t("1 batch") : t("{0} batches", formatCount(plan.batchesPerEpoch)),
    rowsInWords(perDeviceBatch(train)),
    stepsInWords(plan.stepsPerEpoch),
    inAll,
  );
  return hint(document, ["train.max_steps", "train.num_train_epochs", "train"], text, tooltip);
}

function warmupHint(document: AssistDocument, { train }: ResolvedConfig, plan: StepPlan): Hint[] {
  if (typeof train.warmup === "number") return [];
  const steps = stepsInWords(plan.warmupSteps);
  return hint(
    document,
    ["train.warmup"],
    steps,
    t("{0} of {1}, rounded up.", train.warmup, stepsInWords(plan.totalSteps)),
  );
}

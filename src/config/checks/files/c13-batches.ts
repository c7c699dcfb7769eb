import { formatCount, formatSteps } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { perDeviceBatch, planOf } from "../../arithmetic.ts";
import { warning, type Finding } from "../../diagnostic.ts";
import type { Fix } from "../../edit/fix.ts";
import type { ResolvedConfig } from "../../types.ts";
import type { Check } from "../check.ts";
import { setting } from "../text/mend.ts";
import { isPacked, planFor, type DataPlan } from "./plan.ts";
import { shareInWords, withData } from "./rows-in-words.ts";

/** An optimizer step over more of the data than this says little that the last one did not. */
const LARGEST_SHARE = 0.25;
/** Fewer steps than these hardly change a model, whatever the learning rate. */
const FEWEST_STEPS = 10;

const BATCH = ["train", "per_device_train_batch_size"];

/** C13: batches that are large for the data, and runs of a few steps. */
export const c13: Check = {
  id: "C13",
  severity: "warning",
  title: "a batch of more than a quarter of the rows, or fewer than 10 optimizer steps in all",
  why: "The optimizer learns by steps. With a handful of them the learning rate hardly leaves its warm-up, and the loss that is shown is that of the beginning.",
  run: (context) =>
    withData(context, (data) => {
      const plan = planFor(context.config, data);
      const { effectiveBatch, rows, totalSteps } = plan;
      if (effectiveBatch > rows * LARGEST_SHARE) return [largeBatch(context.config, plan)];
      return totalSteps < FEWEST_STEPS ? [fewSteps(context.config, plan)] : [];
    }),
};

function largeBatch(config: ResolvedConfig, plan: DataPlan): Finding {
  const share = plan.effectiveBatch / plan.rows;
  const figures = [
    formatCount(plan.effectiveBatch),
    batchInWords(config, plan),
    // So that what is just above the limit is not said to lie on it.
    share < LARGEST_SHARE + 0.01 ? `${(share * 100).toFixed(1)} %` : shareInWords(share),
    formatCount(plan.rows),
    stepsInWords(config, plan),
  ];
  const message = isPacked(config)
    ? t(
        "An optimizer step takes {0} rows ({1}), which is {2} of the about {3} packed rows: {4}. Make the batch smaller.",
        ...figures,
      )
    : t(
        "An optimizer step takes {0} rows ({1}), which is {2} of the {3} training rows: {4}. Make the batch smaller.",
        ...figures,
      );
  return warning("C13", BATCH, message, { fixes: smallerBatch(config, plan) });
}

function fewSteps(config: ResolvedConfig, plan: DataPlan): Finding {
  const message = t(
    "The run has {0} in all, fewer than {1}: {2}, each of {3} rows ({4}). Train longer, or make the batch smaller.",
    formatSteps(plan.totalSteps, null),
    FEWEST_STEPS,
    stepsInWords(config, plan),
    formatCount(plan.effectiveBatch),
    batchInWords(config, plan),
  );
  const path = config.train.max_steps === null ? ["train", "num_train_epochs"] : ["train", "max_steps"];
  const longer = config.train.max_steps === null ? Math.ceil(FEWEST_STEPS / plan.stepsPerEpoch) : FEWEST_STEPS;
  return warning("C13", path, message, { fixes: [setting(path, longer)] });
}

/** `8 × 4 accumulated × 2 devices`. */
function batchInWords({ train }: ResolvedConfig, { effectiveBatch }: DataPlan): string {
  const perDevice = perDeviceBatch(train);
  const accumulation = train.gradient_accumulation_steps;
  const devices = effectiveBatch / perDevice / accumulation;
  return t("batch {0} × accumulation {1} × devices {2}", perDevice, accumulation, devices);
}

/** `3 epochs × 2 steps = 6 steps`. */
function stepsInWords({ train }: ResolvedConfig, { stepsPerEpoch, totalSteps }: DataPlan): string {
  return train.max_steps === null
    ? t(
        "epochs {0} × steps per epoch {1} = {2} in all",
        train.num_train_epochs,
        formatCount(stepsPerEpoch),
        formatCount(totalSteps),
      )
    : t("`train.max_steps` is {0}", formatCount(totalSteps));
}

/** The largest smaller batch that is neither too large nor leaves too few steps; none when even single rows do. */
function smallerBatch(config: ResolvedConfig, { rows }: DataPlan): Fix[] {
  const { train } = config;
  const isGood = (size: number, accumulation: number): boolean => {
    const plan = planOf(
      { ...config, train: { ...train, per_device_train_batch_size: size, gradient_accumulation_steps: accumulation } },
      rows,
    );
    return plan.effectiveBatch <= rows * LARGEST_SHARE && plan.totalSteps >= FEWEST_STEPS;
  };
  const sizes = [64, 32, 16, 8, 4, 2, 1].filter((size) => size < perDeviceBatch(train));
  const size = sizes.find((smaller) => isGood(smaller, train.gradient_accumulation_steps));
  if (size !== undefined) return [setting(BATCH, size)];
  const without = [perDeviceBatch(train), ...sizes].find((smaller) => isGood(smaller, 1));
  if (without === undefined || train.gradient_accumulation_steps === 1) return [];
  return [
    {
      title: t("Write `train.per_device_train_batch_size: {0}` without accumulation", without),
      safe: false,
      edits: [
        { kind: "set", path: BATCH, value: without },
        { kind: "set", path: ["train", "gradient_accumulation_steps"], value: 1 },
      ],
    },
  ];
}

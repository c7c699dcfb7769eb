import { formatCount, formatMemory } from "../../base/format.ts";
import { t } from "../../base/l10n.ts";
import { lacksCheckpointing } from "../../models/architectures.ts";
import type { ConfigEdit, Fix } from "../edit/fix.ts";
import type { ModelFacts } from "../facts/facts.ts";
import type { Origins, ResolvedConfig } from "../types.ts";
import { estimate, type EstimateInput } from "./estimate.ts";
import { isCheckpointed } from "./recipe.ts";

/** A way to need less GPU memory. */
export interface Remedy {
  fix: Fix;
  /** Peak with it; bytes. */
  peakBytes: number;
  /** The peak is within the limit. */
  fits: boolean;
}

/** One step down the ladder: a config that needs less, and how it is written. */
interface Step {
  /** As a button says it alone, and as one thing of a list. */
  alone: string;
  listed: string;
  config: ResolvedConfig;
  edits: readonly ConfigEdit[];
}

/** A step with what it was taken by. */
type Taken = Step & { down: StepDown };

type StepDown = (config: ResolvedConfig, model: ModelFacts, origins: Origins) => Step | undefined;

/** A peak that is hardly lower is not worth what it costs. */
const WORTHWHILE = 0.98;

/** The steps in the order of what they cost: time, time, accuracy, text. */
const LADDER: readonly StepDown[] = [turnOnCheckpointing, halveBatch, quantise, shortenTexts];

/**
 * Ways to bring the peak below a limit, cheapest first: each step alone, and with all cheaper ones where that takes less of it.
 * Those that fit come first, the others follow with the peak they reach.
 *
 * @param limitBytes what the peak must not exceed.
 */
export function remedies(config: ResolvedConfig, input: EstimateInput, origins: Origins, limitBytes: number): Remedy[] {
  const { model } = input;
  if (!model) return [];
  const peakOf = (changed: ResolvedConfig): number => estimate(changed, input).gpuMemory?.peakBytes ?? Infinity;
  const before = peakOf(config);
  const fits = (peakBytes: number): boolean => peakBytes <= limitBytes;
  const found = new Map<string, Remedy>();
  for (const plan of LADDER.flatMap((step, index) => [[step], LADDER.slice(0, index + 1)])) {
    const steps = plan.at(-1) === quantise ? withLargestBatch(plan) : walk(plan);
    const last = steps.at(-1);
    // What was low enough before its last step stands in the list already.
    if (!last || last.down !== plan.at(-1)) continue;
    const peakBytes = peakOf(last.config);
    if (peakBytes > before * WORTHWHILE) continue;
    const kinds = lastOfKind(steps);
    const fix = { title: titleOf(kinds, peakBytes), safe: false, edits: kinds.flatMap(({ edits }) => edits) };
    found.set(fix.title, { fix, peakBytes, fits: fits(peakBytes) });
  }
  const all = [...found.values()];
  return [...all.filter((remedy) => remedy.fits), ...all.filter((remedy) => !remedy.fits)];

  /** Takes each step as often as it goes, until the peak is low enough. */
  function walk(plan: readonly StepDown[], mostHalvings = Infinity): Taken[] {
    const taken: Taken[] = [];
    let now = config;
    let halvings = 0;
    for (const down of plan) {
      while (!fits(peakOf(now)) && !(down === halveBatch && halvings === mostHalvings)) {
        const step = down(now, model!, origins);
        if (!step) break;
        if (down === halveBatch) halvings++;
        taken.push({ ...step, down });
        now = step.config;
      }
    }
    return taken;
  }

  /** Where weights shrink, batches need not: they are halved no more often than it takes together. */
  function withLargestBatch(plan: readonly StepDown[]): Taken[] {
    const all = walk(plan);
    for (let halvings = 0; halvings < all.length; halvings++) {
      const steps = walk(plan, halvings);
      if (steps.length > 0 && fits(peakOf(steps.at(-1)!.config))) return steps;
    }
    return all;
  }
}

/** A step taken twice is written once, as it ended. */
const lastOfKind = (steps: readonly Step[]): Step[] =>
  steps.filter((step, index) => index === steps.length - 1 || keyOf(step) !== keyOf(steps[index + 1]!));

const keyOf = ({ edits: [first] }: Step): string => (first && "path" in first ? first.path.join(".") : "");

function titleOf(steps: readonly Step[], peakBytes: number): string {
  const peak = formatMemory(peakBytes);
  const [only] = steps;
  return steps.length === 1
    ? t("{0}: about {1}", only!.alone, peak)
    : t("All together ({0}): about {1}", steps.map(({ listed }) => listed).join(", "), peak);
}

function turnOnCheckpointing(config: ResolvedConfig, model: ModelFacts): Step | undefined {
  if (isCheckpointed(config, model) || lacksCheckpointing(model.type)) return undefined;
  return {
    alone: t("Turn on gradient checkpointing"),
    listed: t("gradient checkpointing"),
    config: { ...config, train: { ...config.train, gradient_checkpointing: true } },
    edits: [{ kind: "set", path: ["train", "gradient_checkpointing"], value: true }],
  };
}

function halveBatch(config: ResolvedConfig): Step | undefined {
  const { per_device_train_batch_size: size, gradient_accumulation_steps: accumulation } = config.train;
  if (size === "auto" || size < 2 || size % 2 === 1) return undefined;
  const train = {
    ...config.train,
    per_device_train_batch_size: size / 2,
    gradient_accumulation_steps: accumulation * 2,
  };
  const words = [formatCount(size / 2), formatCount(accumulation * 2)] as const;
  return {
    alone: t("Write batch {0} with accumulation {1}", ...words),
    listed: t("batch {0} with accumulation {1}", ...words),
    config: { ...config, train },
    edits: [
      { kind: "set", path: ["train", "per_device_train_batch_size"], value: train.per_device_train_batch_size },
      { kind: "set", path: ["train", "gradient_accumulation_steps"], value: train.gradient_accumulation_steps },
    ],
  };
}

/** A rate that was written for all weights is too low for adapters, so that of the method takes its place. */
function quantise(config: ResolvedConfig, model: ModelFacts, origins: Origins): Step | undefined {
  const { method, train } = config;
  const suits = method.type === "full" || method.type === "lora";
  if (!suits || config.model.framework !== "torch" || model.quantization !== null) return undefined;
  const rateStays = method.type === "lora" || (origins["train.learning_rate"] ?? "default") === "default";
  return {
    alone: t("Switch to QLoRA"),
    listed: "QLoRA",
    config: { ...config, method: { ...method, type: "qlora" }, train },
    edits: [
      { kind: "set", path: ["method", "type"], value: "qlora" },
      ...(rateStays ? [] : [{ kind: "remove", path: ["train", "learning_rate"] } as const]),
    ],
  };
}

const SHORTEST = 64;

function shortenTexts(config: ResolvedConfig): Step | undefined {
  const length = 2 ** (Math.ceil(Math.log2(config.data.max_length)) - 1);
  if (length < SHORTEST) return undefined;
  return {
    alone: t("Cut texts at {0} tokens", formatCount(length)),
    listed: t("texts of at most {0} tokens", formatCount(length)),
    config: { ...config, data: { ...config.data, max_length: length } },
    edits: [{ kind: "set", path: ["data", "max_length"], value: length }],
  };
}

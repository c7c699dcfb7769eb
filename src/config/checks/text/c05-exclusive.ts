import { t } from "../../../base/l10n.ts";
import { error, keyOf, type Finding } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import type { Check, CheckContext } from "../check.ts";
import { putsAside } from "./chosen.ts";
import { removal, setting } from "./mend.ts";
import { pasted, pastedValues, positive, type Pasted } from "./pasted.ts";

/** C05: two settings of which only one can count. */
export const c05: Check = {
  id: "C05",
  severity: "error",
  title: "two settings of which only one can count (warm-up in steps and as a ratio, fp16 and bf16, …)",
  why: "Tools differ in which of the two they take, so that nobody knows from the file what the run will do.",
  run(context) {
    return [
      ...oneOf(warmups(context), (a, b) => t("{0} and {1} both set the warm-up. Keep one of them.", a, b)),
      ...oneOf(precisions(context), (a, b) => t("{0} and {1} ask for two number formats. Keep one of them.", a, b)),
      ...evaluationData(context),
      ...evaluationSteps(context),
      ...oneOf(intervals(context, "eval"), (a, b) => t("{0} and {1} both say how often. Keep one of them.", a, b)),
      ...oneOf(intervals(context, "save"), (a, b) => t("{0} and {1} both say how often. Keep one of them.", a, b)),
    ];
  },
};

/** A finding at the second of two that exclude each other. */
function oneOf(settings: readonly Pasted[], sentence: (first: string, second: string) => string): Finding[] {
  const [first, second] = settings;
  if (!first || !second) return [];
  const fixes = [second, first].map(({ path }) => removal(path));
  return [error("C05", second.path, sentence(code(keyOf(first.path)), code(keyOf(second.path))), { at: "key", fixes })];
}

const isOwn = (key: string, { path }: Pasted): boolean => keyOf(path) === key;

const warmups = ({ written }: CheckContext): Pasted[] =>
  pastedValues(written).filter(
    (one) =>
      (isOwn("train.warmup", one) && one.value !== 0 && one.value !== null) ||
      (["warmup_steps", "warmup_ratio"].includes(one.name) && positive(one) !== undefined),
  );

/** Settings that ask for a number format, the first of each format. */
function precisions({ written }: CheckContext): Pasted[] {
  const formats = pastedValues(written).flatMap((one) => {
    if (["fp16", "bf16"].includes(one.name) && one.value === true) return [{ one, format: one.name }];
    const isNamed = isOwn("train.precision", one) && (one.value === "fp16" || one.value === "bf16");
    return isNamed ? [{ one, format: one.value }] : [];
  });
  return formats
    .filter(({ format }, index) => formats.findIndex((other) => other.format === format) === index)
    .map(({ one }) => one);
}

/** Steps between, and times an epoch, in axolotl's words. */
function intervals({ written }: CheckContext, what: "eval" | "save"): Pasted[] {
  const bySteps = pastedValues(written).filter(
    (one) => (one.name === `${what}_steps` || isOwn(`${what}.steps`, one)) && positive(one) !== undefined,
  );
  const byEpoch = pasted(written, `${what}s_per_epoch`);
  return bySteps.length > 0 && byEpoch ? [bySteps[0]!, byEpoch] : [];
}

function evaluationData(context: CheckContext): Finding[] {
  const { data } = context.config;
  const isEither = data.eval === null || data.eval_fraction === 0;
  if (isEither || !putsAside(context, "data.eval", "data.eval_fraction")) return [];
  const message = t(
    "`data.eval` names evaluation data, so that {0} of the training rows cannot be held out as well. Remove one of the two.",
    data.eval_fraction,
  );
  const fixes = [removal(["data", "eval_fraction"]), removal(["data", "eval"])];
  return [error("C05", ["data", "eval_fraction"], message, { fixes })];
}

function evaluationSteps(context: CheckContext): Finding[] {
  const { strategy, steps } = context.config.eval;
  const isStrategyWritten = putsAside(context, "eval.strategy", "eval.steps");
  const isContradiction = isStrategyWritten || context.origins["eval.strategy"] === "default";
  if (strategy !== "epoch" || steps === null || !isContradiction) return [];
  const message = t("`eval.steps` is {0}, but evaluations come after each epoch. Write `eval.strategy: steps`.", steps);
  const set = { ...setting(["eval", "strategy"], "steps"), safe: !isStrategyWritten };
  return [error("C05", ["eval", "steps"], message, { fixes: [set, removal(["eval", "steps"])] })];
}

import { formatHyperparameter } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warning, type Finding } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import { isWritten, type Check, type CheckContext } from "../check.ts";

const PATH = ["train", "learning_rate"];

/** Rates that go well with a method, both ends included, and one in between to begin with. */
interface Band {
  readonly low: number;
  readonly high: number;
  readonly start: number;
}

const LARGE_RANK = 128;
/** From here on a large rank becomes unstable. */
const LARGE_RANK_LIMIT = 2e-4;

/** C34: learning rates that a method does not take well. A LoRA rate copied into a full fine-tune is the usual slip. */
export const c34: Check = {
  id: "C34",
  severity: "warning",
  title: "a learning rate outside of the band that goes well with the method",
  why: "Too high a rate destroys in the first steps what the model had learnt; too low a rate changes nothing. A rate that is right for adapters is ten times too high for a full fine-tune.",
  run(context) {
    const band = bandOf(context);
    // The bands are those of Adam and what is made after it; plain gradient descent takes rates of another order.
    if (!band || context.config.train.optim === "sgd") return [];
    const rate = context.config.train.learning_rate;
    if (isWritten(context, "train.learning_rate") && (rate < band.low || rate > band.high))
      return [outside(context, rate, band)];
    return largeRank(context, rate);
  },
};

function bandOf({ config }: CheckContext): Band | undefined {
  const { method, model, task } = config;
  // Random weights are no pretrained ones that could be destroyed.
  if (model.name_or_path === "builtin:tiny") return undefined;
  if (method.type === "freeze" && method.freeze === "backbone") return { low: 1e-4, high: 1e-2, start: 1e-3 };
  const isAdapter = method.type === "lora" || method.type === "qlora";
  // Preference losses move a model that is already tuned, with a tenth of the rates and less (defaults of TRL's DPOTrainer: 1e-6, with LoRA 1e-5).
  if (task === "preference")
    return isAdapter ? { low: 1e-6, high: 5e-4, start: 1e-5 } : { low: 1e-7, high: 5e-5, start: 1e-6 };
  if (isAdapter) return { low: 5e-5, high: 5e-4, start: method.r >= LARGE_RANK ? 1e-4 : 2e-4 };
  if (model.name_or_path === "builtin:use-lite") return { low: 1e-5, high: 1e-3, start: 3e-4 };
  return { low: 1e-6, high: task === "causal-lm" ? 5e-5 : 1e-4, start: 2e-5 };
}

function outside({ config: { method } }: CheckContext, rate: number, band: Band): Finding {
  const [written, low, high, start] = [rate, band.low, band.high, band.start].map(formatHyperparameter);
  const isHead = method.type === "freeze" && method.freeze === "backbone";
  const what = isHead ? "method.freeze: backbone" : `method.type: ${method.type}`;
  const message =
    rate > band.high
      ? t(
          "`train.learning_rate` is {0}; with {1} rates from {2} to {3} go well, and higher ones destroy what the model knows. Try {4}.",
          written!,
          code(what),
          low!,
          high!,
          start!,
        )
      : t(
          "`train.learning_rate` is {0}; with {1} rates from {2} to {3} go well, and lower ones hardly change the model. Try {4}.",
          written!,
          code(what),
          low!,
          high!,
          start!,
        );
  return warning("C34", PATH, message, { fixes: [lower(band.start)] });
}

function largeRank(context: CheckContext, rate: number): Finding[] {
  const { method, task } = context.config;
  const isAdapter = method.type === "lora" || method.type === "qlora";
  if (!isAdapter || task === "preference" || method.r < LARGE_RANK || rate < LARGE_RANK_LIMIT) return [];
  const message = t(
    "A rank of {0} with a learning rate of {1} often diverges: from rank {2} on, stay below {3}.",
    method.r,
    formatHyperparameter(rate),
    LARGE_RANK,
    formatHyperparameter(LARGE_RANK_LIMIT),
  );
  const path = isWritten(context, "train.learning_rate") ? PATH : ["method", "r"];
  return [warning("C34", path, message, { fixes: [lower(1e-4)] })];
}

const lower = (rate: number) => ({
  title: t("Write {0}", code(`train.learning_rate: ${formatHyperparameter(rate)}`)),
  safe: false,
  edits: [{ kind: "set", path: PATH, value: rate } as const],
});

import { t } from "../../../base/l10n.ts";
import { error, keyOf, type Finding } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import type { PlainMap } from "../../schema/view.ts";
import type { Check } from "../check.ts";
import { removal } from "./mend.ts";
import { pasted, pastedValues, type Pasted } from "./pasted.ts";

/** C08: pasted Hugging Face settings that save at other times than they evaluate. This schema cannot say so: it saves at evaluations. */
export const c08: Check = {
  id: "C08",
  severity: "error",
  title: "checkpoints that are saved at other times than evaluations come (pasted Hugging Face settings)",
  why: "The best checkpoint can only be one that was both evaluated and saved; Hugging Face's Trainer ends with an error at the start.",
  run: ({ written }) => [...strategies(written), ...steps(written)],
};

interface Schedule {
  evaluation: Pasted | undefined;
  saving: Pasted | undefined;
  best: Pasted | undefined;
}

/** What the file says of when to evaluate and to save, ours and Hugging Face's names alike. */
function scheduleIn(written: PlainMap): Schedule {
  const own = pastedValues(written).find(({ path }) => keyOf(path) === "eval.strategy");
  return {
    evaluation: pasted(written, "eval_strategy", "evaluation_strategy") ?? own,
    saving: pasted(written, "save_strategy"),
    best: pasted(written, "load_best_model_at_end"),
  };
}

const wordOf = (one: Pasted | undefined): string | undefined =>
  typeof one?.value === "string" ? one.value.toLowerCase() : undefined;

function strategies(written: PlainMap): Finding[] {
  const { evaluation, saving, best } = scheduleIn(written);
  const evaluates = wordOf(evaluation);
  const saves = wordOf(saving);
  // With `best` the Trainer saves at evaluations; asked not to load the best, it does not mind.
  if (best?.value === false || saves === "best" || evaluates === undefined) return [];
  if (saves !== undefined && saves !== evaluates) {
    const message = t(
      "{0} saves by {1}, but evaluations come by {2}. Remove it: checkpoints are saved at evaluations.",
      code(keyOf(saving!.path)),
      code(saves),
      code(evaluates),
    );
    return [error("C08", saving!.path, message, { at: "key", fixes: [removal(saving!.path)] })];
  }
  const isDefault = saves === undefined && best?.value === true && evaluates !== "steps";
  if (!isDefault) return [];
  const message = t(
    "{0} needs `save_strategy: {1}`: by default Hugging Face saves every 500 steps. Remove it: checkpoints are saved at evaluations, and the best is kept.",
    code(keyOf(best.path)),
    evaluates,
  );
  return [error("C08", best.path, message, { at: "key", fixes: [removal(best.path)] })];
}

function steps(written: PlainMap): Finding[] {
  const { evaluation, saving, best } = scheduleIn(written);
  const byEpoch = [evaluation, saving].some((one) => one !== undefined && wordOf(one) !== "steps");
  const own = pastedValues(written).find(({ path }) => keyOf(path) === "eval.steps");
  const evaluated = pasted(written, "eval_steps") ?? own;
  const saved = pasted(written, "save_steps");
  if (byEpoch || best?.value === false || !saved || !evaluated || isMultiple(saved.value, evaluated.value)) return [];
  const message = t(
    "{0} is {1}, which is not a multiple of the {2} steps between evaluations. Remove it: checkpoints are saved at evaluations.",
    code(keyOf(saved.path)),
    String(saved.value),
    String(evaluated.value),
  );
  return [error("C08", saved.path, message, { at: "key", fixes: [removal(saved.path)] })];
}

/** Shares of all steps (0.1) are counted in millionths, as the Trainer does. */
function isMultiple(saved: unknown, evaluated: unknown): boolean {
  if (typeof saved !== "number" || typeof evaluated !== "number" || saved <= 0 || evaluated <= 0) return true;
  const scale = saved < 1 && evaluated < 1 ? 1_000_000 : 1;
  return Math.round(saved * scale) % Math.round(evaluated * scale) === 0;
}

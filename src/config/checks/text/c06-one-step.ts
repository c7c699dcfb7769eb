import { isScalar } from "yaml";
import { t } from "../../../base/l10n.ts";
import { keyOf, warning, type Finding } from "../../diagnostic.ts";
import { code } from "../../schema/words.ts";
import { isWritten, type Check, type CheckContext } from "../check.ts";
import { pastedValues, positive } from "./pasted.ts";

const PATH = ["train", "warmup"];

/** C06: a warm-up of 1, which meant one step or the whole run, by tool and version. */
export const c06: Check = {
  id: "C06",
  severity: "warning",
  title: "a warm-up of 1, which may be meant as one step or as all of them",
  why: "The number 1 is one step; the ratio 1.0 of older configs was the whole run, in which the learning rate never stops rising.",
  run: (context) => [...ownWarmup(context), ...pastedWarmup(context)],
};

function ownWarmup(context: CheckContext): Finding[] {
  if (context.config.train.warmup !== 1 || !isWritten(context, "train.warmup")) return [];
  const node = context.parsed?.document.getIn(PATH, true);
  const written = isScalar(node) && node.source !== undefined ? node.source : "1";
  const message = t(
    '`train.warmup: {0}` is a warm-up of one step, not a ratio of 1. Write a percentage such as "6%", or how many steps.',
    written,
  );
  const set = (value: string | number, title: string) => ({
    title,
    safe: false,
    edits: [{ kind: "set", path: PATH, value } as const],
  });
  const fixes = [
    set("1%", t('Write "1%", a hundredth of all steps')),
    set("6%", t('Write "6%", the default')),
    set(0, t("Write 0, no warm-up")),
  ];
  return [warning("C06", PATH, message, { fixes })];
}

/** Hugging Face's `warmup_ratio`, and `warmup_steps`, which takes ratios since transformers 5. */
const pastedWarmup = ({ written }: CheckContext): Finding[] =>
  pastedValues(written).flatMap((one) => {
    const value = positive(one);
    const isAmbiguous = one.name === "warmup_steps" ? value !== undefined && value <= 1 : value === 1;
    if (!["warmup_steps", "warmup_ratio"].includes(one.name) || !isAmbiguous) return [];
    const message = t(
      '{0} may be a number of steps or {1} % of all steps. Write `train.warmup` with whole steps, or with a percentage such as "6%".',
      code(`${keyOf(one.path)}: ${value}`),
      Number((value! * 100).toPrecision(6)),
    );
    return [warning("C06", one.path, message)];
  });

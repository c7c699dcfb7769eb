import { t } from "../../base/l10n.ts";
import { error, type Finding } from "../diagnostic.ts";
import type { Fix } from "../edit/fix.ts";
import type { Path } from "../path.ts";
import { code } from "../schema/words.ts";
import { isWritten, type CheckContext } from "./check.ts";

/** What a config whose data is streamed lacks (C57). `path` is what says that it is streamed. */
export function streamedWithout(context: CheckContext, path: Path): Finding[] {
  const { train, data, eval: evaluation } = context.config;
  const stop: Fix[] =
    path.join(".") === "data.streaming"
      ? [{ title: t("Write {0}", code("data.streaming: false")), safe: false, edits: [edit(path, false)] }]
      : [];
  const findings: Finding[] = [];
  if (train.max_steps === null) {
    const message = t("Streamed data has no known length, so that epochs cannot be counted. Write `train.max_steps`.");
    const steps: Fix = {
      title: t("Write {0}", code("train.max_steps: 1000")),
      safe: false,
      edits: [edit(["train", "max_steps"], 1000)],
    };
    findings.push(error("C57", path, message, { fixes: [steps, ...stop] }));
  }
  const isFractionWritten = isWritten(context, "data.eval_fraction");
  if (data.eval === null && data.eval_fraction > 0 && (isFractionWritten || evaluation.strategy !== "no")) {
    const message = t(
      "A fraction ({0}) cannot be held out of streamed data. Name evaluation data in `data.eval`, or write `data.eval_fraction: 0`.",
      data.eval_fraction,
    );
    const none: Fix = {
      title: t("Write {0}", code("data.eval_fraction: 0")),
      safe: false,
      edits: [edit(["data", "eval_fraction"], 0)],
    };
    const place = isFractionWritten ? ["data", "eval_fraction"] : path;
    findings.push(error("C57", place, message, { fixes: [none, ...stop] }));
  }
  return findings;
}

const edit = (path: Path, value: number | boolean) => ({ kind: "set", path, value }) as const;

import { dirname } from "node:path";
import { UserError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { t } from "../../base/l10n.ts";
import type { PlainMap } from "../schema/view.ts";
import { Draft, type LeftOut } from "./draft.ts";
import { readOriginal } from "./read-original.ts";
import { takeOver } from "./rules.ts";
import { settle } from "./settle.ts";
import { autoTrain } from "./tools/auto-train.ts";
import { axolotl } from "./tools/axolotl.ts";
import { llamaFactory } from "./tools/llama-factory.ts";
import type { Tool } from "./tools/tool.ts";
import { interpolated, torchtune } from "./tools/torchtune.ts";
import { trainingArguments, trl } from "./tools/trl.ts";
import { configText } from "./write.ts";

/** In this order: a later one takes what is left of those that know more of their own names. */
const TOOLS: readonly Tool[] = [torchtune, autoTrain, axolotl, llamaFactory, trl, trainingArguments];

/** A config made from another tool's. */
export interface ImportedConfig {
  /** The tool it was written for. */
  tool: string;
  /** A `finetune.yaml` with a comment on every key that had no equivalent. */
  text: string;
  leftOut: readonly LeftOut[];
}

/**
 * Makes a config from one of LLaMA-Factory, axolotl, TRL, torchtune, AutoTrain, or plain `TrainingArguments`.
 * @param file where it lies: relative paths in it start there
 * @throws UserError when it is none of these
 */
export function importConfig(source: string, file: string): ImportedConfig {
  const { tool, draft } = draftOf(source, file);
  return { tool, text: configText(draft, { tool, file }), leftOut: draft.leftOut() };
}

/**
 * The same as values, each with the keys it comes from.
 * @throws UserError when it is of no tool that is known
 */
export function draftOf(source: string, file: string): { tool: string; draft: Draft } {
  const map = interpolated(readOriginal(source, file));
  const tool = TOOLS.find((one) => one.isOne(map));
  if (!tool) throw notKnown(map, file);
  const draft = new Draft(map, dirname(file));
  tool.before?.(draft);
  takeOver(map, tool.rules, draft);
  settle(draft);
  return { tool: tool.name, draft };
}

function notKnown(map: PlainMap, file: string): UserError {
  const isOurs = "version" in map && "task" in map;
  const names = TOOLS.map(({ name }) => name).join(", ");
  const hint = nearest("base_model", Object.keys(map)) ?? nearest("model_name_or_path", Object.keys(map));
  return new UserError(
    "import-unknown",
    isOurs
      ? t("{0} is a Tuning Fork config already.", file)
      : t("{0} is not a config of a tool that can be imported.", file),
    {
      file,
      advice: isOurs
        ? t("Start it as it is.")
        : hint === undefined
          ? t("Those of {0} can.", names)
          : t("Those of {0} can; look at the key {1}.", names, hint),
    },
  );
}

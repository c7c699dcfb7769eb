import { dirname, extname } from "node:path";
import { parseDocument } from "yaml";
import { UserError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { t } from "../../base/l10n.ts";
import { checkShape } from "../shape.ts";
import { configSchema } from "../schema.ts";
import { isMap, type PlainMap } from "../schema/view.ts";
import { plainValue } from "../yaml.ts";
import { Draft, takeOver, type LeftOut } from "./draft.ts";
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
  const map = interpolated(readMap(source, file));
  const tool = TOOLS.find((one) => one.isOne(map));
  if (!tool) throw notKnown(map, file);
  const draft = new Draft();
  tool.before?.(draft, map);
  takeOver(map, tool.rules(map, dirname(file)), draft);
  tool.after?.(draft, map);
  dropUnfit(draft);
  return { tool: tool.name, text: configText(draft, { tool: tool.name, file }), leftOut: draft.leftOut };
}

function readMap(source: string, file: string): PlainMap {
  // JSON is YAML, but for its escapes; so one parser reads both.
  const document = parseDocument(source.replace(/^\uFEFF/, ""), { version: "1.2", prettyErrors: false });
  const [problem] = document.errors;
  if (problem) {
    const kind = extname(file) === ".json" ? "JSON" : "YAML";
    throw new UserError("import-broken", t("{0} is not {1}: {2}", file, kind, problem.message), { file });
  }
  const value = plainValue(document);
  if (value instanceof Error) {
    throw new UserError("import-broken", t("The aliases (`*name`) of {0} expand to too many values.", file), { file });
  }
  if (isMap(value)) return value;
  throw new UserError("import-not-a-map", t("{0} holds no keys and values.", file), { file });
}

/** Every value has to pass the schema: one that does not is told, not written. */
function dropUnfit(draft: Draft): void {
  for (const [key, value] of draft.values) {
    const nested = key.split(".").reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
    const [finding] = checkShape(configSchema, nested);
    if (!finding) continue;
    draft.values.delete(key);
    draft.leave(key, value, finding.message.replace(/\.$/, ""));
  }
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

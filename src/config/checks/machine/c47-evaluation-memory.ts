import { formatCount, formatMemory } from "../../../base/format.ts";
import { t } from "../../../base/l10n.ts";
import { warning, type Finding, type Path } from "../../diagnostic.ts";
import { tightestGpu } from "../../estimate/recipe.ts";
import type { Facts } from "../../facts/facts.ts";
import { factsOf } from "../../facts/index.ts";
import { calledHere } from "../../names.ts";
import { withValue } from "../../overrides.ts";
import { resolveConfig } from "../../resolve.ts";
import { isMap, type PlainMap } from "../../schema/view.ts";
import { code } from "../../schema/words.ts";
import { isScriptConfig, type ResolvedConfig } from "../../types.ts";
import { unchecked, type Check, type CheckResult, type ScriptContext } from "../check.ts";
import { elsewhere, gpuInWords } from "./machine.ts";

/** Names of Hugging Face's Trainer that ask for an evaluation, the clearest first. */
const EVALUATES = ["per_device_eval_batch_size", "eval_strategy", "evaluation_strategy", "do_eval"];
/** Names that keep its logits from piling up: moved to main memory, or reduced, batch by batch. */
const REDUCES = [
  "eval_accumulation_steps",
  "prediction_loss_only",
  "preprocess_logits_for_metrics",
  "batch_eval_metrics",
];

/**
 * C47: Hugging Face's Trainer keeps the logits of all evaluation rows on the GPU for its metrics (HF#17089, #25313, #28938).
 * The trainers here reduce them batch by batch, so this is about imported configs and the user's own scripts.
 */
export const c47: Check = {
  id: "C47",
  severity: "warning",
  title: "an evaluation that keeps the logits of all its rows (imported configs and scripts)",
  why: "Hugging Face's Trainer collects the scores of every token over the whole vocabulary before it computes metrics. A language model runs out of memory at its first evaluation, after training went well.",
  run(context) {
    const place = evaluationIn(context.written);
    return place && context.config.task === "causal-lm" ? judge(context, place, context.config) : [];
  },
  runScript(context) {
    const settings = settingsOf(context);
    const place = evaluationIn(settings.values);
    const config = place && asConfig(settings.values);
    if (!place || !config) return [];
    const { baseDir, env, signal } = context;
    const facts = factsOf(config, baseDir, env, signal);
    const hardware = context.config.hardware;
    return judge({ facts }, settings.pathOf(String(place.at(-1))), { ...config, hardware });
  },
};

/** Where an evaluation of Hugging Face's is asked for that nothing keeps small; undefined without one. */
function evaluationIn(values: PlainMap): Path | undefined {
  const keys = new Map<string, Path>();
  for (const [name, value] of Object.entries(values)) {
    if (isMap(value)) for (const inner of Object.keys(value)) keys.set(inner, [name, inner]);
    else if (value !== false && value !== "no") keys.set(name, [name]);
  }
  if (REDUCES.some((name) => keys.has(name))) return undefined;
  const name = EVALUATES.find((one) => keys.has(one));
  return name === undefined ? undefined : keys.get(name);
}

async function judge({ facts }: { facts: Facts }, place: Path, config: ResolvedConfig): Promise<CheckResult> {
  if (config.hardware.target !== "local") return unchecked(elsewhere());
  const machine = await facts.machine();
  if (!machine.known) return unchecked(machine.reason);
  const gpu = tightestGpu(config, machine.facts);
  if (!gpu) return unchecked(t("no GPU was found to compare with"));
  const [data, model] = [await facts.data(), await facts.model()];
  if (!data.known) return unchecked(data.reason);
  if (!model.known) return unchecked(model.reason);
  // Gathered in fp32: 4 bytes a score.
  const bytes = 4 * data.facts.rows.eval * config.data.max_length * model.facts.vocabulary;
  if (bytes <= gpu.freeBytes) return [];
  const message = t(
    "With {0}, Hugging Face's Trainer keeps the logits of all {1} evaluation rows, about {2}; {3} has {4} free. Set `eval_accumulation_steps` and `preprocess_logits_for_metrics` in the script, or use a trainer of ours, which reduces them batch by batch.",
    code(String(place.at(-1))),
    formatCount(data.facts.rows.eval),
    formatMemory(bytes),
    gpuInWords(gpu),
    formatMemory(gpu.freeBytes),
  );
  return [findingAt(place, message)];
}

/** A key that is not of this file's can go: the trainers here evaluate without it. One of a script is the script's. */
function findingAt(place: Path, message: string): Finding {
  if (place[0] === "script") return warning("C47", place, message);
  const fixes = [
    {
      title: t("Remove {0}", code(String(place.at(-1)))),
      safe: false,
      edits: [{ kind: "remove" as const, path: place }],
    },
  ];
  return warning("C47", place, message, { at: "key", fixes });
}

/** Settings a script is called with: `script.params`, and `--name value` or `--name=value` of `script.args`. */
function settingsOf({ config: { script } }: ScriptContext): { values: PlainMap; pathOf: (name: string) => Path } {
  const values: PlainMap = { ...script.params };
  const places = new Map<string, Path>(Object.keys(values).map((name) => [name, ["script", "params", name]]));
  script.args.forEach((argument, index) => {
    const [, name, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(String(argument)) ?? [];
    if (name === undefined) return;
    const key = name.replaceAll("-", "_");
    values[key] = value ?? script.args[index + 1] ?? true;
    places.set(key, ["script", "args", index]);
  });
  return { values, pathOf: (name) => places.get(name) ?? ["script"] };
}

/** The language model and data that a script is called with, as a config of ours; undefined where it names none. */
function asConfig(values: PlainMap): ResolvedConfig | undefined {
  const known = Object.entries(values).reduce<PlainMap>(
    (map, [name, value]) => {
      const key = calledHere(name);
      return key?.startsWith("data.") || key === "model.name_or_path" ? withValue(map, key.split("."), value) : map;
    },
    { version: 1, task: "causal-lm" },
  );
  const { config } = resolveConfig(known);
  return config && !isScriptConfig(config) ? config : undefined;
}
